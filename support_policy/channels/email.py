import ast
import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, email_normalize_all, html2plaintext
from odoo.tools.mail import email_split_tuples

from .raw_message import get_header, get_received_at, is_automatic
from .reference import find_numbers

ARABIC = re.compile("[\u0600-\u06ff]")
LATIN = re.compile("[A-Za-z]")


class HelpdeskTicket(models.Model):
    """E-mail: from the raw message to a ticket, or to the ticket it is about."""

    _inherit = "helpdesk.ticket"

    # -- which ticket -----------------------------------------------------------

    @api.model
    def _route_request(self, message_dict, route):
        """Decide which ticket a message belongs to (R5).

        A reply stays with its ticket only if it comes from somebody who takes part in
        it; a new message joins the ticket whose number it quotes only if its requester
        sent it. Everybody else gets a ticket of their own, and learns nothing.

        :param dict message_dict: the parsed message
        :param tuple route: as Odoo found it
        :return: the route to take; without its alias, which Odoo would otherwise mark
            as invalid, and bounce the message, when a ticket cannot be made
        :rtype: tuple
        """
        model, thread_id, custom_values, uid, alias = route
        # sudo: whoever hands the message in need not see the ticket it belongs to
        replied = self.sudo().browse(thread_id or [])
        ticket = replied
        if not replied._admits(message_dict):
            ticket = self._find_quoted(message_dict)
        if ticket:
            sender = ticket._find_sender(message_dict)
            message_dict["author_id"] = sender.id
            # what the desk tells itself is not for the requester to continue
            if not self._get_staff(sender):
                message_dict["is_internal"] = False
        else:
            message_dict.update(parent_id=False, is_internal=False)
            if not custom_values and alias:
                custom_values = ast.literal_eval(alias.alias_defaults)
            custom_values = custom_values or {"team_id": replied.team_id.id}
        if message_dict["message_type"] == "auto_comment":
            message_dict["is_internal"] = True
        return model, ticket.id, custom_values, uid, None

    def _find_sender(self, message_dict):
        """The contact who wrote a message.

        Of several contacts with one address it is the requester, or who follows the
        ticket.

        :rtype: res.partner (empty for an address that is new here)
        """
        address = email_normalize(message_dict["email_from"])
        if not address:
            return self.env["res.partner"]
        if address == self.partner_id.email_normalized:
            return self.partner_id
        return self._partner_find_from_emails_single([address], no_create=True)[:1]

    def _admits(self, message_dict):
        """Whether the sender may write into the ticket: requester, staff, or somebody
        copied in by one of them.

        :rtype: bool
        """
        if not self:
            return False
        sender = self._find_sender(message_dict)
        address = email_normalize(message_dict["email_from"])
        return bool(
            self._is_asked_by(message_dict)
            or self._get_staff(sender)
            or sender in self.message_partner_ids
            or (address and address in self._get_copied_in())
        )

    def _get_copied_in(self):
        """Addresses that messages on the ticket have been sent to as well.

        :rtype: set of str, normalized
        """
        addresses = [
            self.email_cc,
            *self.message_ids.mapped("incoming_email_to"),
            *self.message_ids.mapped("incoming_email_cc"),
        ]
        return set(email_normalize_all(",".join(filter(None, addresses))))

    @api.model
    def _find_quoted(self, message_dict):
        """The ticket of this requester whose number the message quotes, subject first.

        :rtype: helpdesk.ticket (empty if it quotes none of theirs)
        """
        # sudo: the search must see all numbers to find the sender's own
        tickets = self.sudo().with_context(active_test=False)
        if message_dict["message_type"] == "auto_comment":
            return tickets.browse()
        for text in (message_dict.get("subject"), html2plaintext(message_dict["body"])):
            numbers = self._complete_numbers(find_numbers(text))
            quoted = tickets.search([("number", "in", numbers)], order="id desc")
            theirs = quoted.filtered(lambda t: t._is_asked_by(message_dict))
            if theirs:
                return min(theirs, key=lambda t, order=numbers: order.index(t.number))
        return tickets.browse()

    def _is_asked_by(self, message_dict):
        """Whether the sender of a message is the requester.

        :rtype: bool
        """
        return self._is_requester(
            self._find_sender(message_dict), message_dict["email_from"]
        )

    @api.model
    def _complete_numbers(self, numbers):
        """The same candidates, each bare "00042" followed by "HT00042".

        :rtype: list of str
        """
        # sudo: sequences are for system administrators
        sequences = self.env["ir.sequence"].sudo()
        sequences = sequences.search([("code", "=", "helpdesk.ticket.sequence")])
        completed = []
        for number in numbers:
            completed.append(number)
            for sequence in sequences:
                if number.isdigit() and len(number) >= sequence.padding:
                    completed.append(f"{(sequence.prefix or '').upper()}{number}")
        return completed

    # -- a new ticket -----------------------------------------------------------

    @api.model
    def message_new(self, msg, custom_values=None):
        automatic = msg.get("message_type") == "auto_comment"
        sender = msg.get("email_from") or ""
        values = dict(custom_values or {})
        team = self.env["helpdesk.ticket.team"].browse(values.get("team_id"))
        company = team.company_id or self.env.company
        channels = self.env["helpdesk.ticket.channel"]
        values.setdefault("channel_id", channels._get_by_code("email", company).id)
        values.setdefault("user_id", False)  # else the gateway's own user
        values.setdefault("description", self._prepare_description(msg))
        values["waiting_since"] = not automatic and msg.get("date")
        values["partner_name"] = _get_name(sender)
        values["partner_email"] = email_normalize(sender) or sender
        if not automatic and not msg.get("author_id"):
            msg["author_id"] = self._create_requester(msg, company).id
        ticket = super(
            HelpdeskTicket, self.with_context(support_routed_by_machine=True)
        ).message_new({**msg, "subject": (msg.get("subject") or "").strip()}, values)
        ticket.message_subscribe(ticket.partner_id.ids)
        return ticket

    @api.model
    def _prepare_description(self, msg):
        """The body, or a word in place of none."""
        body = msg.get("body")
        if html2plaintext(body).strip():
            return body
        return self.env._("(The message has no text.)")

    @api.model
    def _create_requester(self, msg, company):
        """A contact for an address that writes for the first time.

        Its language is the one of the message, as far as the script tells.

        :rtype: res.partner (empty if the address is none, or one of our own)
        """
        address = email_normalize(msg.get("email_from"))
        if not address:
            return self.env["res.partner"]
        text = f"{msg.get('subject') or ''} {html2plaintext(msg.get('body'))}"
        lang = self._guess_lang(text) or company.partner_id.lang
        return self.env["mail.thread"]._partner_find_from_emails_single(
            [msg["email_from"]], additional_values={address: {"lang": lang}}
        )[:1]

    @api.model
    def _guess_lang(self, text):
        """Installed language of a text: Arabic if it has Arabic letters, else English.

        :return: its code; ``None``, if nothing tells or it is not installed
        """
        for letters, wanted in ((ARABIC, "ar"), (LATIN, "en")):
            if letters.search(text):
                installed = self.env["res.lang"].get_installed()
                codes = (code for code, _name in installed)
                return next((c for c in codes if c.split("_")[0] == wanted), None)
        return None

    @api.model
    def _create_from_unreadable(self, headers, source, team):
        """A ticket for a message that could not be read, with the original attached.

        :param email.message.Message headers: the headers of the message
        :param bytes source: the message as it came
        :param helpdesk.ticket.team team: to whom it was addressed
        :return: the ticket; empty, if the message has been delivered before
        """
        message_id = get_header(headers, "Message-Id")
        # sudo: the same message may have been given to another team
        known = self.env["mail.message"].sudo()
        if message_id and known.search_count([("message_id", "=", message_id)]):
            return self.browse()
        sender = get_header(headers, "From")
        sender = email_normalize(sender) or sender
        msg = {
            "email_from": sender,
            "date": get_received_at(headers, fields.Datetime.now()),
            "message_type": "auto_comment" if is_automatic(headers) else "email",
            "author_id": self._find_sender({"email_from": sender}).id,
        }
        body = self.env._(
            "This message could not be read automatically. The original is attached: "
            "please open it and answer the sender."
        )
        ticket = self.message_new(msg, {"team_id": team.id, "description": body})
        ticket.message_post(
            body=body,
            attachments=[("message.eml", source)],
            subtype_id=ticket._creation_subtype().id,
            message_id=message_id,
            **msg,
        )
        return ticket

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Lets Odoo refuse a sender who makes tickets by the dozen."""
        if not email_from_normalized:
            return []  # broken addresses have nothing in common
        return Domain("partner_email", "=", email_from_normalized) | Domain(
            "partner_id.email_normalized", "=", email_from_normalized
        )


def _get_name(address):
    """The person's name in a mail address, else the address itself."""
    for name, bare in email_split_tuples(address):
        return name or bare
    return address
