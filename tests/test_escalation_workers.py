"""R4, R10: each request climbs exactly once, on several machines at once."""

from unittest.mock import patch

from .common import riyadh
from .house_workers_common import WorkersCase

NUMBER = 30
DUE = "odoo.addons.support_policy.support_policy.escalation.due"


class TestWorkers(WorkersCase):
    """Several cron workers share the work; one that dies loses and doubles nothing."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            team = env.ref("support_policy.team_trainee_support")
            tickets = env["helpdesk.ticket"].create(
                [
                    {
                        "name": "Worker test",
                        "description": "…",
                        "channel_id": env.ref(
                            "helpdesk_mgmt.helpdesk_ticket_channel_email"
                        ).id,
                        "team_id": team.id,
                        "user_id": False,
                        "waiting_since": riyadh("2026-03-01 10:00"),
                    }
                    for _number in range(NUMBER)
                ]
            )
            self.ticket_ids = tickets.ids

    def escalate(self):
        self.work("support.sla.cycle", "_cron_escalate")

    def assertEachClimbedOnce(self):
        with self.transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            self.assertEqual(tickets.mapped("escalation_level"), [1] * NUMBER)
            self.assertEqual(len(tickets.escalation_ids), NUMBER)
            notes = tickets.message_ids.filtered(
                lambda m: (
                    m.subtype_id == env.ref("support_policy.mt_escalated_deadline")
                )
            )
            self.assertEqual(len(notes), NUMBER)
            self.assertFalse(tickets.sla_cycle_id.filtered("pending_notice"))

    def test_three_workers_at_once(self):
        with patch(f"{DUE}.BATCH", 4):
            self.together(self.escalate)
        self.assertEachClimbedOnce()

    def test_a_worker_killed_in_the_middle(self):
        """What was not committed is lost, and done again."""
        killed = self.dying(after=2)
        with patch(f"{DUE}.BATCH", 4), killed, self.assertRaises(KeyboardInterrupt):
            self.escalate()
        with self.transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            self.assertEqual(sum(tickets.mapped("escalation_level")), 8)
        self.escalate()
        self.assertEachClimbedOnce()
