"""R9: every edit of a policy or a stage reaches the tickets that wait."""

from unittest.mock import patch

from odoo.tools import mute_logger

from ..support_policy.sla import replan
from .common import SupportPolicyCase, at, riyadh

SUNDAY = "2026-03-01 10:00"
MONDAY = "2026-03-02 10:00"
DEADLINE = "2026-03-04 10:00"  # 24 business hours
LOOSER = "2026-03-09 10:00"  # 48
TIGHTER = "2026-03-02 10:00"  # 8


class EditsCase(SupportPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["support.sla.policy"]
        cls.policy = cls.env.ref("support_policy.policy_email")
        cls.hotline = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        cls.other = cls.env["helpdesk.ticket.channel"].create({"name": "Counter"})

    def setUp(self):
        super().setUp()
        self.ticket = self.ask(SUNDAY)
        self.cycle = self.ticket.sla_cycle_id
        self.uncovered = self.ask(SUNDAY, channel_id=self.other.id)
        self.assertFalse(self.uncovered.sla_cycle_id)

    def new_policy(self, **vals):
        with at(MONDAY):
            return self.policies.create(
                {
                    "name": "Urgent",
                    "sequence": 0,
                    "response_hours": 8,
                    "calendar_id": self.desk.id,
                    **vals,
                }
            )

    def assertPromise(self, ticket, policy, deadline):
        self.assertEqual(ticket.sla_policy_id, policy)
        self.assertEqual(ticket.sla_deadline, riyadh(deadline))
        self.assertEqual(ticket.sla_cycle_id.started_at, riyadh(SUNDAY))


class TestPolicies(EditsCase):
    def test_a_new_one_takes_over_all_that_wait(self):
        urgent = self.new_policy()
        self.assertPromise(self.ticket, urgent, TIGHTER)
        self.assertPromise(self.uncovered, urgent, TIGHTER)
        self.assertEqual(self.ticket.sla_cycle_id, self.cycle)

    def test_a_new_one_that_comes_later_takes_over_what_has_none(self):
        urgent = self.new_policy(sequence=1000)
        self.assertPromise(self.ticket, self.policy, DEADLINE)
        self.assertPromise(self.uncovered, urgent, TIGHTER)

    def test_archived_and_restored(self):
        with at(MONDAY):
            self.policy.active = False
        self.assertFalse(self.ticket.sla_cycle_id)
        self.assertEqual(self.ticket.waiting_since, riyadh(SUNDAY), "it is owed")
        self.assertFalse(self.ticket.sla_state)
        with at("2026-03-03 10:00"):
            self.policy.active = True
        self.assertEqual(self.ticket.sla_cycle_id, self.cycle)
        self.assertPromise(self.ticket, self.policy, DEADLINE)

    def test_restored_with_the_tier_it_had(self):
        self.run_cron("2026-03-04 10:05")
        with at("2026-03-05 10:00"):
            self.policy.active = False
            self.assertFalse(self.ticket.activity_ids)
            self.policy.active = True
        self.assertEqual(self.ticket.escalation_level, 1)
        self.assertEqual(self.ticket.activity_ids.user_id, self.leader)
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-09 10:05"))

    def test_archived_while_another_covers_it(self):
        loose = self.new_policy(response_hours=48, sequence=1000)
        with at(MONDAY):
            self.policy.active = False
            self.assertPromise(self.ticket, loose, LOOSER)
            self.policy.active = True
            self.assertPromise(self.ticket, self.policy, DEADLINE)

    def test_widened_and_narrowed(self):
        with at(MONDAY):
            self.policy.channel_ids |= self.other
        self.assertPromise(self.uncovered, self.policy, DEADLINE)
        with at(MONDAY):
            self.policy.channel_ids -= self.other
        self.assertFalse(self.uncovered.sla_cycle_id)

    def test_put_in_another_order(self):
        urgent = self.new_policy(sequence=1000)
        self.assertPromise(self.ticket, self.policy, DEADLINE)
        with at(MONDAY):
            urgent.sequence = 0
        self.assertPromise(self.ticket, urgent, TIGHTER)

    def test_hours_and_criteria_at_once(self):
        with at(MONDAY):
            self.policy.write(
                {"response_hours": 48, "channel_ids": [(4, self.other.id)]}
            )
        self.assertPromise(self.ticket, self.policy, LOOSER)
        self.assertPromise(self.uncovered, self.policy, LOOSER)

    def test_a_rename_moves_nothing(self):
        notes = self.ticket.message_ids
        with at(MONDAY):
            self.policy.name = "E-mail, renamed"
        self.assertEqual(self.ticket.message_ids, notes)

    def test_who_does_not_wait_gets_no_clock(self):
        self.answer(self.uncovered, "2026-03-01 11:00")
        self.new_policy()
        self.assertFalse(self.uncovered.sla_cycle_ids)

    def test_a_poisoned_ticket_fails_alone(self):
        more = [self.ask(SUNDAY) for _number in range(3)]
        log = type(self.ticket)._log_changes

        def fail(tickets, *args):
            if more[1] in tickets:
                raise ValueError("poison")
            return log(tickets, *args)

        with (
            patch.object(type(self.ticket), "_log_changes", fail),
            mute_logger("odoo.addons.support_policy.support_policy.sla.replan"),
        ):
            urgent = self.new_policy()
        self.assertPromise(more[1], self.policy, DEADLINE)
        for ticket in (self.ticket, self.uncovered, more[0], more[2]):
            self.assertPromise(ticket, urgent, TIGHTER)


class TestManyTickets(EditsCase):
    """Very many are matched in the background."""

    def setUp(self):
        super().setUp()
        self.more = self.env["helpdesk.ticket"]
        for _number in range(4):
            self.more |= self.ask(SUNDAY, channel_id=self.other.id)
        self.enterContext(patch.object(replan, "AT_ONCE", 3))
        self.enterContext(patch.object(replan, "BATCH", 2))

    def replan(self, moment):
        with at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.policies._cron_replan()

    def test_in_the_background(self):
        urgent = self.new_policy()
        self.assertFalse(self.more.sla_cycle_id)
        self.replan(MONDAY)
        for ticket in self.more | self.uncovered | self.ticket:
            self.assertPromise(ticket, urgent, TIGHTER)
        self.assertFalse(urgent.replan_reason)
        self.assertFalse(urgent.rematch)

    def test_what_the_edited_policy_covered_does_not_climb_meanwhile(self):
        loose = self.new_policy(response_hours=48, sequence=1000)
        self.replan(MONDAY)
        with at("2026-03-04 10:01"):
            self.policy.active = False
        self.run_cron("2026-03-04 10:02")
        self.assertFalse(self.ticket.escalation_ids)
        self.replan("2026-03-04 10:03")
        self.assertPromise(self.ticket, loose, LOOSER)
        self.run_cron("2026-03-04 10:04")
        self.assertFalse(self.ticket.escalation_ids)

    def test_a_row_that_refuses_to_be_written_fails_alone(self):
        """By a trigger of the database: neither the plan nor its failure can be
        written; the policy does not wait for it for ever."""
        tickets = self.env["helpdesk.ticket"]
        for _number in range(4):
            tickets |= self.ask(SUNDAY)
        poisoned = tickets[1].sla_cycle_id
        with at(MONDAY):
            self.policy.response_hours = 48
        self.assertTrue(self.policy.replan_reason)
        self.env.flush_all()
        self.env.cr.execute(
            """
            CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'poison'; END $$;
            CREATE TRIGGER poison BEFORE UPDATE ON support_sla_cycle
               FOR EACH ROW WHEN (OLD.id = %s) EXECUTE FUNCTION poison()
            """,
            [poisoned.id],
        )
        with mute_logger(
            "odoo.sql_db", "odoo.addons.support_policy.support_policy.sla.cycle"
        ):
            self.replan(MONDAY)
        self.assertFalse(self.policy.replan_reason)
        self.assertEqual(poisoned.deadline, riyadh(DEADLINE))
        others = tickets - poisoned.ticket_id
        self.assertEqual(set(others.mapped("sla_deadline")), {riyadh(LOOSER)})


class TestStages(EditsCase):
    """A stage ticked or unticked as closed, and a stage that is computed."""

    def setUp(self):
        super().setUp()
        self.stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Parked", "sequence": 50, "company_id": False}
        )
        with at(MONDAY):
            self.ticket.stage_id = self.stage

    def tick(self, moment, closed):
        with at(moment):
            self.stage.closed = closed

    def test_ticked_and_unticked(self):
        self.run_cron("2026-03-04 10:05")
        self.tick("2026-03-05 10:00", True)
        self.assertEqual(self.cycle.drop_reason, "closed")
        self.assertFalse(self.ticket.waiting_since)
        self.assertFalse(self.ticket.activity_ids)
        self.assertEqual(self.ticket.closed_date, riyadh("2026-03-05 10:00"))
        self.run_cron("2026-03-15 10:00")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])
        self.tick("2026-03-15 11:00", False)
        self.assertPromise(self.ticket, self.policy, DEADLINE)
        self.assertEqual(self.ticket.escalation_level, 1)
        self.assertFalse(self.ticket.closed_date)
        self.assertTrue(self.ticket.activity_ids)

    def test_archived_tickets_follow_too(self):
        with at(MONDAY):
            self.ticket.action_archive()
        self.tick(MONDAY, True)
        with at(MONDAY):
            self.ticket.action_unarchive()
        self.assertFalse(self.ticket.sla_cycle_id)
        self.tick("2026-03-03 10:00", False)
        self.assertPromise(self.ticket, self.policy, DEADLINE)

    def test_a_rename_of_the_stage_touches_nothing(self):
        self.stage.name = "Parking"
        self.assertPromise(self.ticket, self.policy, DEADLINE)

    def test_a_stage_that_another_team_does_not_have(self):
        """Odoo chooses one of the new team's; it may be closed."""
        team = self.env["helpdesk.ticket.team"].create({"name": "Archive"})
        closed = self.env["helpdesk.ticket.stage"].create(
            {"name": "Filed", "closed": True, "sequence": -1, "team_ids": team.ids}
        )
        self.stage.team_ids = self.team
        with at("2026-03-03 10:00"):
            self.ticket.team_id = team
        self.assertEqual(self.ticket.stage_id, closed)
        self.assertEqual(self.cycle.drop_reason, "closed")
        self.assertFalse(self.ticket.waiting_since)
        self.assertEqual(self.ticket.closed_date, riyadh("2026-03-03 10:00"))
        with at("2026-03-03 11:00"):
            self.ticket.team_id = self.team
        self.assertNotEqual(self.ticket.stage_id, closed)
        self.assertPromise(self.ticket, self.policy, DEADLINE)

    def test_a_team_that_follows_from_who_is_assigned(self):
        ticket = self.ask(SUNDAY, team_id=False, category_id=False)
        urgent = self.new_policy(team_ids=self.team.ids)
        self.assertEqual(ticket.sla_policy_id, self.policy)
        with at(MONDAY):
            ticket.user_id = self.agent
        self.assertEqual(ticket.team_id, self.team)
        self.assertPromise(ticket, urgent, TIGHTER)
