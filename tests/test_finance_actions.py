"""What finance does from the ticket, through Odoo's own forms, noted in the chatter."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import at
from .finance_common import FinanceCase


class TestStatus(FinanceCase):
    def test_state_and_amount_due_at_a_glance(self):
        second = self.make_invoice(self.trainee, 350)
        self.link(self.invoice, second)
        self.assertEqual(self.ticket.invoice_amount_due, 1500)
        self.assertEqual(self.ticket.invoice_status, "due")
        self.pay(second)
        self.assertEqual(self.ticket.invoice_amount_due, 1150)
        self.pay(self.invoice, 150)
        self.assertEqual(self.ticket.invoice_amount_due, 1000)
        self.assertEqual(self.ticket.invoice_status, "partial")

    def test_in_the_companys_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2026-01-01", "rate": 0.5}
        )
        self.link(self.make_invoice(self.trainee, 100, currency_id=euro.id))
        self.assertEqual(self.ticket.invoice_amount_due, 200)
        self.assertEqual(self.ticket.invoice_currency_id, self.company.currency_id)

    def test_nothing_linked(self):
        self.assertEqual(self.ticket.invoice_amount_due, 0)
        self.assertFalse(self.ticket.invoice_status)


class TestActions(FinanceCase):
    def setUp(self):
        super().setUp()
        self.link(self.invoice)

    def test_a_credit_note_is_linked_too(self):
        credit = self.reverse(self.invoice)
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(self.ticket.invoice_ids, self.invoice | credit)
        self.assertIn(self.invoice.name, self.notes("mt_invoice_reversed").body)
        credit.with_user(self.finance).action_post()
        self.assertEqual(self.ticket.invoice_amount_due, 0)

    def test_a_credit_note_made_in_accounting_is_linked_too(self):
        credit = self.invoice.sudo()._reverse_moves(cancel=True)
        self.assertEqual(self.ticket.invoice_ids, self.invoice | credit)
        self.assertEqual(self.invoice.payment_state, "reversed")
        self.assertEqual(self.ticket.invoice_amount_due, 0)

    def test_a_payment_is_noted(self):
        self.pay(self.invoice)
        self.assertIn(self.invoice.name, self.notes("mt_invoice_payment").body)
        self.assertIn(self.ticket.invoice_status, ("in_payment", "paid"))

    def test_sending_again_is_noted(self):
        action = self.invoice.action_send_from_ticket()
        self.assertEqual(action["context"]["active_ids"], self.invoice.ids)
        wizard = self.env[action["res_model"]].with_user(self.finance)
        wizard = wizard.with_context(**action["context"])
        wizard = wizard.create({"sending_methods": ["email"]})
        # the PDF itself needs a program that this machine may lack
        with (
            patch.object(
                type(self.env["ir.actions.report"]),
                "_render",
                lambda *args, **kwargs: (b"%PDF-1.4", "pdf"),
            ),
            patch.object(
                type(self.env["account.move.send"]),
                "_prepare_invoice_pdf_report",
                _fake_pdf,
            ),
        ):
            wizard.action_send_and_print(allow_fallback_pdf=True)
        self.assertIn(self.invoice.name, self.notes("mt_invoice_sent").body)
        self.assertTrue(self.mails_to(self.trainee.email))

    def test_a_document_without_tickets_is_noted_nowhere(self):
        before = self.env["mail.message"].search_count(
            [("model", "=", "helpdesk.ticket")]
        )
        other = self.make_invoice(self.trainee)
        self.pay(other)
        after = self.env["mail.message"].search_count(
            [("model", "=", "helpdesk.ticket")]
        )
        self.assertEqual(before, after)

    def test_none_of_it_is_an_answer(self):
        self.pay(self.invoice)
        self.reverse(self.invoice)
        self.assertEqual(self.ticket.sla_state, "running")

    def test_an_agent_without_finance_does_none_of_it(self):
        invoice = self.invoice.with_user(self.agent)
        for act in (
            invoice.action_reverse_from_ticket,
            invoice.action_register_payment_from_ticket,
            invoice.action_send_from_ticket,
        ):
            with self.subTest(act.__name__), self.assertRaises(UserError):
                action = act()
                form = self.env[action["res_model"]].with_user(self.agent)
                form.with_context(**action["context"]).create({})


def _fake_pdf(self, invoices_data):
    for invoice, data in invoices_data.items():
        data["pdf_attachment_values"] = {
            "name": f"{invoice.name}.pdf".replace("/", "_"),
            "raw": b"%PDF-1.4",
            "mimetype": "application/pdf",
            "res_model": invoice._name,
            "res_id": invoice.id,
            "res_field": "invoice_pdf_report_file",
        }


class TestAnswer(FinanceCase):
    def open_composer(self):
        action = self.ticket.action_answer_with_invoices()
        composer = self.env[action["res_model"]].with_user(self.finance)
        return Form(composer.with_context(**action["context"]))

    def test_an_answer_carries_the_portal_link(self):
        self.link(self.invoice)
        with at("2026-03-01 12:00"):
            self.open_composer().save()._action_send_mail()
        answer = self.ticket.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )
        self.assertIn(f"/my/invoices/{self.invoice.id}?access_token=", answer.body)
        self.assertEqual(self.ticket.sla_state, "met")
        self.assertEqual(answer.partner_ids, self.trainee)

    def test_and_the_pdf_if_there_is_one(self):
        self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "account.move",
                "res_id": self.invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.invoice.invalidate_recordset()
        self.link(self.invoice)
        with at("2026-03-01 12:00"):
            self.open_composer().save()._action_send_mail()
        answer = self.ticket.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )
        self.assertEqual(answer.attachment_ids.name, "invoice.pdf")
        self.assertEqual(answer.attachment_ids.res_model, "helpdesk.ticket")
        self.assertTrue(self.invoice.invoice_pdf_report_id, "the invoice keeps its own")

    def test_in_the_requesters_language(self):
        self.link(self.invoice)
        self.assertRegex(self.open_composer().body, "[\u0600-\u06ff]")

    def test_a_draft_cannot_be_sent(self):
        self.link(self.make_invoice(self.trainee, post=False))
        with self.assertRefused("posted"):
            self.open_composer()


@tagged("-at_install", "post_install")
class TestScreens(FinanceCase):
    def test_the_form_hides_what_is_finances(self):
        self.link(self.invoice)
        views = self.env["helpdesk.ticket"]
        seen = views.with_user(self.finance).get_view(view_type="form")["arch"]
        hidden = views.with_user(self.agent).get_view(view_type="form")["arch"]
        self.assertIn('name="invoice_ids"', seen)
        for name in ("invoice_ids", "invoice_amount_due", "suggested_invoice_ids"):
            self.assertNotIn(f'name="{name}"', hidden)
