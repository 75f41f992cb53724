"""Who it is that wrote or called, and whether that is proven or only claimed."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import formataddr


class Requester(NamedTuple):
    """Somebody from outside, as the intake knows them."""

    #: Empty if they have no contact.
    partner: models.Model
    #: Normalized address, or what was given in place of one.
    email: str
    #: Whether they are who they say; else somebody may have given another's address.
    proven: bool


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _identify(self, inbound):
        """Who sent something; a contact is made for somebody new.

        Runs as superuser: people are known whatever contacts an agent may read.

        :param inbound.Inbound inbound: what came in
        :rtype: Requester
        """
        sender = inbound.sender
        # one at a time: two messages at once are of one new contact, or conversation
        if who := sender.phone or email_normalize(sender.email) or sender.partner_id:
            self.env["support.turn"]._take(inbound.company_id, who)
        requester = self._recognize(inbound)
        if requester.partner or not sender.welcome:
            return requester
        company = self.env["res.company"].browse(inbound.company_id)
        return requester._replace(
            partner=self._make_sender(sender, company), proven=True
        )

    @api.model
    def _recognize(self, inbound):
        """The same, without a contact for somebody new.

        :param inbound.Inbound inbound: what came in
        :rtype: Requester
        """
        sender = inbound.sender
        email = email_normalize(sender.email) or sender.email
        known = self.browse(sender.partner_id or ()).exists()
        if known and (not email or known.email_normalized == email):
            return Requester(known, email, True)
        return Requester(self._find_sender(sender, inbound), email, sender.proven)

    @api.model
    def _find_sender(self, sender, inbound):
        if email_normalize(sender.email):
            threads = self.env["helpdesk.ticket"]
            return threads._partner_find_from_emails_single(
                [sender.email], no_create=True
            )[:1]
        company = self.env["res.company"].browse(inbound.company_id)
        return self._find_caller(sender.phone, company)

    @api.model
    def _make_sender(self, sender, company):
        """A contact for somebody who writes or calls for the first time.

        :rtype: res.partner (empty if they gave neither address nor number, or gave one
            of our own addresses)
        """
        vals = {"lang": company.partner_id.lang}
        vals |= {name: value for name, value in sender.contact.items() if value}
        if address := email_normalize(sender.email):
            if sender.phone:
                vals["phone"] = sender.phone
            return self.env["mail.thread"]._partner_find_from_emails_single(
                [formataddr((sender.name, address))],
                additional_values={address: vals},
            )[:1]
        if not (sender.phone or sender.name) or sender.email:
            return self.browse()
        return self.create(
            {
                "name": sender.name or sender.phone,
                "phone": sender.phone,
                "country_id": company.country_id.id,
                **vals,
            }
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    requester_confirmed = fields.Boolean(
        copy=False,
        default=True,
        readonly=True,
        help="Not confirmed if the e-mail address given in the form already belongs "
        "to a contact. The page then shows the conversation only where the link in "
        "our e-mail was opened.",
    )

    def _get_author(self, writer):
        """The contact behind somebody who writes on this ticket.

        Of several contacts with one address it is the requester, or who follows the
        ticket.

        :param Requester writer: who wrote
        :rtype: res.partner (empty if they have none)
        """
        taking_part = self.partner_id + self.message_partner_ids
        same = taking_part.filtered(
            lambda one: writer.email and one.email_normalized == writer.email
        )
        return same[:1] or writer.partner

    def _is_from(self, requester):
        """Whether somebody is the requester of this ticket.

        Of several contacts with one address, each is: families share a mailbox.

        :param Requester requester: who wrote
        :rtype: bool
        """
        self.ensure_one()
        return self._is_requester(self._get_author(requester), requester.email)
