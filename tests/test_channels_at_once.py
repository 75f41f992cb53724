"""R10: what comes in at the same moment goes on together, and nothing of it is lost."""

import json
from email.message import EmailMessage
from email.utils import make_msgid
from functools import partial

from odoo import fields

from .channels_whatsapp_stand_in import (
    NUMBER_ID,
    SECRET,
    TOKEN,
    make_call,
    make_message,
    sign,
)
from .house_workers_common import WORKERS, WorkersCase

ADDRESS = "at.once@mail.example"
NUMBER = "+966500009999"


class TestAtOnce(WorkersCase):
    cleared = ("support.phone.call", "support.phone.exchange")
    cleared += ("support.whatsapp.message", "support.turn")
    cleared += (*WorkersCase.cleared, "support.whatsapp.account")

    def setUp(self):
        super().setUp()
        self.context = {}
        with self.transaction() as env:
            team = env.ref("support_policy.team_trainee_support")
            team.user_ids |= env.ref("base.user_admin")
            self.team_id = team.id
            self.newest = env["helpdesk.ticket"].search([], order="id desc", limit=1).id

    def send(self, subject, body, env):
        """An e-mail, as the mail server hands it over."""
        mail = EmailMessage()
        mail["From"] = f"Hind <{ADDRESS}>"
        mail["To"] = "nobody@desk.example"
        mail["Subject"] = subject
        mail["Message-Id"] = make_msgid()
        mail.set_content(body)
        gateway = env["mail.thread"].with_context(**self.context)
        gateway.message_process("helpdesk.ticket", mail.as_bytes())

    def made(self, env):
        """The tickets of this test, in their order."""
        after = [("id", ">", self.newest or 0)]
        tickets = env["helpdesk.ticket"].with_context(active_test=False)
        return tickets.search(after, order="id")

    def ask(self, **vals):
        """A request of hers, by e-mail."""
        with self.transaction() as env:
            self.send("A question", "How?", env)
            ticket = self.made(env)
            ticket.write(vals)
            return ticket.number

    def reply_at_once(self, number, **how):
        texts = [f"Reply {n}" for n in range(WORKERS)]
        replies = (partial(self.send, f"Re: {number}", text) for text in texts)
        self.at_once(*replies, **how)
        return texts

    def assertHeard(self, ticket, texts):
        """Each is on the ticket, and one answer is owed for all of them."""
        bodies = "".join(ticket.message_ids.mapped("body"))
        for text in texts:
            self.assertIn(text, bodies)
        self.assertEqual(ticket.resend_count, len(texts) - 1)
        running = ticket.sla_cycle_ids.filtered(lambda one: one.state == "running")
        self.assertEqual(len(running), 1)
        self.assertEqual(running.started_at, ticket.waiting_since)

    def test_replies_reopen_a_closed_ticket_once(self):
        number = self.ask()
        with self.transaction() as env:
            stages = self.made(env).team_id._get_applicable_stages()
            self.made(env).stage_id = stages.filtered("closed")[0]
        texts = self.reply_at_once(number)
        with self.transaction() as env:
            [ticket] = self.made(env)
            self.assertFalse(ticket.closed)
            self.assertHeard(ticket, texts)

    def test_replies_to_an_answer_open_one_cycle(self):
        number = self.ask()
        with self.transaction() as env:
            admin = env.ref("base.user_admin")
            self.made(env).with_user(admin).message_post(
                body="This way",
                partner_ids=self.made(env).partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.assertEqual(self.made(env).sla_state, "met")
        texts = self.reply_at_once(number)
        with self.transaction() as env:
            [ticket] = self.made(env)
            self.assertHeard(ticket, texts)

    def test_fetched_replies_are_heard_too(self):
        """Odoo marks a message that it fetches as read, whatever becomes of it."""
        number = self.ask()
        self.context = {"fetchmail_cron_running": True}
        texts = self.reply_at_once(number, again=lambda attempt, env: attempt())
        with self.transaction() as env:
            [ticket] = self.made(env)
            bodies = "".join(ticket.message_ids.mapped("body"))
            for text in texts:
                self.assertIn(text, bodies)

    def test_replies_long_after_the_end_make_one_follow_up(self):
        number = self.ask()
        with self.transaction() as env:
            stages = self.made(env).team_id._get_applicable_stages()
            self.made(env).stage_id = stages.filtered("closed")[0]
            self.made(env).closed_date = fields.Datetime.to_datetime("2026-01-01")
        texts = self.reply_at_once(number)
        with self.transaction() as env:
            ticket, follow_up = self.made(env)
            self.assertTrue(ticket.closed)
            self.assertEqual(follow_up.previous_ticket_id, ticket)
            self.assertEqual(follow_up.resend_count, len(texts) - 1)

    def test_a_newcomer_becomes_one_contact(self):
        asks = [partial(self.send, f"Request {n}", "How?") for n in range(WORKERS)]
        self.at_once(*asks)
        with self.transaction() as env:
            self.assertEqual(len(self.made(env)), WORKERS)
            self.assertEqual(len(self.made(env).partner_id), 1)

    def test_messages_of_a_new_number_are_one_conversation(self):
        texts = [f"Message {n}" for n in range(WORKERS)]
        with self.transaction() as env:
            account = env["support.whatsapp.account"].create(
                {
                    "name": "At once",
                    "phone_number_id": NUMBER_ID,
                    "app_secret": SECRET,
                    "access_token": TOKEN,
                    "team_id": self.team_id,
                }
            )
            events = env["support.whatsapp.event"].browse()
            for text in texts:
                written = make_message(person=NUMBER[1:], text={"body": text})
                body = json.dumps(make_call([written])).encode()
                events._store(account, body, sign(body))
            ids = events.search([("account_id", "=", account.id)]).ids

        def read(event_id, env):
            env["support.whatsapp.event"].browse(event_id)._read()

        self.at_once(*(partial(read, event_id) for event_id in ids))
        with self.transaction() as env:
            [ticket] = self.made(env)
            bodies = "".join(ticket.message_ids.mapped("body"))
            for text in texts:
                self.assertIn(text, bodies)

    def test_what_a_page_sends_twice_at_once_is_one_request(self):
        def click(env):
            turn = env["support.turn"]._take("a browser", "a page", "its words")
            if not turn.ticket_id:
                turn.ticket_id = env["helpdesk.ticket"].create(
                    {"name": "Clicked", "description": "…", "team_id": self.team_id}
                )

        self.at_once(*[click] * WORKERS)
        with self.transaction() as env:
            self.assertEqual(len(self.made(env)), 1)

    def report_at_once(self, *uids):
        """Missed calls of a new number, as the exchange reports them."""
        with self.transaction() as env:
            exchange = env["support.phone.exchange"].create(
                {"name": "At once", "team_id": self.team_id}
            )

        def report(uid, env):
            env["support.phone.exchange"].browse(exchange.id)._log_call(
                {
                    "call_uid": uid,
                    "number": NUMBER,
                    "outcome": "missed",
                    "started_at": fields.Datetime.now(),
                    "seconds": 0,
                    "voicemail": None,
                }
            )

        self.at_once(*(partial(report, uid) for uid in uids))

    def test_missed_calls_of_a_new_number_are_one_request(self):
        self.report_at_once("first", "second", "third")
        with self.transaction() as env:
            [ticket] = self.made(env)
            self.assertEqual(len(ticket.call_ids), 3)
            self.assertEqual(ticket.resend_count, 2)

    def test_a_call_that_is_reported_at_once_is_one_call(self):
        self.report_at_once(*["the same"] * WORKERS)
        with self.transaction() as env:
            [ticket] = self.made(env)
            self.assertEqual(len(ticket.call_ids), 1)
            self.assertFalse(ticket.resend_count)
