"""R4, R10: each request climbs exactly once, on several machines at once."""

from contextlib import contextmanager, suppress
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import riyadh
from .house_workers_common import WorkersCase

NUMBER = 30
NOBODY = (psycopg2.OperationalError, psycopg2.InterfaceError)
DUE = "odoo.addons.support_policy.support_policy.escalation.due"


class TestWorkers(WorkersCase):
    """Several cron workers share the work; one that dies loses and doubles nothing."""

    cleared = ("support.incident", *WorkersCase.cleared)

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

    def test_a_worker_killed_while_it_tells(self):
        """Each reader is told once, at whatever piece it died."""
        readers = {(f"{name}@desk.example", "en_US") for name in "abc"}
        cycles = self.registry["support.sla.cycle"]
        with patch.object(cycles, "_get_readers", lambda cycle: readers):
            for pieces in range(1, 6):
                with suppress(KeyboardInterrupt), self.dying(after=pieces):
                    self.escalate()
            self.escalate()
        self.assertEachClimbedOnce()
        with self.transaction() as env:
            for address, _lang in readers:
                mails = env["mail.mail"].search([("email_to", "=", address)])
                self.assertEqual(
                    mails.mapped("subject"),
                    [f"{NUMBER} requests are waiting for an answer"],
                )
            self.assertFalse(env["support.escalation.notice"].search([]))

    def test_a_vacant_post_is_told_once(self):
        """Not by each of the workers that find it vacant."""
        with patch(f"{DUE}.BATCH", 4):
            self.together(self.escalate)
        with self.transaction() as env:
            told = env["mail.activity"].search([("summary", "like", "Vacant")])
            each = [(one.user_id, one.summary, one.res_id) for one in told]
            self.assertEqual(len({summary for _user, summary, _id in each}), 3, "posts")
            self.assertEqual(len(set(each)), len(each))

    def edit(self, ticket_id):
        """What somebody does in the web client, in a transaction of their own."""
        with self.transaction() as env:
            env["helpdesk.ticket"].browse(ticket_id).priority = "2"

    def test_a_ticket_that_somebody_is_editing_is_left_for_later(self):
        busy = self.ticket_ids[0]
        with self.registry.cursor() as other:
            other.execute(
                "SELECT 1 FROM helpdesk_ticket WHERE id = %s FOR UPDATE", [busy]
            )
            self.escalate()
        with self.transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            levels = tickets.mapped("escalation_level")
            self.assertEqual(levels, [0] + [1] * (NUMBER - 1))
            cron = env.ref("support_policy.cron_escalate")
            soon = env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            asked = min(soon.mapped("call_at")) - tickets.sla_cycle_id[0].write_date
            self.assertLess(asked.total_seconds(), 60)
        self.escalate()
        self.assertEachClimbedOnce()

    def test_by_hand_while_somebody_else_changes_the_ticket(self):
        """One polite sentence, instead of a wait or the words of the database."""
        with self.registry.cursor() as other, self.transaction() as env:
            busy = self.ticket_ids[0]
            other.execute(
                "SELECT 1 FROM helpdesk_ticket WHERE id = %s FOR UPDATE", [busy]
            )
            wizard = env["support.escalate.wizard"].new(
                {"ticket_id": busy, "reason": "Urgent"}
            )
            with self.assertRaisesRegex(UserError, "at this moment. Please try again"):
                wizard.action_escalate()

    @contextmanager
    def before_each_lock(self, act):
        """Something happens between a batch's search and its locks."""
        cycles = self.registry["support.sla.cycle"]
        lock = cycles._try_lock
        sizes = []

        def act_then_lock(records, limit=None):
            if limit:
                sizes.append(limit)
                act(sizes)
            return lock(records, limit)

        with (
            patch.object(cycles, "_try_lock", act_then_lock),
            mute_logger("odoo.sql_db"),
        ):
            yield sizes

    def test_a_lost_race_halves_the_batch(self):
        """Ordinary edits are committed after a batch has been chosen."""

        def edit_at_first(sizes):
            if len(sizes) < 3:
                self.edit(self.ticket_ids[0])

        with self.before_each_lock(edit_at_first) as sizes, patch(f"{DUE}.BATCH", 16):
            self.escalate()
        self.assertEqual(sizes[:5], [16, 8, 4, 8, 16])
        self.assertEachClimbedOnce()
        with self.transaction() as env:
            self.assertFalse(env["support.escalation.failure"].search([]))

    def test_one_that_always_loses_is_left_out(self):
        """The others climb in the same run; it is tried again soon."""
        loser = self.ticket_ids[0]
        always = self.before_each_lock(lambda _sizes: self.edit(loser))
        with always as sizes, patch(f"{DUE}.BATCH", 4):
            self.escalate()
        self.assertEqual(sizes[:5], [4, 2, 1, 1, 2])
        with self.transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            levels = tickets.mapped("escalation_level")
            self.assertEqual(levels, [0] + [1] * (NUMBER - 1))
        self.escalate()
        self.assertEachClimbedOnce()

    def test_postgresql_restarted_in_the_middle(self):
        """No cycle is to blame for it."""
        cycles = self.registry["support.sla.cycle"]
        climb = cycles._climb

        def climb_then_restart(records, *args, **kwargs):
            climb(records, *args, **kwargs)
            with self.registry.cursor() as other:
                other.execute(
                    "SELECT pg_terminate_backend(%s)",
                    [records.env.cr._cnx.info.backend_pid],
                )
            records.env.flush_all()
            records.env.cr.execute("SELECT 1")

        with (
            patch.object(cycles, "_climb", climb_then_restart),
            mute_logger("odoo.sql_db"),
            self.assertRaises(NOBODY),
            self.transaction() as env,
        ):
            env["support.sla.cycle"]._cron_escalate()
        with self.transaction() as env:
            self.assertFalse(env["support.escalation.failure"].search([]))
        self.escalate()
        self.assertEachClimbedOnce()
