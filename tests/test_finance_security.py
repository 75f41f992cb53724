"""Who may press which button, and see which amount, of the finance room."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .finance_common import FinanceCase


class FinanceMatrix(FinanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.team.user_ids |= cls.agent | cls.leader
        cls.people = {
            "agent": cls.agent,
            "leader": cls.leader,
            "manager": cls.manager,
            "executive": cls.executive,
            "head": cls.helpdesk_manager,
            "finance": cls.finance,
            "officer": new_test_user(
                env, "sp_officer", groups="support_policy.group_compliance"
            ),
            "staff": new_test_user(env, "sp_staff", groups="base.group_user"),
            "owner": new_test_user(
                env,
                "sp_sara",
                email=cls.trainee.email,
                groups="base.group_portal",
                partner_id=cls.trainee.id,
            ),
            "stranger": new_test_user(env, "sp_other", groups="base.group_portal"),
            "public": env.ref("base.public_user"),
        }


class TestButtons(FinanceMatrix):
    def buttons(self, user):
        ticket, invoice = self.ticket.with_user(user), self.invoice.with_user(user)
        other = self.make_invoice(self.trainee).with_user(user)
        return {
            "open invoices": ticket.action_open_invoices,
            "answer": ticket.action_answer_with_invoices,
            "open tickets": invoice.action_open_tickets,
            "link": other.with_context(link_ticket_id=ticket.id).action_link_to_ticket,
            "credit note": lambda: self.reverse(invoice.with_user(user)),
            "send": lambda: self.send(invoice),
            "pay": lambda: self.pay_as(invoice, user),
        }

    def pay_as(self, invoice, user):
        action = invoice.action_register_payment_from_ticket()
        form = self.env[action["res_model"]].with_user(user)
        form.with_context(**action["context"]).create({})._create_payments()

    def reverse(self, invoice):
        action = invoice.action_reverse_from_ticket()
        form = self.env[action["res_model"]].with_user(invoice.env.user)
        form = form.with_context(**action["context"])
        form.create({"journal_id": self.invoice.journal_id.id}).refund_moves()

    def send(self, invoice):
        action = invoice.action_send_from_ticket()
        form = self.env[action["res_model"]].with_user(invoice.env.user)
        form.with_context(**action["context"]).create({})

    def test_button_by_person(self):
        self.link(self.invoice)
        for name, user in self.people.items():
            for button, press in self.buttons(user).items():
                with self.subTest(button=button, name=name):
                    if name == "finance":
                        press()
                        continue
                    with self.assertRaises(UserError):
                        press()
        self.assertGreater(self.ticket.invoice_count, 2, "finance did all of it")

    def test_the_dashboard_is_finances(self):
        report = self.env["support.finance.report"]
        for name, user in self.people.items():
            with self.subTest(name):
                may = report.with_user(user).has_access("read")
                self.assertEqual(may, name == "finance")
                self.assertFalse(report.with_user(user).has_access("write"))

    def test_the_menu_is_too(self):
        menu = self.env.ref("support_policy.support_finance_report_menu")
        for name, user in self.people.items():
            if not user.share:
                seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
                with self.subTest(name):
                    self.assertEqual(menu.id in seen, name == "finance")

    def test_agents_of_another_team_do_not_link(self):
        lecture = self.env.ref("support_policy.category_trainee_attendance")
        ticket = self.ask("2026-03-01 10:00", category_id=lecture.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.finance).invoice_ids = self.invoice
        with self.assertRaises(AccessError):
            self.invoice.ticket_ids = ticket.with_user(self.finance)


@tagged("post_install", "-at_install")
class TestRpc(FinanceMatrix, HttpCase):
    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    @mute_logger("odoo.http")
    def test_nothing_leaks_over_rpc(self):
        """Reading, searching and grouping by what is finance's alone."""
        self.link(self.invoice)
        self.authenticate("sp_agent", "sp_agent")
        ids = self.ticket.ids
        for method, *args in (
            ("read", ids, ["invoice_amount_due"]),
            ("read", ids, ["suggested_invoice_ids"]),
            ("search_read", [["invoice_ids.amount_total", ">", 1]], ["name"]),
            ("search_count", [["invoice_ids", "!=", False]]),
            ("write", ids, {"invoice_ids": [[6, 0, []]]}),
            ("action_open_invoices", ids),
            ("_unlink_foreign_invoices", ids),
        ):
            with (
                self.subTest(method=method),
                self.assertRaises(Exception) as refused,
            ):
                self.call("helpdesk.ticket", method, *args)
            self.assertRegex(str(refused.exception), "AccessError|Private method")
        self.assertEqual(self.ticket.invoice_ids, self.invoice)
