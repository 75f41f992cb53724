"""R10: real processes climb, and die by ``kill -9``; ``make storm`` in short."""

import subprocess
import sys

from . import house_crew
from .common import riyadh
from .house_workers_common import WorkersCase

NUMBER = 60
KILLS = 3
CYCLE = "UPDATE support_sla_cycle SET {} WHERE ticket_id = %s"
TICKET = "UPDATE helpdesk_ticket SET {} WHERE id = %s"
#: {what does not hold any more: what was done}
WRONGS = {
    "what has ended does not run, and the other way round": CYCLE.format(
        "ended_at = deadline"
    ),
    "climbs go 1, 2, 3 up to the cycle's tier": CYCLE.format("level = 2"),
    "nobody is asked for what nobody waits for": CYCLE.format(
        "state = 'met', ended_at = deadline"
    ),
    "whoever holds what has climbed is asked once": (
        "UPDATE mail_activity SET active = false WHERE res_id = %s"
    ),
    "the ticket says what its cycle says": TICKET.format("sla_deadline = NULL"),
    "the ticket's state is that of its latest promise": TICKET.format(
        "sla_state = 'met'"
    ),
    "a cycle runs since its requester began to wait": TICKET.format(
        "waiting_since = NULL"
    ),
    "nothing runs on what is over": TICKET.format("active = false"),
    "every answered cycle has its answer, and its hours": CYCLE.format(
        "state = 'met', ended_at = deadline"
    ),
    "every climb stands in the chatter once": """
        INSERT INTO mail_message (model, res_id, subtype_id, message_type)
        SELECT model, res_id, subtype_id, message_type FROM mail_message
         WHERE model = 'helpdesk.ticket' AND res_id = %s
    """,
    "no reader gets more mails of a request than it has climbed": """
        INSERT INTO mail_mail (mail_message_id, email_to, body_html, state)
        SELECT mail_message_id, email_to, body_html, mail.state FROM mail_mail mail
          JOIN helpdesk_ticket ticket ON mail.body_html LIKE '%%' || number || '%%'
         WHERE ticket.id = %s
    """,
    "nobody is still to be told": CYCLE.format("pending_notice = 'reminder'"),
}


class TestStorm(WorkersCase):
    cleared = ("support.incident", "support.escalation.failure", *WorkersCase.cleared)

    def setUp(self):
        super().setUp()
        self.lead_team()
        with self.transaction() as env:
            channel = env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
            team = env.ref("support_policy.team_trainee_support")
            tickets = env["helpdesk.ticket"].create(
                [
                    {
                        "name": "Storm test",
                        "description": "…",
                        "channel_id": channel.id,
                        "team_id": team.id,
                        "user_id": False,
                        "waiting_since": riyadh("2026-03-01 10:00"),
                    }
                    for _number in range(NUMBER)
                ]
            )
            self.ticket_ids = tickets.ids

    def test_workers_that_are_killed_lose_and_double_nothing(self):
        command = [sys.executable, house_crew.__file__, self.registry.db_name]
        done = subprocess.run(
            [*command, str(KILLS), "7"],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(int(done.stdout), 0, "died")
        with self.transaction() as env:
            self.assertFalse(self.find_broken(env))
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            self.assertEqual(tickets.mapped("escalation_level"), [1] * NUMBER)
            self.assertEqual(len(tickets.escalation_ids), NUMBER)

    def test_what_does_not_hold_is_found(self):
        """The invariants can break: else they would prove nothing."""
        self.work("support.sla.cycle", "_cron_escalate")
        with self.transaction() as env:
            ticket_id = self.ticket_ids[0]
            self.assertFalse(self.find_broken(env))
            for words, statement in WRONGS.items():
                with self.subTest(words), env.cr.savepoint() as savepoint:
                    env.cr.execute(statement, [ticket_id])
                    broken = self.find_broken(env)
                    savepoint.rollback()
                    self.assertIn(ticket_id, broken.get(words, ()))
