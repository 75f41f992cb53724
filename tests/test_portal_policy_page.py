"""The published policy, out of the live records: page and behaviour never differ."""

from odoo.fields import Command
from odoo.tests import tagged

from .portal_common import PublicCase


@tagged("post_install", "-at_install")
class TestPolicyPage(PublicCase):
    def page(self, moment="2026-03-01 10:00", path="/support"):
        response = self.get(path, moment)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_it_says_what_is_configured(self):
        page = self.page()
        for word in (
            "920035022",
            "48",
            "business",
            "Reminder to the team",
            self.category.name,
            self.env.ref("support_policy.etiquette_rule_respect").description,
            self.env.ref("support_policy.beneficiary_supervisor").name,
        ):
            with self.subTest(word):
                self.assertIn(word, page)

    def test_a_change_shows_at_once(self):
        policy = self.env.ref("support_policy.policy_email")
        policy.response_hours = 17
        self.env.ref("support_policy.etiquette_rule_writing").active = False
        self.env.flush_all()
        page = self.page()
        self.assertIn("17", page)
        self.assertNotIn('data-rule="writing"', page)
        self.assertIn('data-rule="respect"', page)

    def test_whom_a_policy_covers_and_every_ladder(self):
        policy = self.env.ref("support_policy.policy_email")
        beneficiary = self.env.ref("support_policy.beneficiary_trainer")
        tiers = [{"level": 1, "name": "Quality desk", "assignee": "executive"}]
        ladder = self.env["support.escalation.ladder"].create(
            {"name": "Short", "tier_ids": [Command.create(tier) for tier in tiers]}
        )
        policy.copy(
            {
                "name": "E-mail of trainers",
                "channel_ids": policy.channel_ids.ids,
                "beneficiary_ids": beneficiary.ids,
                "response_hours": 8,
                "ladder_id": ladder.id,
            }
        )
        self.env.flush_all()
        page = self.page()
        self.assertRegex(page, rf'name="covers">{beneficiary.name}<')
        self.assertIn("Quality desk", page)
        self.assertIn("Reminder to the team", page)

    def test_our_own_channel_stands_for_the_shared_one(self):
        self.env["helpdesk.ticket.channel"].create(
            {"name": "Our hotline", "code": "phone", "company_id": self.company.id}
        )
        self.env.flush_all()
        page = self.page()
        self.assertIn("Our hotline", page)
        self.assertEqual(page.count('data-channel="phone"'), 1)

    def test_hotline_open_now(self):
        self.assertIn("Open now", self.page("2026-03-01 10:00"))
        self.assertIn("Closed now", self.page("2026-03-06 10:00"))

    def test_in_arabic_from_right_to_left(self):
        page = self.page(path="/ar/support")
        rule = self.env.ref("support_policy.etiquette_rule_respect")
        self.assertIn(rule.with_context(lang="ar_001").description, page)
        self.assertIn("rtl", page[:3000])

    def test_of_other_companies_it_says_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["helpdesk.ticket.channel"].create(
            {"name": "Theirs", "code": "phone", "company_id": other.id}
        )
        self.env.flush_all()
        self.assertNotIn("Theirs", self.page())

    def test_the_weekly_hours(self):
        page = self.page()
        self.assertIn("Sunday – Thursday", page)
        self.assertIn("08:00 – 16:00", page)
        arabic = self.desk.with_context(lang="ar_001")
        self.assertEqual(arabic._describe_week(), [("الأحد – الخميس", "08:00 – 16:00")])
