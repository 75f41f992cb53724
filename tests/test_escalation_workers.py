"""Exactly once, on several machines at once: real transactions that really commit.

What these tests commit they remove again, whatever happens.
"""

import threading
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name

from .common import riyadh

NUMBER = 30
DUE = "odoo.addons.support_policy.support_policy.escalation.due"


class TestWorkers(BaseCase):
    """Several cron workers share the work; one that dies loses and doubles nothing."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._remove)
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
            self.last_mail = env["mail.mail"].search([], order="id desc", limit=1).id

    @contextmanager
    def transaction(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def _remove(self):
        with self.transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            teams = tickets.team_id | tickets.department_id
            (tickets.activity_ids | teams.activity_ids).unlink()
            tickets.unlink()
            env["mail.mail"].search([("id", ">", self.last_mail or 0)]).unlink()
            cron = env.ref("support_policy.cron_escalate")
            env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

    def work(self):
        """What a cron worker does, again if it lost a race, as Odoo's runner does."""
        while True:
            try:
                with self.transaction() as env:
                    env["support.sla.cycle"]._cron_escalate()
                return
            except psycopg2.OperationalError:
                continue

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
            workers = [threading.Thread(target=self.work) for _number in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        self.assertEachClimbedOnce()

    def test_a_worker_killed_in_the_middle(self):
        """As ``kill -9`` does: what was not committed is lost, and done again."""
        commits = []

        def commit_twice_then_die(records, *args, **kwargs):
            if len(commits) == 2:
                raise KeyboardInterrupt
            records.env.cr.commit()
            commits.append(kwargs)
            return 60.0

        killed = patch.object(
            self.registry["ir.cron"], "_commit_progress", commit_twice_then_die
        )
        with patch(f"{DUE}.BATCH", 4), killed, self.assertRaises(KeyboardInterrupt):
            self.work()
        with self.transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            self.assertEqual(sum(tickets.mapped("escalation_level")), 8)
        self.work()
        self.assertEachClimbedOnce()
