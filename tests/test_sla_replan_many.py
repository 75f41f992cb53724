"""Many deadlines that move at once: in the background, exactly once, few queries."""

from unittest.mock import patch

from odoo.tools import mute_logger

from ..support_policy.sla import replan
from .calendar_common import HoursCase
from .common import at, riyadh

SUNDAY = "2026-03-01 10:00"
DEADLINE = "2026-03-04 10:00"


class TestMany(HoursCase):
    """Many cycles are re-planned in the background; until then, none of them climbs."""

    def setUp(self):
        super().setUp()
        self.tickets = self.env["helpdesk.ticket"]
        for _number in range(5):
            self.tickets |= self.ask(SUNDAY)
        self.policies = self.env["support.sla.policy"]
        self.cron = self.env.ref("support_policy.cron_replan")
        self.enterContext(patch.object(replan, "AT_ONCE", 3))
        self.enterContext(patch.object(replan, "BATCH", 2))

    def replan(self, moment):
        with at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.policies._cron_replan()

    def test_in_the_background(self):
        triggers = self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.cron.id)]
        )
        with at("2026-03-02 09:00"):
            self.close("2026-03-04 00:00", "2026-03-04 23:59:59", self.desk)
        self.assertEqual(set(self.tickets.mapped("sla_deadline")), {riyadh(DEADLINE)})
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.cron.id)]),
            triggers,
        )
        self.run_cron("2026-03-05 09:00")
        self.assertFalse(self.tickets.escalation_ids, "their deadline is not known")
        self.replan("2026-03-05 09:01")
        self.assertEqual(
            set(self.tickets.mapped("sla_deadline")), {riyadh("2026-03-05 10:00")}
        )
        notes = self.tickets.message_ids.filtered(
            lambda note: (
                note.subtype_id == self.env.ref("support_policy.mt_deadline_moved")
            )
        )
        self.assertEqual(notes.mapped("res_id").__len__(), 5)
        self.run_cron("2026-03-05 09:02")
        self.assertFalse(self.tickets.escalation_ids)
        self.run_cron("2026-03-05 10:01")
        self.assertEqual(len(self.tickets.escalation_ids), 5)

    def test_an_answer_meanwhile_is_judged_by_the_new_deadline(self):
        with at("2026-03-02 09:00"):
            self.close("2026-03-04 00:00", "2026-03-04 23:59:59", self.desk)
        self.answer(self.tickets[0], "2026-03-05 09:00")
        self.assertEqual(self.tickets[0].sla_state, "met")

    def test_running_it_again_does_nothing_twice(self):
        with at("2026-03-02 09:00"):
            self.close("2026-03-04 00:00", "2026-03-04 23:59:59", self.desk)
        self.replan("2026-03-02 09:01")
        notes = self.tickets.message_ids
        policy = self.env.ref("support_policy.policy_email")
        self.assertFalse(policy.replan_reason)
        policy.replan_reason = "interrupted"
        self.replan("2026-03-02 09:02")
        self.assertEqual(self.tickets.message_ids, notes)
        self.assertFalse(policy.replan_reason)

    def test_a_poisoned_one_fails_alone(self):
        poisoned = self.tickets[2].sla_cycle_id
        log = type(self.tickets)._log_changes

        def fail(tickets, *args):
            if poisoned.ticket_id in tickets:
                raise ValueError("poison")
            return log(tickets, *args)

        with at("2026-03-02 09:00"):
            self.close("2026-03-04 00:00", "2026-03-04 23:59:59", self.desk)
        with (
            patch.object(type(self.tickets), "_log_changes", fail),
            mute_logger("odoo.addons.support_policy.support_policy.sla.cycle"),
        ):
            self.replan("2026-03-02 09:01")
        self.assertEqual(poisoned.deadline, riyadh(DEADLINE))
        others = self.tickets - poisoned.ticket_id
        self.assertEqual(
            set(others.mapped("sla_deadline")), {riyadh("2026-03-05 10:00")}
        )
        self.assertFalse(poisoned.policy_id.replan_reason, "the others climb")

    def test_few_queries(self):
        """Not one for each cycle: that is what a moved Eid would multiply."""
        cycles = self.tickets.sla_cycle_id
        plans = {cycle: cycle.policy_id for cycle in cycles}
        self.close("2026-03-04 00:00", "2026-03-04 23:59:59", self.desk)
        cycles.policy_id._get_business_times(cycles[0].started_at)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        cycles[:1]._write_plans({cycles[0]: plans[cycles[0]]})
        one = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        cycles[1:]._write_plans({cycle: plans[cycle] for cycle in cycles[1:]})
        self.assertLessEqual(self.env.cr.sql_log_count - before, one)
