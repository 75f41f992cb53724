"""R4, R10, R13: who can hold a ticket, and who hears that nobody can."""

from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import SupportPolicyCase, riyadh

LATE = "2026-03-04 10:05"


class TestHolder(SupportPolicyCase):
    """A post whose holder could not act is as good as vacant: the next person up."""

    def assertPassedOver(self, ticket=None):
        ticket = ticket or self.ask("2026-03-01 10:00")
        self.run_cron(LATE)
        self.assertEqual(self.climbs(ticket), [(1, self.manager)])
        self.assertIn(self.helpdesk_manager, self.team.activity_ids.user_id)
        self.assertIn("Vacant", self.team.activity_ids[0].summary)

    def test_a_leader_without_the_helpdesk(self):
        self.leader.group_ids = self.env.ref("base.group_user")
        self.assertPassedOver()

    def test_a_leader_in_another_company_only(self):
        other = self.env["res.company"].create({"name": "Another"})
        self.leader.write({"company_ids": other.ids, "company_id": other.id})
        self.assertPassedOver()

    def test_a_leader_who_is_out_of_office(self):
        self.leader.out_of_office_from = riyadh("2026-03-03 08:00")
        self.leader.out_of_office_to = riyadh("2026-03-08 08:00")
        self.assertPassedOver()
        later = self.ask("2026-03-04 10:00")
        self.run_cron("2026-03-09 10:05")
        self.assertEqual(self.climbs(later), [(1, self.leader)], "back again")

    def test_out_of_office_until_further_notice(self):
        self.leader.out_of_office_from = riyadh("2026-03-03 08:00")
        self.assertPassedOver()

    def test_a_leader_whom_a_record_rule_shuts_out(self):
        """The rules are those of the ticket as it would be once assigned to them."""
        self.env["ir.rule"].create(
            {
                "name": "Leaders do not see the board's requests",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": "[('name', '!=', 'Board') if user.id == "
                f"{self.leader.id} else (1, '=', 1)]",
            }
        )
        ticket = self.ask("2026-03-01 10:00")
        board = self.ask("2026-03-01 10:00", name="Board")
        self.assertPassedOver(board)
        self.assertEqual(self.climbs(ticket), [(1, self.leader)])

    def test_who_sees_their_own_tickets_only_can_hold_one(self):
        self.leader.group_ids = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron(LATE)
        self.assertEqual(self.climbs(ticket), [(1, self.leader)])
        self.assertTrue(ticket.with_user(self.leader).has_access("write"))


class TestNobody(SupportPolicyCase):
    """A company in which nobody can be given a request, nor be told of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.team | cls.department).user_id = False
        cls.company.support_executive_id = False
        cls.team.user_ids = False
        cls.department.mailbox = False
        managers = cls.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        cls.head = cls.helpdesk_manager
        for user in managers.all_user_ids:
            user.group_ids -= managers
        cls.admin = cls._new_staff("admin", "group_helpdesk_user")
        cls.admin.group_ids |= cls.env.ref("support_policy.group_policy_admin")

    def climb_to_the_top(self):
        ticket = self.ask("2026-03-01 10:00")
        for moment in (LATE, "2026-03-09 10:10"):
            self.run_cron(moment)
        return ticket, self.mails_of(self.run_cron, "2026-03-12 10:15")

    def test_policy_admins_are_told(self):
        ticket, mails = self.climb_to_the_top()
        self.assertEqual(self.climbs(ticket)[-1], (3, self.env["res.users"]))
        self.assertIn('"Admin" <admin@desk.example>', mails)
        self.assertIn(self.admin, self.department.activity_ids.user_id)
        self.assertNotIn(self.head, self.department.activity_ids.user_id)

    def test_system_admins_are_told_if_there_are_no_policy_admins(self):
        admins = self.env.ref("support_policy.group_policy_admin")
        for user in admins.all_user_ids:
            user.group_ids -= admins
        system = new_test_user(
            self.env,
            "sp_system",
            name="System",
            email="system@desk.example",
            groups="base.group_system",
        )
        _ticket, mails = self.climb_to_the_top()
        self.assertIn('"System" <system@desk.example>', mails)
        activities = self.env["mail.activity"].search([("user_id", "=", system.id)])
        self.assertTrue(any("Vacant" in one.summary for one in activities))

    def test_admins_of_another_company_if_this_one_has_none(self):
        """They can open what they are told of."""
        other = self.env["res.company"].create({"name": "Another"})
        system = self.env.ref("base.group_system")
        admins = self.env.ref("support_policy.group_policy_admin") | system
        with mute_logger("odoo.models.unlink"):
            for user in admins.all_user_ids.filtered("active"):
                user.write({"company_ids": other.ids, "company_id": other.id})
        self.climb_to_the_top()
        told = self.env["mail.activity"].search([("summary", "like", "Vacant")])
        self.assertTrue(told)
        for activity in told:
            incident = self.env[activity.res_model].browse(activity.res_id)
            reader = activity.user_id
            rights = incident.with_user(reader).with_company(other)
            self.assertTrue(rights.has_access("read"))
