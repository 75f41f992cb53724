"""Invoices for the tests of the finance room."""

from odoo import Command
from odoo.tests import new_test_user

from .channels_common import MailCase


class FinanceCase(MailCase):
    """A company with a chart of accounts, a finance agent, an invoiced trainee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        cls.finance = new_test_user(
            cls.env,
            login="sp_finance",
            name="Finance",
            email="finance@desk.example",
            groups="support_policy.group_finance",
        )
        cls.accountant = new_test_user(
            cls.env,
            login="sp_accountant",
            name="Accountant",
            groups="account.group_account_invoice",
        )
        cls.team = cls.env.ref("support_policy.team_financial_support")
        cls.team.write({"user_ids": cls.finance.ids, "user_id": cls.leader.id})
        cls.category = cls.env.ref("support_policy.category_financial_invoices")
        cls.moves = cls.env["account.move"]

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(self.trainee)
        self.ticket = self.ask("2026-03-01 10:00").with_user(self.finance)

    def make_invoice(self, partner, amount=1150, post=True, **vals):
        """An invoice, made by accounting."""
        invoice = self.moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-02-01",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Fees", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )
        if post:
            invoice.action_post()
        return invoice.with_user(self.finance)

    def link(self, *invoices):
        """Link documents to the ticket, as the finance agent."""
        self.ticket.invoice_ids = self.moves.concat(*invoices)

    def pay(self, invoice, amount=None):
        """Register a payment with Odoo's own form, opened from the ticket."""
        action = invoice.action_register_payment_from_ticket()
        form = self.env[action["res_model"]].with_user(self.finance)
        form = form.with_context(**action["context"])
        form.create({"amount": amount} if amount else {})._create_payments()

    def reverse(self, invoice):
        """Make a credit note with Odoo's own form, opened from the ticket."""
        action = invoice.action_reverse_from_ticket()
        form = self.env[action["res_model"]].with_user(self.finance)
        form = form.with_context(**action["context"])
        wizard = form.create({"journal_id": invoice.journal_id.id})
        return self.moves.browse(wizard.refund_moves()["res_id"])

    def notes(self, subtype):
        """Internal notes of one kind on the ticket."""
        wanted = self.env.ref(f"support_policy.{subtype}")
        messages = self.ticket.sudo().message_ids
        return messages.filtered(lambda message: message.subtype_id == wanted)
