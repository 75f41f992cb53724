"""A real browser, in Arabic: finance links a suggested invoice and has it paid."""

from odoo.tests import HttpCase, tagged

from .finance_common import FinanceCase


@tagged("post_install", "-at_install")
class TestFinanceBrowser(FinanceCase, HttpCase):
    def test_from_the_suggestion_to_the_payment(self):
        self.finance.lang = "ar_001"
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "سداد الرسوم",
                "description": "<p>أريد سداد الفاتورة.</p>",
                "partner_id": self.trainee.id,
                "channel_id": self.email.id,
                "category_id": self.category.id,
                "user_id": False,
            }
        )
        url = f"/odoo/helpdesk-tickets/{ticket.id}"
        self.start_tour(url, "support_policy_invoices", login="sp_finance", timeout=180)
        self.assertEqual(ticket.invoice_ids, self.invoice)
        self.assertIn(self.invoice.payment_state, ("in_payment", "paid"))
