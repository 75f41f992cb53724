import re
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext, is_html_empty
from odoo.tools.mail import email_split_tuples

from .reference import find_numbers

#: A requester who writes more than this in a day is hardly a person: further tickets
#: are made, but no longer acknowledged, so that two robots fall silent.
ACKNOWLEDGEMENTS_A_DAY = 5
#: Marks mail that no robot should answer (RFC 3834).
REPLIED_AUTOMATICALLY = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
}
#: Longer bodies are attached: nobody reads them in a ticket.
LONGEST_BODY = 500_000
ARABIC = re.compile("[\u0600-\u06ff]")


class HelpdeskTicket(models.Model):
    """E-mail: from the raw message to a ticket, or to the ticket it is about."""

    _inherit = "helpdesk.ticket"

    # -- which ticket -----------------------------------------------------------

    @api.model
    def _route_request(self, message_dict, route):
        """Decide which ticket a message belongs to (rule 5).

        A reply stays with its ticket only if it comes from somebody who takes part in
        it; a new message joins the ticket whose number it quotes only if its requester
        sent it. Everybody else gets a ticket of their own, and learns nothing.

        :param dict message_dict: the parsed message
        :param tuple route: as Odoo found it
        :return: the route to take
        :rtype: tuple
        """
        model, thread_id, custom_values, uid, alias = route
        sender = self._find_sender(message_dict)
        if thread_id:
            ticket = self.sudo().browse(thread_id)  # sudo: see _is_participant
            automatic = message_dict["message_type"] == "auto_comment"
            if not automatic and not ticket._is_participant(
                sender, message_dict["email_from"]
            ):
                custom_values = {"team_id": ticket.team_id.id}
                thread_id = False
                message_dict.pop("parent_id", None)
        elif message_dict["message_type"] != "auto_comment":
            thread_id = self._find_quoted(sender, message_dict).id
        return model, thread_id, custom_values, uid, alias

    @api.model
    def _find_sender(self, message_dict):
        partners = self.env["res.partner"]
        if message_dict.get("author_id"):
            return partners.browse(message_dict["author_id"])
        if not email_normalize(message_dict["email_from"]):
            return partners
        return self.env["mail.thread"]._partner_find_from_emails_single(
            [message_dict["email_from"]], no_create=True
        )[:1]

    def _is_participant(self, partner, address):
        """Whether somebody may write into the ticket: requester, staff, or copied in."""
        self.ensure_one()
        return bool(
            self._is_requester(partner, address)
            or self._get_staff(partner)
            or partner in self.message_partner_ids
            or email_normalize(address) in self._mail_cc_sanitized_raw_dict(self.email_cc)
        )

    @api.model
    def _find_quoted(self, sender, message_dict):
        """The ticket of this requester whose number the message quotes, subject first.

        :rtype: helpdesk.ticket (empty if it quotes none of theirs)
        """
        # sudo: the search must see all numbers to find the sender's own
        tickets = self.sudo()
        for text in (
            message_dict.get("subject"),
            html2plaintext((message_dict.get("body") or "")[:LONGEST_BODY]),
        ):
            numbers = find_numbers(text)
            if not numbers:
                continue
            for ticket in tickets.search(
                [("number", "in", self._with_prefix(numbers))], order="id desc"
            ):
                if ticket._is_requester(sender, message_dict["email_from"]):
                    return ticket
        return tickets.browse()

    @api.model
    def _with_prefix(self, numbers):
        """The same candidates, and "00042" as "HT00042" too."""
        # sudo: sequences are for system administrators
        sequence = self.env["ir.sequence"].sudo()
        sequence = sequence.search([("code", "=", "helpdesk.ticket.sequence")], limit=1)
        prefix = (sequence.prefix or "").upper()
        bare = [n for n in numbers if n.isdigit() and len(n) >= sequence.padding]
        return numbers + [f"{prefix}{number}" for number in bare]

    # -- a new ticket -----------------------------------------------------------

    @api.model
    def message_new(self, msg, custom_values=None):
        automatic = msg.get("message_type") == "auto_comment"
        values = dict(custom_values or {})
        team = self.env["helpdesk.ticket.team"].browse(values.get("team_id"))
        company = team.company_id or self.env.company
        channels = self.env["helpdesk.ticket.channel"]
        values.setdefault("channel_id", channels._get_by_code("email", company).id)
        values.setdefault("user_id", False)  # else the gateway's own user
        values["waiting_since"] = not automatic and msg.get("date")
        values["description"], attachments = self._prepare_description(msg)
        values["partner_name"] = _get_name(msg.get("email_from"))
        if not automatic and not msg.get("author_id"):
            msg["author_id"] = self._create_requester(msg).id
        ticket = super(
            HelpdeskTicket, self.with_context(support_routed_by_machine=True)
        ).message_new({**msg, "subject": (msg.get("subject") or "").strip()}, values)
        ticket.message_subscribe(ticket.partner_id.ids)
        ticket._attach(attachments)
        return ticket

    @api.model
    def _prepare_description(self, msg):
        """The body, or a word in place of none; a huge one is cut and attached whole.

        :return: the description and the attachments, as (name, content) pairs
        :rtype: tuple
        """
        body = msg.get("body") or ""
        if is_html_empty(body):
            return self.env._("(The message has no text.)"), []
        if len(body) <= LONGEST_BODY:
            return body, []
        msg["body"] = Markup("<p>%s</p>") % html2plaintext(body[:LONGEST_BODY])[:5000]
        return msg["body"], [("message.html", body)]

    @api.model
    def _create_requester(self, msg):
        """A contact for an address that writes for the first time.

        Its language is the one of the message, as far as the script tells.

        :rtype: res.partner (empty if the address is none)
        """
        address = email_normalize(msg.get("email_from"))
        if not address:
            return self.env["res.partner"]
        text = f"{msg.get('subject') or ''} {html2plaintext(msg.get('body') or '')}"
        lang = self._guess_lang(text)
        return self.env["mail.thread"]._partner_find_from_emails_single(
            [msg["email_from"]], additional_values={address: {"lang": lang}}
        )[:1]

    @api.model
    def _guess_lang(self, text):
        """Installed language of a text: Arabic if it has Arabic letters, else English."""
        wanted = "ar" if ARABIC.search(text) else "en"
        for code, _name in self.env["res.lang"].get_installed():
            if code.split("_")[0] == wanted:
                return code
        return self.env.lang or self.env.user.lang

    def _attach(self, attachments):
        self.env["ir.attachment"].create(
            [
                {"name": name, "raw": raw, "res_model": self._name, "res_id": self.id}
                for name, raw in attachments
            ]
        )

    @api.model
    def _create_from_unreadable(self, headers, source, team):
        """A ticket for a message that could not be read, with the original attached.

        :param email.message.Message headers: the message, parsed as far as it goes
        :param bytes source: the message as it came
        :param helpdesk.ticket.team team: to whom it was addressed
        """
        sender = str(headers.get("From", ""))
        msg = {
            "email_from": sender,
            "from": sender,
            "body": Markup("<p>%s</p>")
            % self.env._(
                "This message could not be read automatically. The original is "
                "attached: please open it and answer the sender."
            ),
            "date": fields.Datetime.now(),
            "message_type": "email",
        }
        ticket = self.sudo().message_new(msg, {"team_id": team.id})
        ticket._attach([("message.eml", source)])
        return ticket

    # -- acknowledgement ----------------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        super()._message_post_after_hook(message, msg_values)
        if (
            message.message_type == "email"
            and message.subtype_id == self._creation_subtype()
        ):
            self._acknowledge(message)

    def _follow_up(self, message, received_at):
        follow_up = super()._follow_up(message, received_at)
        if follow_up.channel_id.code == "email":
            follow_up._acknowledge(message)
        return follow_up

    def _acknowledge(self, message):
        """Tell the requester, in their language, the number and the promised time.

        No answer in the sense of the policy, and never one more to a robot.
        """
        self.ensure_one()
        partner = self.partner_id
        if not partner.email or self._count_acknowledgements() >= ACKNOWLEDGEMENTS_A_DAY:
            return
        template = self.env.ref("support_policy.mail_template_acknowledgement")
        mail = template._generate_template(self.ids, ("subject", "body_html"))[self.id]
        company = self.company_id.partner_id
        self.with_context(lang=partner.lang).message_post(
            subject=mail["subject"],
            body=mail["body_html"],
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=company.id,
            parent_id=message.id if message.res_id == self.id else False,
            partner_ids=partner.ids,
            notify_skip_followers=True,
            email_layout_xmlid="mail.mail_notification_light",
            mail_headers=REPLIED_AUTOMATICALLY,
        )

    def _count_acknowledgements(self):
        """How many this requester got in the last day."""
        # sudo: messages on tickets of other teams count too
        return (
            self.env["mail.message"]
            .sudo()
            .search_count(
                [
                    ("model", "=", self._name),
                    ("message_type", "=", "auto_comment"),
                    ("partner_ids", "in", self.partner_id.ids),
                    ("date", ">", fields.Datetime.now() - timedelta(days=1)),
                ]
            )
        )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Lets Odoo refuse a sender who makes tickets by the dozen."""
        return [("partner_id.email_normalized", "=", email_from_normalized)]


def _get_name(address):
    """The person's name in a mail address, else the address itself."""
    for name, bare in email_split_tuples(address or ""):
        return name or bare
    return address or ""
