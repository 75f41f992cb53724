from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..channels.reference import find_numbers
from .invoice import ACCOUNTANTS, CUSTOMER_DOCUMENTS

#: How many of a requester's documents, newest first, are looked at.
RECENT = 200
#: How many are suggested.
SUGGESTIONS = 8
#: The shortest number that can stand for a whole reference.
SHORTEST = 4


class HelpdeskTicket(models.Model):
    """Which documents a request is probably about: those whose references the requester
    wrote, then their open ones. Never another partner's."""

    _inherit = "helpdesk.ticket"

    suggested_invoice_ids = fields.Many2many(
        "account.move",
        string="Suggested",
        compute="_compute_suggested_invoice_ids",
        groups=ACCOUNTANTS,
    )

    @api.depends("invoice_ids", "partner_id", "company_id", "description")
    def _compute_suggested_invoice_ids(self):
        for ticket in self:
            documents = ticket._get_recent_documents()
            written = ticket._get_written_references() if documents else set()
            named = documents.filtered(
                lambda move, written=written: bool(move._get_references() & written)
            )
            open_ones = documents.filtered(
                lambda move: (
                    move.state == "posted"
                    and move.payment_state in ("not_paid", "partial")
                )
            )
            ticket.suggested_invoice_ids = (named | open_ones)[:SUGGESTIONS]

    def _get_recent_documents(self):
        """The requester's documents that are not linked yet, as far as the reader may
        see them."""
        partner = self.partner_id.commercial_partner_id
        if not partner:
            return self.env["account.move"]
        documents = self.env["account.move"].search(
            [
                ("move_type", "in", CUSTOMER_DOCUMENTS),
                ("commercial_partner_id", "=", partner.id),
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "cancel"),
            ],
            order="invoice_date desc, id desc",
            limit=RECENT,
        )
        return documents - self._origin.invoice_ids

    def _get_written_references(self):
        """Everything in the requester's words that could be a reference.

        :rtype: set of str, upper case, with Latin digits
        """
        # sudo: who may see the ticket may see what was written on it
        messages = self._origin.sudo().message_ids.filtered(
            lambda message: (
                message._is_between_people()
                and self._is_requester(message.author_id, message.email_from)
            )
        )
        texts = [self.name, self.description, *messages.mapped("body")]
        text = "\n".join(html2plaintext(text or "") for text in texts)
        return set(find_numbers(text))


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_references(self):
        """How people may write this document down: its number, its payment reference,
        the customer's own, and the numbers of its payments; whole, or the last part.

        :rtype: set of str, upper case
        """
        self.ensure_one()
        payments = self.reconciled_payment_ids
        known = [
            self.name,
            self.payment_reference,
            self.ref,
            *payments.mapped("name"),
            *payments.mapped("memo"),
            *payments.mapped("payment_reference"),
        ]
        whole = {reference.strip().upper() for reference in known if reference}
        parts = {reference.rpartition("/")[2] for reference in whole}
        return whole | {part for part in parts if len(part) >= SHORTEST}
