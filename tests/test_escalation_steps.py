"""R4, R9: the next step follows what has been edited."""

from unittest.mock import patch

from ..support_policy.sla import replan
from .common import at, riyadh
from .test_escalation_posts import EDITED, ESCALATION, SUNDAY, TIER_2, PostsCase


class TestSteps(PostsCase):
    """The next step follows what has been edited."""

    def test_a_promise_that_moved_later_takes_the_next_step_with_it(self):
        with at(EDITED):
            self.cycle.policy_id.response_hours = 72
        self.assertEqual(self.ticket.sla_deadline, riyadh("2026-03-12 10:00"))
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-12 10:00"))
        self.assertEqual(
            str(self.ticket.activity_search([ESCALATION]).date_deadline), "2026-03-12"
        )
        with at(EDITED):
            self.cycle.policy_id.response_hours = 24
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-09 10:05"))

    def test_by_hand_it_may_be_before_the_promise(self):
        ticket = self.ask(SUNDAY, channel_id=self.whatsapp.id)
        with at("2026-03-02 10:00"):
            ticket.sla_cycle_id._climb("manual")
        due = ticket.answer_due_at
        self.assertEqual(due, riyadh("2026-03-05 10:00"))
        with at("2026-03-02 11:00"):
            ticket.sla_policy_id.warning_hours = 2
            self.assertEqual(ticket.answer_due_at, due, "nobody has moved it")
            ticket.sla_policy_id.response_hours = 56
        self.assertEqual(ticket.answer_due_at, ticket.sla_deadline)

    def test_edited_hours_of_a_tier(self):
        self.edit(self.ladder.tier_ids[0], hours=8)
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-05 10:05"))
        self.edit(self.ladder.tier_ids[0], hours=32)
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-10 10:05"))

    def test_a_shorter_ladder_reminds_its_last_holder(self):
        self.run_cron(TIER_2)
        short = self.ladder.copy({"name": "Short"})
        short.write({"tier_ids": [(2, tier.id) for tier in short.tier_ids[1:]]})
        self.edit(self.cycle.policy_id, TIER_2, ladder_id=short.id)
        self.assertHolds(self.leader)
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-12 10:10"))
        mails = self.mails_of(self.run_cron, "2026-03-12 10:11")
        self.assertEqual({*mails}, {'"Leader" <leader@desk.example>'})
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-15 08:00"))

    def test_a_longer_ladder_climbs_on(self):
        for moment in (TIER_2, "2026-03-12 10:15"):
            self.run_cron(moment)
        with at("2026-03-12 11:00"):
            self.ladder.tier_ids = [
                (
                    0,
                    0,
                    {
                        "level": 4,
                        "name": "Named",
                        "assignee": "user",
                        "user_id": self.successor.id,
                    },
                )
            ]
        self.run_cron("2026-03-12 16:01")
        self.assertHolds(self.successor)
        self.assertEqual(self.ticket.escalation_level, 4)

    def test_the_daily_reminder_follows_the_calendar(self):
        for moment in (TIER_2, "2026-03-12 10:15", "2026-03-12 16:01"):
            self.run_cron(moment)
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-15 08:00"))
        leave = {
            "calendar_id": self.desk.id,
            "date_from": riyadh("2026-03-15 00:00"),
            "date_to": riyadh("2026-03-15 23:59:59"),
        }
        with at("2026-03-12 17:00"):
            leaves = self.env["resource.calendar.leaves"].create(leave)
            self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-16 08:00"))
            self.desk.attendance_ids.hour_from = 9
            self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-16 09:00"))
            leaves.unlink()
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-15 09:00"))

    def test_a_resend_during_a_pending_replan_waits_for_it(self):
        ticket = self.ask(SUNDAY)
        with patch.object(replan, "AT_ONCE", 0), at("2026-03-02 09:00"):
            self.cycle.policy_id.response_hours = 48
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 10:00"), "not yet")
        self.write_again(ticket, "2026-03-05 09:00")
        self.assertFalse(ticket.escalation_ids)
        self.assertEqual(ticket.resend_count, 1)
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-09 10:00"))
