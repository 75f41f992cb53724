from odoo import api, fields, models

#: Who links documents and sees amounts: finance agents are accounting users.
ACCOUNTANTS = "account.group_account_invoice"
#: What requesters receive: invoices and credit notes.
CUSTOMER_DOCUMENTS = ("out_invoice", "out_refund")
LINKS = "helpdesk_ticket_account_move_rel"


class AccountMove(models.Model):
    _inherit = "account.move"

    ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        LINKS,
        "move_id",
        "ticket_id",
        string="Tickets",
        copy=False,
        groups=ACCOUNTANTS,
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", groups=ACCOUNTANTS)

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        for move in self:
            move.ticket_count = len(move.ticket_ids)

    @api.constrains("ticket_ids")
    def _check_tickets(self):
        self.ticket_ids._check_invoices()

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "partner_id"} & vals.keys():
            # sudo: a link that is no longer true goes, whoever corrected the document
            self.sudo().ticket_ids._unlink_foreign_invoices()
        return result

    def _belongs_to(self, ticket):
        """Whether the document is one of the ticket's requester, or of their
        organisation, in the ticket's company.

        :rtype: bool
        """
        self.ensure_one()
        partner = ticket.partner_id.commercial_partner_id
        return (
            bool(partner)
            and self.partner_id.commercial_partner_id == partner
            and self.company_id == ticket.company_id
        )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        reversals = super()._reverse_moves(default_values_list, cancel)
        # sudo: who may reverse the document need not see its tickets
        for reversal in reversals.sudo():
            original = reversal.reversed_entry_id
            reversal.ticket_ids = original.ticket_ids
            original._log_on_tickets("support_policy.mt_invoice_reversed")
        return reversals

    def _log_on_tickets(self, subtype):
        """Note on the linked tickets what was done with each document. Only its name
        is said: amounts are not for everybody who works the ticket.

        :param str subtype: XML id of the words that say it
        """
        for move in self.sudo():  # sudo: the note is made for whoever works the ticket
            tickets = move.ticket_ids
            tickets._log_changes(subtype, dict.fromkeys(tickets, move.display_name))

    # -- from the ticket --------------------------------------------------------

    def action_link_to_ticket(self):
        """Link a suggested document to the ticket that the context names."""
        self.ensure_one()
        ticket = self.env["helpdesk.ticket"].browse(self.env.context["link_ticket_id"])
        ticket.invoice_ids |= self

    def action_reverse_from_ticket(self):
        """Odoo's own credit note, which works on the active documents."""
        self.ensure_one()
        context = {"active_model": self._name, "active_ids": self.ids}
        return {**self.action_reverse(), "context": context}

    def action_register_payment_from_ticket(self):
        """Odoo's own registering of a payment, and back to the ticket."""
        self.ensure_one()
        action = self.action_register_payment()
        return {
            **action,
            "context": {**action["context"], "dont_redirect_to_payments": True},
        }

    def action_send_from_ticket(self):
        """Odoo's own sending, again if need be."""
        return self.action_invoice_sent()

    def action_open_tickets(self):
        """The linked tickets, as far as the reader may see them."""
        self.ensure_one()
        return self.ticket_ids._get_records_action(name=self.env._("Tickets"))
