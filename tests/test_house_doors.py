"""What the machine does as superuser, begun by people who may not do it themselves."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user

from .calendar_common import HoursCase
from .common import at


class TestDoors(HoursCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Branch"})
        cls.admin = new_test_user(
            cls.env,
            login="sp_branch",
            groups="support_policy.group_policy_admin",
            company_id=cls.branch.id,
            company_ids=cls.branch.ids,
        )

    def test_hours_reach_the_desks_of_other_companies(self):
        """Programmes and the moon are shared by all companies, desks are not."""
        self.hotline.company_id = self.desk.company_id = self.company
        self.program.company_id = False
        self.desk.ramadan_calendar_id = self.desk.copy({"name": "Ramadan"})
        session = self.hold("2026-03-06 18:00", "2026-03-06 20:00")
        moon = self.env["support.moon.sighting"].create({"hijri_year": 1447})
        for record, desk in ((session, self.hotline), (moon, self.desk)):
            with self.subTest(record._name):
                theirs = record.with_user(self.admin)
                self.assertIn(desk, theirs._get_affected_calendars())
        session.with_user(self.admin).cancelled = True
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 0)
        moon.with_user(self.admin).start_shift = "1"

    def test_a_mailbox_is_checked_for_who_edits_the_team(self):
        domains = self.env["mail.alias.domain"]
        domain = domains.create({"name": "branch.example", "company_ids": []})
        self.team.alias_id.alias_domain_id = domain
        team = self.department.copy({"name": "Branch", "company_id": self.branch.id})
        with self.assertRaisesRegex(ValidationError, "create tickets"):
            team.with_user(self.admin).mailbox = self.team.alias_id.alias_full_name

    def test_agents_see_who_gets_a_request_next(self):
        """A post is described where agents may not look."""
        ticket = self.ask("2026-03-01 10:00")
        ticket.user_id = self.agent
        self.ladder.tier_ids.sorted("level")[0].assignee = "executive"
        with at("2026-03-01 11:00"):
            seen = ticket.with_user(self.agent)
            self.assertIn("Executive", str(seen.sla_banner))
            self.assertTrue(seen.sla_cycle_id.deadline_text)
            self.assertTrue(seen.sla_cycle_id.next_step_text)

    def test_staff_without_a_desk_see_when_a_channel_is_open(self):
        channel = self.email.copy({"name": "Mail", "calendar_id": self.desk.id})
        staff = new_test_user(self.env, login="sp_staff", groups="base.group_user")
        with at("2026-03-01 10:00"):
            self.assertIn("Open now", channel.with_user(staff).opening)
