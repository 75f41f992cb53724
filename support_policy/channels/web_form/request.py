from markupsafe import Markup

from odoo import api, models
from odoo.tools import email_normalize, plaintext2html

from ..files import get_file_name, is_safe
from ..inbound import Inbound, Sender
from ..reference import find_numbers
from ..storable import make_readable

#: The longest texts that the form takes, by field (in characters).
LONGEST = {
    "name": 100,
    "email": 200,
    "phone": 40,
    "subject": 200,
    "text": 20_000,
    "previous": 60,
}
REQUIRED = ("name", "email", "subject", "text", "beneficiary", "category")
FILES = 5
LARGEST_FILE = 10_000_000


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
            text = make_readable(value).strip() if isinstance(value, str) else ""
            values[name] = text[:longest]
            if len(text) > longest:
                errors[name] = self.env._(
                    "Please enter no more than %(number)s characters.", number=longest
                )
            elif name in REQUIRED and not text:
                errors[name] = self.env._("Please fill in this field.")
        if values["email"] and not email_normalize(values["email"]):
            errors["email"] = self.env._(
                "Enter a valid e-mail address, such as name@example.com."
            )
        values["phone_e164"] = self.env["res.partner"]._to_e164(
            values["phone"], company
        )
        if values["phone"] and not values["phone_e164"]:
            errors["phone"] = self.env._(
                "Enter a valid telephone number, such as 0501234567."
            )
        for name, choices in self._get_web_choices(company).items():
            value = params.get(name)
            values[name] = choices.filtered(
                lambda one, value=value: str(one.id) == value
            )
            if (value or name in REQUIRED) and not values[name]:
                errors[name] = self.env._("Please choose an option from the list.")
        if params.get("accept") != "1":
            errors["accept"] = self.env._(
                "Please accept the rules of etiquette to send your request."
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
            return [], self.env._(
                "Please attach no more than %(number)s files.", number=FILES
            )
        read = []
        for file in files:
            name = get_file_name(make_readable(file.filename))
            file.seek(0)  # Odoo may handle a request again after a lost race
            content = file.read(LARGEST_FILE + 1)
            if len(content) > LARGEST_FILE:
                return [], self.env._("“%(name)s” is larger than 10 MB.", name=name)
            if not is_safe(name, content):
                return [], self.env._(
                    "Files of the type of “%(name)s” are not accepted. Attach a "
                    "document, a picture or a sound file.",
                    name=name,
                )
            if not content:
                return [], self.env._("“%(name)s” is empty.", name=name)
            read.append((name, content))
        return read, None

    @api.model
    def _get_web_choices(self, company):
        """What the form offers, by field. Runs as superuser: it is for everybody.

        :param res.company company: whom the request is for
        :rtype: dict of records
        """
        active = [("active", "=", True)]
        shared = [("company_id", "in", [company.id, False])]
        offered = [*shared, ("show_in_portal", "=", True), ("parent_id", "!=", False)]
        return {
            "beneficiary": self.env["support.beneficiary"].search(active),
            "category": self.env["helpdesk.ticket.category"].search(offered),
            "program": self.env["support.diploma.program"].search(shared),
        }

    # -- what becomes of it -----------------------------------------------------

    @api.model
    def _take_web_request(self, values, files, company, partner):
        """Take the form in: a ticket of its own, or a further message on the ticket
        whose number it gives, if that is the same requester's (R5).

        Runs as superuser: visitors have no rights; all they sent has been checked.

        :param dict values: checked ones
        :param list files: pairs of name and content
        :param res.company company: whom it is for
        :param res.partner partner: who is signed in (empty if nobody is)
        :rtype: intake.Taken
        """
        tickets = self.with_company(company)
        inbound = tickets._read_web_request(values, files, company, partner)
        taken = tickets._take_in(inbound)
        if not (taken.is_new or taken.requester.proven):
            taken.ticket._log_changes(
                "support_policy.mt_web_unproven",
                {taken.ticket: f"{values['name']} · {values['email']}"},
            )
        return taken

    @api.model
    def _read_web_request(self, values, files, company, partner):
        """What the form says: an address that we know need not be the visitor's.

        :rtype: Inbound
        """
        phone = values["phone_e164"] or ""
        text = "\n\n".join(filter(None, (values["text"], phone)))
        return Inbound(
            **self.env["helpdesk.ticket.channel"]._get_keys("web", company),
            sender=Sender(
                name=values["name"],
                email=values["email"],
                phone=phone,
                partner_id=partner.id,
                proven=False,
                contact={
                    "lang": self.env.lang,
                    "beneficiary_id": values["beneficiary"].id,
                },
            ),
            subject=values["subject"],
            body=Markup(plaintext2html(text)),
            # few only, so that nobody tries many at once
            number_texts=(" ".join(find_numbers(values["previous"])[:3]),),
            files=tuple(files),
            values={
                "beneficiary_id": values["beneficiary"].id,
                "category_id": values["category"].id,
                "diploma_program_id": values["program"].id,
            },
        )
