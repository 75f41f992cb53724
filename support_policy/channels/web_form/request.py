import re

from markupsafe import Markup

from odoo import api, models
from odoo.tools import email_normalize, plaintext2html

from ..files import get_file_name, is_safe
from ..reference import find_numbers

#: The longest texts that the form takes, by field (in characters).
LONGEST = {
    "name": 100,
    "email": 200,
    "phone": 40,
    "subject": 200,
    "text": 20_000,
    "previous": 60,
}
REQUIRED = ("name", "email", "subject", "text")
FILES = 5
LARGEST_FILE = 10_000_000
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class HelpdeskTicket(models.Model):
    """The web form: what strangers send, checked field by field, and the ticket."""

    _inherit = "helpdesk.ticket"

    # -- checking ---------------------------------------------------------------

    @api.model
    def _check_web_request(self, params, company):
        """Make values out of what the form sent, or say field by field what is wrong.

        :param dict params: as they were sent: may be anything
        :param res.company company: whom it is for
        :return: clean values, and messages by the name of their field
        :rtype: tuple of dict
        """
        values, errors = {}, {}
        for name, longest in LONGEST.items():
            value = params.get(name)
            text = CONTROL.sub("", value).strip() if isinstance(value, str) else ""
            values[name] = text[:longest]
            if len(text) > longest:
                errors[name] = self.env._(
                    "At most %(number)s characters, please.", number=longest
                )
            elif name in REQUIRED and not text:
                errors[name] = self.env._("Please fill this in.")
        if values["email"] and not email_normalize(values["email"]):
            errors["email"] = self.env._(
                "This is no e-mail address. Write it like name@example.com."
            )
        values["phone_e164"] = self.env["res.partner"]._to_e164(
            values["phone"], company
        )
        if values["phone"] and not values["phone_e164"]:
            errors["phone"] = self.env._(
                "This is no telephone number. Write it like 0501234567."
            )
        for name, choices, required in (
            ("beneficiary", self._get_web_beneficiaries(), True),
            ("category", self._get_web_categories(company), True),
            ("program", self._get_web_programs(company), False),
        ):
            value = params.get(name)
            chosen = choices.filtered(
                lambda record, value=value: str(record.id) == value
            )
            values[name] = chosen
            if (required or value) and not chosen:
                errors[name] = self.env._("Please choose one of the list.")
        if params.get("accept") != "1":
            errors["accept"] = self.env._(
                "Please accept the rules of etiquette: we can only help then."
            )
        return values, errors

    @api.model
    def _check_web_files(self, files):
        """Read the files that were sent, or say what is wrong with them.

        :param list files: werkzeug's FileStorage
        :return: pairs of name and content, and a message (or None)
        :rtype: tuple
        """
        files = [file for file in files if getattr(file, "filename", "")]
        if len(files) > FILES:
            return [], self.env._("At most %(number)s files, please.", number=FILES)
        read = []
        for file in files:
            name = get_file_name(CONTROL.sub("", file.filename))
            file.seek(0)  # Odoo may handle a request again after a lost race
            content = file.read(LARGEST_FILE + 1)
            if len(content) > LARGEST_FILE:
                return [], self.env._("“%(name)s” is larger than 10 MB.", name=name)
            if not is_safe(name, content):
                return [], self.env._(
                    "Files like “%(name)s” cannot be sent. Send documents, pictures or "
                    "sound.",
                    name=name,
                )
            if not content:
                return [], self.env._("“%(name)s” is empty.", name=name)
            read.append((name, content))
        return read, None

    @api.model
    def _get_web_beneficiaries(self):
        # sudo: what the form offers is for everybody to read
        return self.env["support.beneficiary"].sudo().search([("active", "=", True)])

    @api.model
    def _get_web_categories(self, company):
        # sudo: for the same reason
        categories = self.env["helpdesk.ticket.category"].sudo()
        return categories.search(
            [
                ("show_in_portal", "=", True),
                ("company_id", "in", [company.id, False]),
                ("parent_id", "!=", False),
            ]
        )

    @api.model
    def _get_web_programs(self, company):
        # sudo: for the same reason
        programs = self.env["support.diploma.program"].sudo()
        return programs.search([("company_id", "in", [company.id, False])])

    # -- what becomes of it -----------------------------------------------------

    @api.model
    def _take_web_request(self, values, files, company, partner):
        """A ticket for a request from the form, or a further message on the ticket
        whose number it gives, if that is the same requester's (R5).

        :param dict values: checked ones
        :param list files: pairs of name and content
        :param res.company company: whom it is for
        :param res.partner partner: who is signed in (empty if nobody is)
        :return: the ticket, and whether it is new
        :rtype: tuple
        """
        # sudo: visitors have no rights; all they sent has been checked
        tickets = self.sudo().with_company(company)
        requester, confirmed = tickets._find_web_requester(values, company, partner)
        earlier = tickets._find_web_previous(values, requester)
        if earlier:
            earlier._post_from_web(requester, values["text"], files)
            if not confirmed:
                note = {earlier: f"{values['name']} · {values['email']}"}
                earlier._log_changes("support_policy.mt_web_unproven", note)
            return earlier, False
        channels = self.env["helpdesk.ticket.channel"]
        lines = [values["text"]]
        if values["phone"]:
            lines.append(values["phone_e164"])
        ticket = tickets.create(
            {
                "name": values["subject"],
                "description": plaintext2html("\n\n".join(lines)),
                "partner_id": requester.id,
                "partner_name": values["name"],
                "partner_email": email_normalize(values["email"]),
                "beneficiary_id": values["beneficiary"].id,
                "category_id": values["category"].id,
                "diploma_program_id": values["program"].id,
                "channel_id": channels._get_by_code("web", company).id,
                "company_id": company.id,
                "requester_confirmed": confirmed,
                "user_id": False,
            }
        )
        ticket._attach_from_web(files)
        ticket.message_subscribe(requester.ids)
        ticket._acknowledge(self.env["mail.message"])
        return ticket, True

    @api.model
    def _find_web_requester(self, values, company, partner):
        """Who asks. An address that we know is not proven to be the visitor's: answers
        are not shown to them before they have read their mail.

        :return: the contact, and whether they are who they say
        :rtype: tuple
        """
        address = email_normalize(values["email"])
        if partner and partner.email_normalized == address:
            return partner, True
        known = self._partner_find_from_emails_single([address], no_create=True)[:1]
        if known:
            return known, False
        return (
            self._partner_find_from_emails_single(
                [address],
                additional_values={
                    address: {
                        "name": values["name"],
                        "phone": values["phone_e164"],
                        "lang": self.env.lang or company.partner_id.lang,
                        "beneficiary_id": values["beneficiary"].id,
                    }
                },
            )[:1],
            True,
        )

    @api.model
    def _find_web_previous(self, values, requester):
        """The requester's own ticket that the field "previous request" names.

        Nobody is told whether there is one: the confirmation is the same.
        """
        # few only, so that nobody tries many at once
        numbers = self._complete_numbers(find_numbers(values["previous"])[:3])
        found = self.with_context(active_test=False).search([("number", "in", numbers)])
        return found.filtered(lambda ticket: ticket._is_requester(requester))[:1]

    def _post_from_web(self, author, text, files):
        """What the requester writes on a public page, as a message on the ticket.

        :param res.partner author: the requester (may be empty for a mere address)
        :param str text: plain text
        :param list files: pairs of name and content
        """
        self.ensure_one()
        # sudo: visitors have no rights; whose ticket it is has been checked
        return self.sudo().message_post(
            body=Markup(plaintext2html(text)),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id or self.partner_id.id,
            email_from=author.email_formatted or self.partner_email,
            attachments=files,
        )

    def _attach_from_web(self, files):
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in files
            ]
        )
