"""The finance dashboard: open tickets by category, age, tier and amount."""

from .common import at
from .finance_common import FinanceCase


class TestDashboard(FinanceCase):
    def report(self, moment, user=None):
        with at(moment):
            self.env.flush_all()
            reports = self.env["support.finance.report"]
            reports.invalidate_model()
            rows = reports.with_user(user or self.finance).search([])
            rows.fetch(["days", "age"])
            return rows.sudo()

    def setUp(self):
        super().setUp()
        self.env["helpdesk.ticket"].search(
            [("id", "!=", self.ticket.id)]
        ).active = False
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2026-03-01 07:00' WHERE id = %s",
            self.ticket.ids,
        )

    def test_category_age_tier_and_amount(self):
        second = self.make_invoice(self.trainee, 350)
        self.link(self.invoice, second)
        self.pay(second)
        self.run_cron("2026-03-04 10:05")
        row = self.report("2026-03-06 12:00")
        self.assertEqual(row.ticket_id, self.ticket)
        self.assertEqual(row.category_id, self.category)
        self.assertEqual((row.days, row.age), (5, "3"))
        self.assertEqual(row.escalation_level, 1)
        self.assertEqual((row.amount_total, row.amount_due), (1500, 1150))

    def test_every_age(self):
        for day, age in ((1, "1"), (2, "1"), (3, "2"), (5, "3"), (15, "4")):
            with self.subTest(day):
                row = self.report(f"2026-03-{day:02} 12:00")
                self.assertEqual(row.age, age)
        self.assertEqual(self.report("2026-05-01 12:00").age, "5")

    def test_it_can_be_grouped_as_the_dashboard_does(self):
        self.link(self.invoice)
        self.env.flush_all()
        groups = self.env["support.finance.report"].with_user(self.finance)
        groups = groups.formatted_read_group(
            [], ["category_id", "age"], ["amount_due:sum", "escalation_level:max"]
        )
        self.assertEqual(groups[0]["amount_due:sum"], 1150)

    def test_open_ones_only(self):
        with at("2026-03-02 10:00"):
            self.ticket.stage_id = self.done
        self.assertFalse(self.report("2026-03-06 12:00"))

    def test_others_once_an_invoice_is_linked(self):
        lecture = self.env.ref("support_policy.category_trainee_attendance")
        ticket = self.ask("2026-03-01 10:00", category_id=lecture.id)
        manager = self._new_staff("all", "group_helpdesk_user")
        manager.group_ids |= self.env.ref("support_policy.group_finance")
        self.assertEqual(
            self.report("2026-03-06 12:00", manager).ticket_id, self.ticket.sudo()
        )
        ticket.invoice_ids = self.invoice.sudo()
        rows = self.report("2026-03-06 12:00", manager)
        self.assertEqual(len(rows), 2)
        own = self.report("2026-03-06 12:00")
        self.assertEqual(own.ticket_id, self.ticket.sudo(), "agents see their team's")

    def test_a_row_opens_its_ticket(self):
        row = self.report("2026-03-06 12:00")
        self.assertEqual(row.action_open_ticket()["res_id"], self.ticket.id)
