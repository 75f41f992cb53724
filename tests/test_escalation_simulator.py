"""What the simulator shows is what really happens."""

from datetime import timedelta

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from .common import SupportPolicyCase, riyadh

SVG = "//*[local-name()='svg']//*[local-name()='%s']"


class TestSimulator(SupportPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env, login="sp_admin", groups="support_policy.group_policy_admin"
        )
        cls.simulators = cls.env["support.policy.simulator"].with_user(cls.admin)

    def simulate(self, moment, **vals):
        return self.simulators.new(
            {
                "channel_id": self.email.id,
                "category_id": self.category.id,
                "company_id": self.company.id,
                "received_at": riyadh(moment),
                **vals,
            }
        )

    def rows(self, simulator):
        """The table below the picture, as texts."""
        page = html.fromstring(str(simulator.timeline))
        return [
            [" ".join(cell.text_content().split()) for cell in row.iter("td")]
            for row in page.iter("tr")
        ]

    def test_the_whole_way_as_it_really_goes(self):
        simulator = self.simulate("2026-03-01 10:00")
        steps = {
            step.title: (step.moment, step.person) for step in simulator._get_steps()
        }
        ticket = self.ask("2026-03-01 10:00")
        self.assertEqual(simulator.policy_id, ticket.sla_policy_id)
        self.assertEqual(simulator.deadline, ticket.sla_deadline)
        self.assertEqual(steps["Warning"][0], ticket.sla_cycle_id.warn_at)
        for level in (1, 2, 3):
            due = ticket.answer_due_at
            # the cron runs when the time is up, a second later
            self.run_cron(str(due + timedelta(hours=3, seconds=1)))
            climb = ticket.escalation_ids.filtered(lambda e, at=level: e.level == at)
            at, person = steps[f"{level}. {climb.tier_id.name}"]
            self.assertEqual(
                (at, person), (due.replace(second=0), climb.to_user_id.name)
            )
        due = ticket.answer_due_at
        self.assertEqual(steps["Reminder every business day"][0], due)

    def test_nothing_is_stored(self):
        before = self.env["helpdesk.ticket"].search_count([])
        form = Form(self.simulators)
        form.received_at = riyadh("2026-03-01 10:00")
        self.assertTrue(form.timeline)
        form.channel_id = self.whatsapp
        self.assertEqual(form.deadline, riyadh("2026-03-09 10:00"))
        form.save()
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_the_table_says_who_and_when(self):
        rows = self.rows(self.simulate("2026-03-05 15:00"))
        self.assertEqual(rows[0][1:3], ["Received", self.team.name])
        self.assertEqual(rows[3][1:3], ["1. Reminder to the team", "Leader"])
        self.assertEqual(rows[3][3], "Tuesday 10 March, 15:00 (Riyadh time)")

    def test_closed_stretches_and_holidays_are_drawn(self):
        self.env["support.public.holiday"].create(
            {"name": "Royal Order", "date_from": "2026-03-02"}
        )
        simulator = self.simulate("2026-03-01 10:00")
        self.assertEqual(simulator.deadline, riyadh("2026-03-05 10:00"))
        page = html.fromstring(str(simulator.timeline))
        texts = [node.text_content() for node in page.xpath(SVG % "text")]
        self.assertIn("Royal Order", texts)
        picture = simulator._get_picture(simulator._get_steps())
        for band in (*picture["open"], *picture["holidays"]):
            self.assertGreater(band["width"], 0)
            self.assertLessEqual(band["x"] + band["width"], picture["width"])

    def test_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_001")
        english = self.simulate("2026-03-01 10:00")
        arabic = english.with_context(lang="ar_001")
        marks = {
            language: simulator._get_picture(simulator._get_steps())["marks"]
            for language, simulator in (("en", english), ("ar", arabic))
        }
        self.assertLess(marks["en"][0]["x"], marks["en"][-1]["x"])
        self.assertGreater(marks["ar"][0]["x"], marks["ar"][-1]["x"])

    def test_no_policy(self):
        simulator = self.simulate("2026-03-01 10:00", channel_id=False)
        self.assertFalse(simulator.policy_id)
        self.assertIn("No SLA policy", str(simulator.timeline))

    def test_a_vacant_post(self):
        self.team.user_id = False
        rows = self.rows(self.simulate("2026-03-01 10:00"))
        self.assertEqual(rows[3][2], "Manager", "the next person up gets it")

    def test_for_policy_admins_only(self):
        for user in (self.agent, self.leader, self.manager):
            with self.assertRaises(AccessError):
                self.simulators.with_user(user).create({})
