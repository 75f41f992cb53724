"""Screens: the banner in one glance, filters that find what they say, menus."""

from lxml import html

from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import SupportPolicyCase, at


class TestBanner(SupportPolicyCase):
    """Who owes an answer, by when, at which tier, and what happens next."""

    def banner(self, ticket, moment, user=None):
        with at(moment):
            ticket.invalidate_recordset()
            source = ticket.with_user(user or self.agent).sla_banner
        node = html.fromstring(source)
        return node.get("data-urgency"), " ".join(node.text_content().split())

    def test_in_time(self):
        ticket = self.ask("2026-03-01 10:00")
        urgency, text = self.banner(ticket, "2026-03-03 10:00")
        self.assertEqual(urgency, "calm")
        for fact in (
            "Responsible Trainee Support",
            "SLA deadline Wednesday 4 March, 10:00 (Riyadh time)",
            "in 8 h 0 min of business time",
            "Not escalated",
            "Leader takes over after Wednesday 4 March, 10:00 (Riyadh time)",
        ):
            self.assertIn(fact, text)

    def test_urgent_in_the_last_four_business_hours(self):
        ticket = self.ask("2026-03-01 10:00", user_id=self.agent.id)
        urgency, text = self.banner(ticket, "2026-03-03 14:40")
        self.assertEqual(urgency, "urgent")
        self.assertIn("Responsible Agent", text)
        self.assertIn("in 3 h 20 min of business time", text)
        self.assertEqual(self.banner(ticket, "2026-03-04 10:00:00")[0], "urgent")

    def test_breached_and_climbing(self):
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron("2026-03-04 10:05")
        urgency, text = self.banner(ticket, "2026-03-04 11:00")
        self.assertEqual(urgency, "breached")
        for fact in (
            "Responsible Leader",
            "1 h 0 min of business time ago",
            "1 / 3: Reminder to the team",
            "Answer due: Monday 9 March, 10:05 (Riyadh time)",
            "Manager takes over after",
        ):
            self.assertIn(fact, text)

    def test_at_the_top(self):
        ticket = self.ask("2026-03-01 10:00")
        for moment in ("2026-03-04 10:05", "2026-03-09 10:10", "2026-03-12 10:15"):
            self.run_cron(moment)
        text = self.banner(ticket, "2026-03-12 11:00")[1]
        self.assertIn("3 / 3: Executive management", text)
        self.assertIn("Reminder every business day", text)

    def test_answered_in_time_late_or_not_covered(self):
        for channel, answered, urgency in (
            (self.email, "2026-03-02 10:00", "met"),
            (self.email, "2026-03-08 10:00", "late"),
            (self.env["helpdesk.ticket.channel"], None, "no_policy"),
        ):
            with self.subTest(urgency):
                ticket = self.ask("2026-03-01 10:00", channel_id=channel.id)
                if answered:
                    self.answer(ticket, answered)
                self.assertEqual(self.banner(ticket, "2026-03-09 10:00")[0], urgency)

    def test_what_people_write_is_escaped(self):
        self.agent.name = "<script>alert(1)</script>"
        ticket = self.ask("2026-03-01 10:00", user_id=self.agent.id)
        self.assertNotIn("<script>", ticket.with_user(self.manager).sla_banner)


class TestSearch(SupportPolicyCase):
    def find(self, name, user=None):
        """Tickets that a filter of the search view finds."""
        tickets = self.env["helpdesk.ticket"].with_user(user or self.manager)
        arch = html.fromstring(tickets.get_view(view_type="search")["arch"].encode())
        domain = arch.xpath(f"//filter[@name='{name}']")[0].get("domain")
        return tickets.search(safe_eval(domain, {"uid": tickets.env.uid})).sudo()

    def test_filters_find_what_they_say(self):
        answered = self.ask("2026-03-01 10:00")
        self.answer(answered, "2026-03-01 11:00")
        fresh = self.ask("2026-03-03 10:00")
        today = self.ask("2026-03-01 12:00")
        breached = self.ask("2026-02-22 10:00")
        no_policy = self.ask("2026-03-03 10:00", channel_id=False)
        self.run_cron("2026-03-03 10:05")
        mine = answered | fresh | today | breached | no_policy
        with at("2026-03-04 09:00"):
            for name, user, expected in (
                ("waiting", None, fresh | today | breached | no_policy),
                ("due_today", None, today),
                ("breached", None, breached),
                ("no_policy", None, no_policy),
                ("escalated_to_me", self.leader, breached),
                ("escalated_to_me", self.manager, mine.browse()),
            ):
                with self.subTest(name, user=user and user.name):
                    self.assertEqual(self.find(name, user) & mine, expected)


class TestViewsAndMenus(SupportPolicyCase):
    def test_every_view_loads_for_whoever_works_with_it(self):
        finance = self._new_staff("finance", "group_helpdesk_user_team")
        finance.group_ids |= self.env.ref("support_policy.group_finance")
        for user in (self.agent, self.manager, self.helpdesk_manager, finance):
            for model, views in (
                ("helpdesk.ticket", ("form", "list", "kanban", "search", "pivot")),
                ("support.sla.cycle", ("list", "pivot", "graph", "search")),
                ("support.escalation", ("list", "pivot", "search")),
                ("support.sla.policy", ("form", "list", "search")),
                ("support.escalation.ladder", ("form", "list")),
            ):
                with self.subTest(user=user.name, model=model):
                    self.env[model].with_user(user).get_views(
                        [(False, view) for view in views]
                    )

    def test_the_promises_list_reads_in_a_few_queries(self):
        """As many for forty rows as for ten, give or take the batches."""

        def read(number):
            tickets = self.env["helpdesk.ticket"].browse(
                [self.ask("2026-03-01 10:00").id for _number in range(number)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with at("2026-03-02 10:00"):
                tickets.with_user(self.manager).read(
                    ["sla_urgency", "sla_remaining", "sla_deadline_text"]
                )
            return self.env.cr.sql_log_count - before

        read(2)
        self.assertLessEqual(read(40), read(10) + 3)

    def test_configuration_is_for_policy_administrators(self):
        admin = new_test_user(
            self.env, "sp_admin", groups="support_policy.group_policy_admin"
        )
        menus = self.env["ir.ui.menu"]
        root = self.env.ref("support_policy.support_policy_menu")
        promises = self.env.ref("support_policy.helpdesk_ticket_waiting_menu")
        for user, sees in ((admin, True), (self.agent, False), (self.manager, False)):
            with self.subTest(user.name):
                visible = menus.with_user(user)._visible_menu_ids()
                self.assertEqual(root.id in visible, sees)
                self.assertIn(promises.id, visible)
