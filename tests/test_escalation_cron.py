"""The cron: exactly once, batch by batch, and never stopped by one record."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.tools import mute_logger

from .common import SupportPolicyCase, at, riyadh

DUE = "odoo.addons.support_policy.support_policy.escalation.due"
LATE = "2026-03-04 10:05"


class TestCron(SupportPolicyCase):
    def test_a_lost_race_is_left_to_the_retry_of_the_transaction(self):
        self.ask("2026-03-01 10:00")
        lost = patch.object(
            type(self.cycles), "_advance", side_effect=psycopg2.OperationalError
        )
        with lost, self.assertRaises(psycopg2.OperationalError):
            self.run_cron(LATE)

    def test_never_twice_says_the_database(self):
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron(LATE)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(psycopg2.IntegrityError, "once_per_level"),
        ):
            ticket.escalation_ids.copy()

    def test_each_batch_is_committed_by_itself(self):
        tickets = [self.ask("2026-03-01 10:00") for _number in range(5)]
        progress = []

        def commit(_cron, processed=0, *, remaining=None, **_kwargs):
            if processed:  # what is said afterwards is committed too
                progress.append((processed, remaining))
            return 60.0

        with (
            at(LATE),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", commit),
            patch(f"{DUE}.BATCH", 2),
        ):
            mails = self.mails_of(self.cycles._cron_escalate)
        self.assertEqual(progress, [(2, 3), (2, 1), (1, 0)])
        self.assertTrue(all(ticket.escalation_level == 1 for ticket in tickets))
        self.assertEqual(set(mails.values()), {"5 requests are waiting for an answer"})

    def test_the_cron_stops_when_its_time_is_over_and_goes_on_later(self):
        tickets = [self.ask("2026-03-01 10:00") for _number in range(4)]
        cron = type(self.env["ir.cron"])
        no_time_left = patch.object(cron, "_commit_progress", lambda *a, **k: 0.0)
        with at(LATE), patch(f"{DUE}.BATCH", 3), no_time_left:
            self.cycles._cron_escalate()
            self.assertEqual(sum(t.escalation_level for t in tickets), 3)
            mails = self.mails_of(self.cycles._cron_escalate)
        self.assertEqual(set(mails.values()), {"4 requests are waiting for an answer"})

    def test_it_is_called_exactly_when_something_falls_due(self):
        cron = self.env.ref("support_policy.cron_escalate")
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.ask("2026-03-01 10:00")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        moments = set((triggers - before).mapped("call_at"))
        self.assertEqual(
            moments,
            {
                riyadh("2026-03-03 14:00"),  # the warning
                riyadh("2026-03-04 10:00") + timedelta(seconds=1),
            },
        )

    def test_the_cost_follows_what_is_due(self):
        """A hundred at once take hardly more queries than ten, and the backlog of
        requests that are not due costs nothing."""

        def count_queries(number):
            for _number in range(number):
                self.ask("2026-03-01 10:00")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_cron(LATE)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(1)  # warms the caches up
        ten, hundred = count_queries(10), count_queries(100)
        self.assertLess(hundred, 2.5 * ten)
