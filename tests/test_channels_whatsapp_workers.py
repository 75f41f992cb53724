"""Exactly once, whatever dies or runs at once: real transactions that really commit.

What these tests commit they remove again, whatever happens.
"""

import json
import threading
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name

from odoo.addons.support_policy.support_policy.channels.whatsapp import client

from .channels_whatsapp_stand_in import (
    NUMBER_ID,
    SECRET,
    TOKEN,
    StandIn,
    make_call,
    make_message,
    sign,
)

NUMBER = 12
CRONS = ("read", "fetch", "send")


class TestWorkers(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.api = StandIn()
        self.api.start()
        self.addCleanup(self.api.stop)
        self.addCleanup(self._remove)
        with self.transaction() as env:
            self.last_partner = env["res.partner"].search([], order="id desc")[:1].id
            account = env["support.whatsapp.account"].create(
                {
                    "name": "Worker test",
                    "phone_number_id": NUMBER_ID,
                    "app_secret": SECRET,
                    "access_token": TOKEN,
                    "api_url": self.api.url,
                    "team_id": env.ref("support_policy.team_trainee_support").id,
                }
            )
            self.account_id = account.id
            for number in range(NUMBER):
                person = f"96650000{number:04}"
                message = make_message(person=person, text={"body": "Worker test"})
                body = json.dumps(make_call([message])).encode()
                env["support.whatsapp.event"]._store(account, body, sign(body))

    @contextmanager
    def transaction(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def _remove(self):
        with self.transaction() as env:
            rows = self.rows(env)
            tickets, messages = rows.ticket_id, rows.message_id
            rows.unlink()
            tickets.activity_ids.unlink()
            env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
            tickets.unlink()
            env["res.partner"].search([("id", ">", self.last_partner)]).unlink()
            env["support.whatsapp.account"].browse(self.account_id).unlink()
            for name in CRONS:
                cron = env.ref(f"support_policy.cron_whatsapp_{name}")
                env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

    def rows(self, env, **wanted):
        domain = [(name, "=", value) for name, value in wanted.items()]
        domain.append(("account_id", "=", self.account_id))
        return env["support.whatsapp.message"].search(domain)

    def work(self, job="_cron_read", model="support.whatsapp.event"):
        """What a cron worker does, again if it lost a race, as Odoo's runner does."""
        while True:
            try:
                with self.transaction() as env:
                    getattr(env[model], job)()
                return
            except psycopg2.OperationalError:
                continue

    def send(self):
        self.work("_cron_send", "support.whatsapp.message")

    def together(self, act):
        workers = [threading.Thread(target=act) for _number in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def dying(self, after):
        """A worker that is killed after so many commits."""
        commits = []

        def commit_then_die(records, *args, **kwargs):
            if len(commits) == after:
                raise KeyboardInterrupt
            records.env.cr.commit()
            commits.append(args)
            return 60.0

        return patch.object(
            self.registry["ir.cron"], "_commit_progress", commit_then_die
        )

    def assertEachReadOnce(self):
        with self.transaction() as env:
            rows = self.rows(env, direction="in")
            self.assertEqual(len(rows), NUMBER)
            self.assertEqual(len(rows.ticket_id), NUMBER)
            self.assertEqual(sum(rows.ticket_id.mapped("resend_count")), 0)

    def test_three_workers_read_at_once(self):
        self.together(self.work)
        self.work()
        self.assertEachReadOnce()

    def test_a_reader_killed_in_the_middle(self):
        with self.dying(after=5), self.assertRaises(KeyboardInterrupt):
            self.work()
        with self.transaction() as env:
            self.assertEqual(len(self.rows(env, direction="in")), 5)
        self.work()
        self.assertEachReadOnce()

    def test_three_workers_send_at_once(self):
        self.work()
        self.together(self.send)
        self.send()
        receivers = [message["to"] for message in self.api.sent]
        self.assertEqual(len(receivers), NUMBER)
        self.assertEqual(len({*receivers}), NUMBER, "an acknowledgement to each, once")

    def test_a_sender_killed_while_sending_never_sends_twice(self):
        self.work()
        with self.dying(after=7), self.assertRaises(KeyboardInterrupt):
            self.send()
        sent = len(self.api.sent)
        with self.transaction() as env:
            # one may have left without our knowing: it is not sent again
            self.assertEqual(len(self.rows(env, state="sending")), 1)
        self.send()
        self.send()
        receivers = [message["to"] for message in self.api.sent]
        self.assertEqual(len(receivers), len({*receivers}))
        self.assertGreaterEqual(len(receivers), NUMBER - 1)
        self.assertGreater(len(receivers), sent)

    def test_a_death_between_sending_and_writing_it_down(self):
        self.work()
        connect = client.connect

        @contextmanager
        def die_afterwards(account):
            with connect(account) as whatsapp:
                yield whatsapp
                raise KeyboardInterrupt

        killed = patch.object(client, "connect", die_afterwards)
        with killed, self.assertRaises(KeyboardInterrupt):
            self.send()
        self.assertEqual(len(self.api.sent), 1)
        with self.transaction() as env:
            row = self.rows(env, state="sending")
            self.assertEqual(len(row), 1)
            self.assertGreater(row.try_at, fields.Datetime.now())
        self.send()
        receivers = [message["to"] for message in self.api.sent]
        self.assertEqual(len(receivers), NUMBER)
        self.assertEqual(len({*receivers}), NUMBER)
