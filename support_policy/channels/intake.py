"""The one door: whatever comes in, by whatever channel, by the same rules."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from .reference import find_numbers
from .requester import Requester


class Taken(NamedTuple):
    """What has become of something that came in."""

    #: Where it goes on.
    ticket: models.Model
    requester: Requester
    #: How it stands in the chatter (empty for a call).
    message: models.Model
    is_new: bool


class HelpdeskTicket(models.Model):
    """Behind the channels' own doors: all of it runs as superuser, for people who have
    no rights here; what they may do is decided by who they are."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _take_in(self, inbound):
        """Take something in: as a new request, or on the ticket that it is about.

        :param inbound.Inbound inbound: what came in
        :rtype: Taken
        """
        moment = inbound.get_moment(fields.Datetime.now())
        requester = self.env["res.partner"]._identify(inbound)
        ticket = self._find_ticket(inbound, requester)
        if not ticket:
            return self._open_request(inbound, requester, moment)
        if not ticket._is_from(requester):
            # staff have corrected the contact of the conversation
            requester = requester._replace(partner=ticket.partner_id)
        return ticket._go_on(inbound, requester, moment)

    # -- about which ticket (R5) ------------------------------------------------

    @api.model
    def _find_ticket(self, inbound, requester):
        """The ticket that it is about: the one to which the channel ties it, else the
        one whose number it names, else that of the running conversation. Only ever one
        of the same requester's.

        :rtype: helpdesk.ticket (empty if it is a request of its own)
        """
        thread = self.browse(inbound.thread_id or ()).exists()
        if thread and thread._is_from(requester):
            return thread
        return self._find_named(
            inbound.number_texts, requester
        ) or self._find_conversation(inbound, requester)

    @api.model
    def _find_named(self, texts, requester):
        """The ticket of this requester whose number stands in one of the texts; of
        several, the first that is named. A number that somebody else quotes tells them
        nothing.

        :param texts: plain ones, in the order in which they count
        :rtype: helpdesk.ticket
        """
        tickets = self.with_context(active_test=False)
        for text in texts:
            numbers = self._complete_numbers(find_numbers(text))
            theirs = tickets.search(
                [("number", "in", numbers)], order="id desc"
            ).filtered(lambda ticket: ticket._is_from(requester))
            if theirs:
                found = min(theirs, key=lambda t, order=numbers: order.index(t.number))
                return self.browse(found.id)
        return self.browse()

    @api.model
    def _complete_numbers(self, numbers):
        """The same candidates, each bare "00042" followed by "HT00042".

        :rtype: list of str
        """
        known = [("code", "=", "helpdesk.ticket.sequence")]
        sequences = self.env["ir.sequence"].search(known)
        completed = []
        for number in numbers:
            completed.append(number)
            for sequence in sequences:
                if number.isdigit() and len(number) >= sequence.padding:
                    completed.append(f"{(sequence.prefix or '').upper()}{number}")
        return completed

    @api.model
    def _find_conversation(self, inbound, requester):
        """The open ticket on which a conversation by this channel runs on.

        :rtype: helpdesk.ticket
        """
        if inbound.conversation is None:
            return self.browse()
        theirs = Domain("partner_id", "=", requester.partner.id or -1)
        if inbound.same_sender:
            theirs |= Domain("partner_id", "!=", False) & Domain(inbound.same_sender)
        return self.search(
            theirs
            & Domain(inbound.conversation)
            & Domain("channel_id", "=", inbound.channel_id)
            & Domain("company_id", "=", inbound.company_id)
            & Domain("closed", "=", False)
            & Domain("duplicate_id", "=", False),
            order="id desc",
            limit=1,
        )

    # -- a further message (R1, R5, R9) -----------------------------------------

    def _go_on(self, inbound, requester, moment):
        """It is about this ticket, or about the one on which this one goes on.

        What is written is heard in the chatter, as everywhere (see ``sla``); of a call
        nothing is written.
        """
        ticket = self._get_receiver(moment, requester.partner, requester.email)
        if not (inbound.body or inbound.files):
            ticket = ticket._hear(moment, self.env["mail.message"], inbound.asks)
            return Taken(ticket, requester, self.env["mail.message"], False)
        message = ticket._post_inbound(inbound, requester, moment)
        ticket = ticket._get_receiver(moment, requester.partner, requester.email)
        return Taken(ticket, requester, message, False)

    # -- a new request ----------------------------------------------------------

    @api.model
    def _open_request(self, inbound, requester, moment):
        """A ticket of its own, with the request as its first message; posting that
        acknowledges it."""
        ticket = self.create(self._prepare_request(inbound, requester, moment))
        message = self.env["mail.message"]
        if inbound.body or inbound.files:
            if requester.email:
                ticket.message_subscribe(requester.partner.ids)
            created = self._creation_subtype().id
            message = ticket._post_inbound(
                inbound, requester, moment, subtype_id=created
            )
        return Taken(ticket, requester, message, True)

    @api.model
    def _prepare_request(self, inbound, requester, moment):
        """Values of the ticket for a new request. Its category routes it: nobody has
        chosen the team by hand (R7).

        :rtype: dict
        """
        sender = inbound.sender
        vals = {name: value for name, value in inbound.values.items() if value}
        company = self.env["res.company"].browse(inbound.company_id)
        category = self.env["helpdesk.ticket.category"].browse(
            vals.get("category_id") or ()
        )
        if routed := category._get_routed("team_id", company):
            vals["team_id"] = routed.id
        return {
            "name": inbound.subject or self._name_request(inbound, requester),
            "description": inbound.body or inbound.subject,
            "partner_id": requester.partner.id,
            "partner_name": sender.name or requester.partner.name,
            "partner_email": email_normalize(sender.email) or sender.email,
            "channel_id": inbound.channel_id,
            "company_id": company.id,
            "requester_confirmed": requester.proven,
            "waiting_since": inbound.asks and moment,
            "user_id": False,  # else the channel's own user
            "team_by_hand": False,
            "department_by_hand": False,
            **vals,
        }

    @api.model
    def _name_request(self, inbound, requester):
        """A title for what has none, in the language of the company."""
        company = self.env["res.company"].browse(inbound.company_id)
        env = self.with_context(lang=company.partner_id.lang).env
        channel = env["helpdesk.ticket.channel"].browse(inbound.channel_id)
        return env._(
            "%(channel)s message from %(name)s",
            channel=channel.name,
            name=requester.partner.name or inbound.sender.name,
        )

    def _post_inbound(self, inbound, requester, moment, **values):
        """What they wrote, as a message in the chatter."""
        values = values or {"subtype_xmlid": "mail.mt_comment"}
        partner = requester.partner or self.partner_id
        return self.message_post(
            body=inbound.body,
            # Odoo's type for machines' words: they ask nothing
            message_type="comment" if inbound.asks else "auto_comment",
            author_id=partner.id,
            email_from=(
                partner.email_formatted or requester.email or inbound.sender.phone
            ),
            date=moment,
            parent_id=inbound.parent_id,
            attachments=list(inbound.files),
            **values,
        )
