from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _create_payments(self):
        invoices = self.line_ids.move_id
        payments = super()._create_payments()
        invoices._log_on_tickets("support_policy.mt_invoice_payment")
        return payments
