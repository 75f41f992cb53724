"""Invoices in an answer by WhatsApp: the link to each, and its PDF."""

from odoo.tests import Form, tagged

from .channels_whatsapp_common import WhatsappCase
from .common import at
from .finance_common import FinanceCase


@tagged("post_install", "-at_install")
class TestFinanceWhatsapp(FinanceCase, WhatsappCase):
    def test_an_answer_with_an_invoice(self):
        self.account.write({"team_id": self.team.id, "category_id": self.category.id})
        ticket = self.say("أرسلوا الفاتورة").with_user(self.finance)
        self.send()
        ticket.invoice_ids = self.invoice
        file = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4 x",
                "res_model": "account.move",
                "res_id": self.invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.assertEqual(self.invoice.sudo().invoice_pdf_report_id, file)
        with at("2026-03-01 11:00"):
            action = ticket.action_answer_with_invoices()
            composer = self.env["mail.compose.message"].with_user(self.finance)
            composer = Form(composer.with_context(**action["context"])).save()
            composer._action_send_mail()
        text, document = self.send("2026-03-01 11:00")
        self.assertIn(self.invoice.name, text["text"]["body"])
        self.assertIn("access_token=", text["text"]["body"])
        self.assertEqual(document["document"]["filename"], "invoice.pdf")
        self.assertEqual(ticket.sla_state, "met")
