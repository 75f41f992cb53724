"""R10: WhatsApp is read and sent exactly once, whatever dies or runs at once."""

import json
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo import fields

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
from .house_workers_common import WorkersCase

NUMBER = 12


class TestWorkers(WorkersCase):
    cleared = ("support.whatsapp.message", *WorkersCase.cleared)
    cleared += ("support.whatsapp.account",)

    def setUp(self):
        super().setUp()
        self.api = StandIn()
        self.api.start()
        self.addCleanup(self.api.stop)
        with self.transaction() as env:
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

    def rows(self, env, **wanted):
        domain = [(name, "=", value) for name, value in wanted.items()]
        domain.append(("account_id", "=", self.account_id))
        return env["support.whatsapp.message"].search(domain)

    def read_events(self):
        self.work("support.whatsapp.event", "_cron_read")

    def send(self):
        self.work("support.whatsapp.message", "_cron_send")

    def assertEachReadOnce(self):
        with self.transaction() as env:
            rows = self.rows(env, direction="in")
            self.assertEqual(len(rows), NUMBER)
            self.assertEqual(len(rows.ticket_id), NUMBER)
            self.assertEqual(sum(rows.ticket_id.mapped("resend_count")), 0)

    def test_three_workers_read_at_once(self):
        self.together(self.read_events)
        self.read_events()
        self.assertEachReadOnce()

    def test_a_reader_that_loses_a_race_reads_on(self):
        messages = self.registry["support.whatsapp.message"]
        handle, races = messages._handle_item, iter([True])

        def lose_one(records, *args):
            if next(races, False):
                raise psycopg2.errors.SerializationFailure("somebody was faster")
            return handle(records, *args)

        lost = patch.object(messages, "_handle_item", lose_one)
        with lost, self.transaction() as env:
            env["support.whatsapp.event"]._cron_read()
        self.assertEachReadOnce()

    def test_a_reader_killed_in_the_middle(self):
        with self.dying(after=5), self.assertRaises(KeyboardInterrupt):
            self.read_events()
        with self.transaction() as env:
            self.assertEqual(len(self.rows(env, direction="in")), 5)
        self.read_events()
        self.assertEachReadOnce()

    def test_three_workers_send_at_once(self):
        self.read_events()
        self.together(self.send)
        self.send()
        receivers = [message["to"] for message in self.api.sent]
        self.assertEqual(len(receivers), NUMBER)
        self.assertEqual(len({*receivers}), NUMBER, "an acknowledgement to each, once")

    def test_a_sender_killed_while_sending_never_sends_twice(self):
        self.read_events()
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
        self.read_events()
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
