"""WhatsApp for the tests: real HTTP both ways, with a stand-in for Meta's side."""

import json
from contextlib import nullcontext
from unittest.mock import patch

from odoo.tests import HttpCase

from odoo.addons.support_policy.support_policy.calendar.utc import aware

from .channels_common import MailCase
from .channels_whatsapp_stand_in import (
    BUSINESS_ID,
    NUMBER_ID,
    SECRET,
    TOKEN,
    VERIFY_TOKEN,
    StandIn,
    make_call,
    make_message,
    make_status,
    sign,
)
from .common import at, riyadh

#: The trainee's telephone, as WhatsApp writes it.
PHONE = "966501234567"
ASKED = "2026-03-01 10:00"
#: 48 business hours later.
PROMISED = "2026-03-09 10:00"


class WhatsappCase(MailCase, HttpCase):
    """A number of ours, connected to the stand-in, and a trainee who writes to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = StandIn()
        cls.api.start()
        cls.addClassCleanup(cls.api.stop)
        cls.account = cls.env["support.whatsapp.account"].create(
            {
                "name": "Trainee support",
                "phone_number_id": NUMBER_ID,
                "waba_id": BUSINESS_ID,
                "verify_token": VERIFY_TOKEN,
                "app_secret": SECRET,
                "access_token": TOKEN,
                "api_url": cls.api.url,
                "team_id": cls.team.id,
                "category_id": cls.category.id,
            }
        )
        cls.company.country_id = cls.env.ref("base.sa")
        cls.trainee.phone = "050 123 4567"
        cls.rows = cls.env["support.whatsapp.message"]
        cls.events = cls.env["support.whatsapp.event"]

    def setUp(self):
        super().setUp()
        for seen in (self.api.sent, self.api.calls, self.api.faults):
            seen.clear()
        self.env.flush_all()

    # -- Meta's side ------------------------------------------------------------

    def hook(self, content, moment=ASKED, account=None, **headers):
        """Call the webhook.

        :param content: what JSON can hold, or raw bytes
        :return: the response
        """
        raw = isinstance(content, bytes)
        body = content if raw else json.dumps(content).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": sign(body),
            **headers,
        }
        account = account or self.account
        self.env.flush_all()
        with at(moment):
            response = self.url_open(
                f"/support/whatsapp/{account.id}", data=body, headers=headers
            )
        self.env.invalidate_all()
        return response

    def tell(self, *messages, moment=ASKED, read=True, **person):
        """Meta tells of messages, and they are read.

        :return: the ticket that the last of them ended up on
        """
        response = self.hook(make_call(messages, **person), moment)
        self.assertEqual(response.status_code, 200)
        if read:
            self.read_events(moment)
        row = self.rows.search([("whatsapp_id", "=", messages[-1]["id"])])
        return row.ticket_id

    def message(self, kind="text", moment=ASKED, person=PHONE, **content):
        """A message that the trainee wrote at a moment of Riyadh's clock."""
        stamp = aware(riyadh(moment)).timestamp()
        if kind == "text" and isinstance(content.get("text"), str):
            content["text"] = {"body": content["text"]}
        return make_message(kind, person, stamp, **content)

    def say(self, text, moment=ASKED, **content):
        """The trainee writes, and it is read at once.

        :return: the ticket
        """
        return self.tell(
            self.message(text=text, moment=moment, **content), moment=moment
        )

    def status(self, sent, state, moment=ASKED, **more):
        """Meta tells what became of a message of ours, and it is read."""
        status = make_status(sent["uid"], state, PHONE, **more)
        self.hook(make_call(statuses=[status]), moment)
        self.read_events(moment)

    # -- our side ---------------------------------------------------------------

    def run_job(self, moment, job):
        """What a cron does at a moment (now, if None). Its commits are savepoints, to
        which it rolls back."""
        cr, cron = self.env.cr, type(self.env["ir.cron"])

        def commit(_cron, *_args, **_kwargs):
            self.env.flush_all()
            cr.execute("SAVEPOINT committed")
            return 60.0

        def rollback():
            cr.execute("ROLLBACK TO SAVEPOINT committed")

        clock = at(moment) if moment else nullcontext()
        with (
            clock,
            patch.object(cron, "_commit_progress", commit),
            patch.object(cr, "rollback", rollback),
        ):
            commit(cron)
            job()
        self.env.invalidate_all()

    def read_events(self, moment=ASKED):
        self.run_job(moment, self.events._cron_read)

    def fetch(self, moment=ASKED):
        self.run_job(moment, self.rows._cron_fetch)

    def send(self, moment=ASKED):
        """Empty the queue.

        :return: what the stand-in has taken from it
        """
        before = len(self.api.sent)
        self.run_job(moment, self.rows._cron_send)
        return self.api.sent[before:]

    def texts(self, sent):
        """The texts of what the stand-in has taken."""
        return [message.get("text", {}).get("body") for message in sent]

    def reply(self, ticket, moment, body="جرّب الآن", **kwargs):
        """A member of staff answers on the ticket, and the queue is emptied.

        :return: the message, and what the stand-in has taken
        """
        message = self.answer(ticket, moment, body=body, **kwargs)
        return message, self.send(moment)

    def last_out(self, ticket):
        """The newest message to the requester."""
        rows = ticket.whatsapp_message_ids.filtered(lambda r: r.direction == "out")
        return rows.sorted("id")[-1:]


class WaitingCase(WhatsappCase):
    """A request by WhatsApp that has been acknowledged, and waits for an answer."""

    def setUp(self):
        super().setUp()
        self.ticket = self.say("لا أستطيع الدخول")
        self.send()
        self.api.sent.clear()
        self.cycle = self.ticket.sla_cycle_id

    def shown(self, message):
        """How the chatter shows how far a message has come."""
        notification = message.notification_ids.filtered(
            lambda one: one.notification_type == "whatsapp"
        )
        return notification.notification_status

    def assertRunning(self):
        self.assertEqual(self.cycle.state, "running")
        self.assertEqual(self.ticket.waiting_since, riyadh(ASKED))
        self.assertEqual(self.ticket.sla_cycle_id, self.cycle)
        self.assertFalse(self.cycle.answered_by_id)
