from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from .invoice import ACCOUNTANTS, CUSTOMER_DOCUMENTS, LINKS


class HelpdeskTicket(models.Model):
    """The invoices and credit notes that a request is about."""

    _inherit = "helpdesk.ticket"

    invoice_ids = fields.Many2many(
        "account.move",
        LINKS,
        "ticket_id",
        "move_id",
        string="Invoices",
        copy=False,
        groups=ACCOUNTANTS,
        domain="[('move_type', 'in', ('out_invoice', 'out_refund')),"
        " ('commercial_partner_id', '=', commercial_partner_id),"
        " ('company_id', '=', company_id)]",
    )
    invoice_count = fields.Integer(
        compute="_compute_invoice_status", groups=ACCOUNTANTS
    )
    invoice_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency", groups=ACCOUNTANTS
    )
    invoice_amount_due = fields.Monetary(
        string="Amount Due",
        compute="_compute_invoice_status",
        currency_field="invoice_currency_id",
        groups=ACCOUNTANTS,
        help="Amount still to be paid on the linked documents, less credit notes, in "
        "the company's currency.",
    )
    invoice_status = fields.Selection(
        [
            ("draft", "Not posted"),
            ("due", "To be paid"),
            ("partial", "Partially paid"),
            ("in_payment", "In payment"),
            ("paid", "Paid"),
            ("reversed", "Reversed"),
            ("cancel", "Cancelled"),
        ],
        string="Payment",
        compute="_compute_invoice_status",
        groups=ACCOUNTANTS,
        help="Payment status of the linked document that needs the most attention.",
    )

    @api.depends(
        "invoice_ids.amount_residual_signed",
        "invoice_ids.payment_state",
        "invoice_ids.state",
    )
    def _compute_invoice_status(self):
        for ticket in self:
            invoices = ticket.invoice_ids
            posted = invoices.filtered(lambda move: move.state == "posted")
            ticket.invoice_count = len(invoices)
            ticket.invoice_amount_due = sum(posted.mapped("amount_residual_signed"))
            ticket.invoice_status = _get_worst(
                {_get_status(move) for move in invoices},
                [value for value, _label in self._fields["invoice_status"].selection],
            )

    # -- links stay true --------------------------------------------------------

    @api.constrains("invoice_ids")
    def _check_invoices(self):
        for ticket in self:
            for move in ticket.invoice_ids:
                if move.move_type not in CUSTOMER_DOCUMENTS:
                    raise ValidationError(
                        self.env._(
                            "Only customer invoices and credit notes can be linked "
                            "to tickets. %(document)s is neither.",
                            document=move.display_name,
                        )
                    )
                if not move._belongs_to(ticket):
                    raise ValidationError(
                        self.env._(
                            "%(document)s does not belong to this ticket's "
                            "requester in this company. Choose one of their "
                            "documents, or correct the ticket's contact first.",
                            document=move.display_name,
                        )
                    )

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "partner_id"} & vals.keys():
            # sudo: a link that is no longer true goes, whoever corrected the contact
            self.sudo()._unlink_foreign_invoices()
        return result

    def _unlink_foreign_invoices(self):
        """Take away links to documents of somebody who is not the requester (any more),
        and say so."""
        for ticket in self:
            foreign = ticket.invoice_ids.filtered(
                lambda move, ticket=ticket: not move._belongs_to(ticket)
            )
            if foreign:
                ticket.invoice_ids -= foreign
                names = ", ".join(foreign.mapped("display_name"))
                ticket._log_changes(
                    "support_policy.mt_invoice_unlinked", {ticket: names}
                )

    # -- buttons ----------------------------------------------------------------

    def action_open_invoices(self):
        """The linked invoices and credit notes."""
        self.ensure_one()
        return self.invoice_ids._get_records_action(name=self.env._("Invoices"))

    def action_answer_with_invoices(self):
        """Write an answer that carries the linked documents: a link to each on the
        portal, and the PDF of those that have one.

        :raises UserError: if no posted document is linked
        """
        self.ensure_one()
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        if not posted:
            raise UserError(
                self.env._("Link a posted invoice or credit note to the ticket first.")
            )
        body = self.env["ir.qweb"]._render(
            "support_policy.invoice_answer",
            {"ticket": self, "invoices": posted},
            lang=self.partner_id.lang or self.env.lang,
            minimal_qcontext=True,
        )
        # copies: what the answer carries lives and goes with the answer
        draft = {"res_model": "mail.compose.message", "res_id": 0, "res_field": False}
        # sudo: Odoo lets nobody write files of a message that is not saved yet
        copies = [file.copy(draft) for file in posted.sudo().invoice_pdf_report_id]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer with Invoice"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_subtype_id": self.env.ref("mail.mt_comment").id,
                "default_partner_ids": self.partner_id.ids,
                "default_body": body,
                "default_attachment_ids": [Command.set([file.id for file in copies])],
            },
        }


def _get_status(move):
    if move.state != "posted":
        return move.state
    return "due" if move.payment_state == "not_paid" else move.payment_state


def _get_worst(present, order):
    """The first of the states, in order of attention, that is present (else False)."""
    return next((state for state in order if state in present), False)
