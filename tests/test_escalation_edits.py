"""R4, R9: edits that come from the side reach what climbs as well."""

from unittest.mock import patch

from odoo.fields import Command

from ..support_policy.sla import replan
from .common import SupportPolicyCase, at, riyadh
from .test_escalation_posts import ESCALATION, TIER_2, PostsCase


class TestTiers(SupportPolicyCase):
    """A ladder has no hole, by whatever way its tiers are edited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._new_staff("admin", "group_helpdesk_manager")
        cls.admin.group_ids |= cls.env.ref("support_policy.group_policy_admin")
        cls.ladder = cls.ladder.copy({"name": "Edited"}).with_user(cls.admin)
        cls.tiers = cls.ladder.tier_ids.sorted("level")
        cls.other = cls.ladder.copy({"name": "Other"})

    def get_levels(self, ladder):
        return sorted(ladder.tier_ids.mapped("level"))

    def test_a_deleted_tier_leaves_no_hole(self):
        for place in (0, 1):
            with self.assertRefused("without a gap"):
                self.tiers[place].unlink()
        with self.assertRefused("no tiers"):
            self.tiers.unlink()
        self.tiers[2].unlink()
        self.assertEqual(self.get_levels(self.ladder), [1, 2])

    def test_nor_does_one_that_goes_to_another_ladder(self):
        moved = {"ladder_id": self.other.id, "level": 4}
        with self.assertRefused("without a gap"):
            self.tiers[1].write(moved)
        for command in (
            Command.update(self.tiers[1].id, moved),
            Command.delete(self.tiers[1].id),
        ):
            with self.assertRefused("without a gap"):
                self.other.tier_ids = [command]
        self.tiers[2].write(moved)
        self.assertEqual(self.get_levels(self.ladder), [1, 2])
        self.assertEqual(self.get_levels(self.other), [1, 2, 3, 4])

    def test_deleted_and_renumbered_in_one_save(self):
        self.ladder.tier_ids = [
            Command.delete(self.tiers[1].id),
            Command.update(self.tiers[2].id, {"level": 2}),
        ]
        self.assertEqual(self.ladder.tier_ids, self.tiers[0] | self.tiers[2])
        self.assertEqual(self.get_levels(self.ladder), [1, 2])

    def test_put_in_another_order_in_one_save(self):
        self.ladder.tier_ids = [
            Command.update(self.tiers[0].id, {"level": 2}),
            Command.update(self.tiers[1].id, {"level": 1}),
        ]
        self.assertEqual(self.tiers.mapped("level"), [2, 1, 3])

    def test_no_context_switches_the_check_off(self):
        for value in (True, self.ladder.ids):
            tier = self.tiers[1].with_context(support_saved_ladders=value)
            with self.assertRefused("without a gap"):
                tier.unlink()


class TestHours(SupportPolicyCase):
    def test_no_context_switches_off_what_follows_from_hours(self):
        ticket = self.ask("2026-03-01 10:00")
        lines = self.desk.attendance_ids.with_context(support_hours_later=True)
        with at("2026-03-01 11:00"), self.assertRefused("never open"):
            lines.unlink()
        with at("2026-03-01 11:00"):
            lines.hour_from = 9
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 13:00"))


class TestTrees(PostsCase):
    """Teams and categories that move take with them what waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["helpdesk.ticket.team"].create(
            {"name": "Elsewhere", "user_id": cls.successor.id}
        )
        cls.branch = cls.env["helpdesk.ticket.category"].create({"name": "Branch"})
        cls.category.department_id = False
        cls.category.parent_id.department_id = False

    def setUp(self):
        super().setUp()
        self.run_cron(TIER_2)
        self.assertHolds(self.manager)

    def new_policy(self, **criteria):
        with at(TIER_2):
            return self.env["support.sla.policy"].create(
                {
                    "name": "Special",
                    "sequence": 0,
                    "response_hours": 8,
                    "calendar_id": self.desk.id,
                    **criteria,
                }
            )

    def test_a_team_that_moves_to_another_department(self):
        special = self.new_policy(team_ids=self.elsewhere.ids)
        mails = self.edit(self.team, TIER_2, parent_id=self.elsewhere.id)
        self.assertEqual(self.ticket.department_id, self.elsewhere)
        self.assertEqual(self.ticket.sla_policy_id, special)
        self.assertHolds(self.successor)
        self.assertTold(self.successor, mails)

    def test_a_category_that_moves_to_another_branch(self):
        special = self.new_policy(category_ids=self.branch.ids)
        self.branch.department_id = self.elsewhere
        mails = self.edit(self.category, TIER_2, parent_id=self.branch.id)
        self.assertEqual(self.ticket.department_id, self.elsewhere)
        self.assertEqual(self.ticket.sla_policy_id, special)
        self.assertHolds(self.successor)
        self.assertTold(self.successor, mails)

    def test_a_branch_that_belongs_to_another_department(self):
        head = self.category.parent_id
        mails = self.edit(head, TIER_2, department_id=self.elsewhere.id)
        self.assertHolds(self.successor)
        self.assertTold(self.successor, mails)

    def test_whoever_edits(self):
        category = self.category.with_user(self.helpdesk_manager)
        self.edit(category, TIER_2, department_id=self.elsewhere.id)
        self.assertHolds(self.successor)

    def test_a_department_chosen_by_hand_stays(self):
        with at(TIER_2):
            self.ticket.department_id = self.elsewhere
        self.assertHolds(self.successor)
        self.edit(self.category, TIER_2, department_id=self.department.id)
        self.assertHolds(self.successor)

    def test_what_is_over_keeps_its_department(self):
        with at(TIER_2):
            self.ticket.stage_id = self.done
        self.edit(self.team, TIER_2, parent_id=self.elsewhere.id)
        self.assertEqual(self.ticket.department_id, self.department)


class TestActivities(PostsCase):
    def assertDue(self, day):
        activity = self.ticket.activity_search([ESCALATION])
        self.assertEqual(str(activity.date_deadline), day)

    def test_an_overdue_one_moves_with_a_promise_that_moves_later(self):
        self.assertDue("2026-03-09")
        self.edit(self.cycle.policy_id, "2026-03-10 09:00", response_hours=72)
        self.assertDue("2026-03-12")

    def test_one_whose_holder_has_been_reminded_stays_overdue(self):
        for moment in (TIER_2, "2026-03-12 10:15", "2026-03-12 16:01"):
            self.run_cron(moment)
        self.assertTrue(self.cycle.reminded_at)
        self.assertDue("2026-03-12")
        self.edit(self.desk.attendance_ids, "2026-03-15 07:00", hour_from=9)
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-15 09:00"))
        self.assertDue("2026-03-12")


class TestByHand(SupportPolicyCase):
    def test_what_is_being_planned_afresh_is_planned_before_it_climbs(self):
        ticket = self.ask("2026-03-01 10:00")
        with patch.object(replan, "AT_ONCE", 0), at("2026-03-02 09:00"):
            ticket.sla_policy_id.response_hours = 48
        wizard = self.env["support.escalate.wizard"].with_user(self.helpdesk_manager)
        with at("2026-03-02 10:00"):
            wizard.create({"ticket_id": ticket.id, "reason": "Exam"}).action_escalate()
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-09 10:00"))
        self.assertEqual(ticket.escalation_ids.due_at, riyadh("2026-03-09 10:00"))
