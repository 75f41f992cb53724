import ast
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, email_normalize_all, html2plaintext
from odoo.tools.mail import parse_contact_from_email, plaintext2html

from ..sla.attempt import attempt
from .inbound import Inbound, Sender, bound
from .raw_message import get_header, get_received_at, is_automatic
from .storable import make_storable

#: How much of a message (in bytes) is shown if it can neither be read nor attached.
LONGEST_EXCERPT = 50_000


class HelpdeskTicket(models.Model):
    """E-mail: Odoo's gateway keeps its own way in, and asks the intake at each step.
    It runs as superuser, whoever hands the message in."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _read_mail(self, msg, values=None):
        """What a parsed message says.

        :param dict msg: as the gateway has parsed and cleaned it
        :param dict values: what the alias stands for
        :rtype: Inbound
        """
        sender, values = msg.get("email_from") or "", values or {}
        name, address = parse_contact_from_email(sender)
        body = msg.get("body") or ""
        text = html2plaintext(body)
        subject = (msg.get("subject") or "").strip()
        automatic = msg.get("message_type") == "auto_comment"
        team = self.env["helpdesk.ticket.team"].browse(values.get("team_id"))
        company = team.company_id or self.env.company
        lang = self.env["res.lang"]._guess(f"{subject} {text}")
        return Inbound(
            **self.env["helpdesk.ticket.channel"]._get_keys("email", company),
            sender=Sender(
                name=name or address,
                email=sender,
                partner_id=msg.get("author_id") or 0,
                welcome=not automatic,
                contact={"lang": lang},
            ),
            subject=subject,
            body=body if text.strip() else "",
            claimed_at=msg.get("date"),
            number_texts=() if automatic else (subject, text),
            asks=not automatic,
            values=values,
        )

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
        inbound = self._read_mail(message_dict)
        writer = self.env["res.partner"]._recognize(inbound)
        replied = ticket = self.browse(thread_id or [])
        if not (replied and replied._admits(writer)):
            ticket = self._find_named(inbound.number_texts, writer)
        if ticket:
            author = ticket._get_author(writer)
            message_dict["author_id"] = author.id
            # what staff tell each other is not for the requester to continue
            if not ticket._get_staff(author):
                message_dict["is_internal"] = False
            if inbound.asks and ticket._is_from(writer):
                ticket = ticket._get_receiver(inbound.claimed_at, author, writer.email)
            if ticket != replied:
                message_dict["parent_id"] = False
        else:
            message_dict.update(parent_id=False, is_internal=False)
            if not custom_values and alias:
                custom_values = ast.literal_eval(alias.alias_defaults)
            custom_values = custom_values or {"team_id": replied.team_id.id}
        if not inbound.asks:
            message_dict["is_internal"] = True
        return model, ticket.id, custom_values, uid, None

    def _admits(self, writer):
        """Whether somebody may write into the ticket: requester, staff, or who has been
        copied in by one of them.

        :param Requester writer: who sent a message
        :rtype: bool
        """
        author = self._get_author(writer)
        return bool(
            self._is_from(writer)
            or self._get_staff(author)
            or author in self.message_partner_ids
            or (writer.email and writer.email in self._get_copied_in())
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

    # -- a new ticket -----------------------------------------------------------

    @api.model
    def message_new(self, msg, custom_values=None):
        inbound = self._read_mail(msg, custom_values)
        requester = self.env["res.partner"]._identify(inbound)
        moment = inbound.get_moment(fields.Datetime.now())
        values = self._prepare_request(inbound, requester, moment)
        if not inbound.subject:
            values.pop("name")  # Odoo has a word for it
        if not inbound.body and "description" not in inbound.values:
            values["description"] = self.env._("(The message has no text.)")
        if not msg.get("author_id"):
            msg["author_id"] = requester.partner.id
        ticket = super().message_new({**msg, "subject": inbound.subject}, values)
        ticket.message_subscribe(ticket.partner_id.ids)
        return ticket

    @api.model
    def _create_from_unreadable(self, headers, source, team):
        """A ticket for a message that could not be read, with the original attached.

        :param email.message.Message headers: the headers of the message
        :param bytes source: the message as it came
        :param helpdesk.ticket.team team: to whom it was addressed
        :return: the ticket; empty, if the message has been delivered before
        """
        message_id = get_header(headers, "Message-Id")
        known = [("message_id", "=", message_id)]  # perhaps on another team's ticket
        if message_id and self.env["mail.message"].search_count(known):
            return self.browse()
        sender = get_header(headers, "From")
        sender = email_normalize(sender) or sender
        msg = {
            "email_from": sender,
            "date": bound(get_received_at(headers), fields.Datetime.now()),
            "message_type": "auto_comment" if is_automatic(headers) else "email",
        }
        body = self.env._(
            "This message could not be read automatically. The original is "
            "attached; please open it and answer the sender."
        )
        ticket = self.message_new(msg, {"team_id": team.id, "description": body})
        post = partial(
            ticket.message_post,
            subtype_id=ticket._creation_subtype().id,
            message_id=message_id,
            **msg,
        )
        whole = partial(post, body=body, attachments=[("message.eml", source)])
        if attempt(self.env, whole):  # no file can be stored
            text = make_storable(source[:LONGEST_EXCERPT].decode(errors="replace"))
            post(body=plaintext2html(text))
        return ticket

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Lets Odoo refuse a sender who makes tickets by the dozen."""
        if not email_from_normalized:
            return []  # broken addresses have nothing in common
        return Domain("partner_email", "=", email_from_normalized) | Domain(
            "partner_id.email_normalized", "=", email_from_normalized
        )
