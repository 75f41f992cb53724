"""The webhook: who may call it, and that each call is kept, once, and read later."""

import json
from http.client import HTTPConnection
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .channels_whatsapp_common import WhatsappCase
from .channels_whatsapp_stand_in import VERIFY_TOKEN, make_call, make_status, sign
from .common import at

EVENT = "odoo.addons.support_policy.support_policy.channels.whatsapp.event"


@tagged("post_install", "-at_install")
class TestWebhook(WhatsappCase):
    def shake(self, account_id=None, **params):
        query = {
            "hub.mode": "subscribe",
            "hub.verify_token": VERIFY_TOKEN,
            "hub.challenge": "1158201444",
        }
        query |= {f"hub.{name}": value for name, value in params.items()}
        path = f"/support/whatsapp/{account_id or self.account.id}"
        request = "&".join(f"{key}={value}" for key, value in query.items() if value)
        return self.url_open(f"{path}?{request}")

    def stored(self):
        return self.events.search([("account_id", "=", self.account.id)])

    def test_the_handshake_answers_the_challenge_as_plain_text(self):
        response = self.shake()
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.text, "1158201444")
        self.assertTrue(response.headers["Content-Type"].startswith("text/plain"))

    def test_only_with_the_token(self):
        other = self.account.id + 1000
        for response in (
            self.shake(verify_token="wrong"),
            self.shake(verify_token=""),
            self.shake(verify_token="%D9%A1%00"),
            self.shake(mode="unsubscribe"),
            self.shake(challenge=""),
            self.shake(account_id=other),
            self.shake(account_id=10**12),
        ):
            self.assertEqual(response.status_code, 403)
        self.account.active = False
        self.env.flush_all()
        self.assertEqual(self.shake().status_code, 403)

    def test_nothing_is_stored_without_the_signature(self):
        body = make_call([self.message(text="x")])
        raw = json.dumps(body).encode()
        for signature in (
            "",
            "sha256=",
            "sha256=" + "0" * 64,
            sign(raw, "another secret"),
            sign(raw + b" "),
            sign(raw).removeprefix("sha256="),
            sign(raw).upper(),
            "ключ".encode().decode("latin-1"),
        ):
            with self.subTest(signature):
                response = self.hook(raw, **{"X-Hub-Signature-256": signature})
                self.assertEqual(response.status_code, 403)
        # no form is read before the signature, either
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertEqual(self.hook(raw, **form).status_code, 403)
        self.assertFalse(self.stored())

    def test_a_call_that_is_too_large_is_refused(self):
        self.assertEqual(self.hook(b"x" * 3_200_000).status_code, 413)
        host, port = self.base_url().removeprefix("http://").split(":")
        connection = HTTPConnection(host, int(port), timeout=30)
        chunks = (b"x" * 65_536 for _number in range(60))
        path = f"/support/whatsapp/{self.account.id}"
        with self.allow_requests():
            try:
                cookies = self.opener.cookies.get_dict()
                cookie = "; ".join(f"{name}={cookies[name]}" for name in cookies)
                headers = {"Cookie": cookie, "Transfer-Encoding": "chunked"}
                connection.request("POST", path, chunks, headers, encode_chunked=True)
                status = connection.getresponse().status
            except (BrokenPipeError, ConnectionResetError):
                status = 413  # refused before all of it was sent
        self.assertIn(status, (403, 411, 413))
        self.assertFalse(self.stored())

    def test_other_methods_are_none(self):
        for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
            path = f"/support/whatsapp/{self.account.id}"
            response = self.url_open(path, method=method)
            self.assertEqual(response.status_code, 405)

    def test_a_call_is_kept_as_it_came_and_read_afterwards(self):
        message = self.message(text="مرحبا")
        self.hook(make_call([message]))
        event = self.stored()
        self.assertEqual(event.state, "waiting")
        self.assertIn(message["id"], event.body)
        self.assertFalse(self.rows.search([("whatsapp_id", "=", message["id"])]))
        self.read_events()
        self.assertEqual(event.state, "done")
        self.assertTrue(
            self.rows.search([("whatsapp_id", "=", message["id"])]).ticket_id
        )

    def test_the_cron_is_woken_at_once(self):
        cron = self.env.ref("support_policy.cron_whatsapp_read")
        asked = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search_count(asked)
        self.hook(make_call([self.message(text="x")]))
        self.assertEqual(self.env["ir.cron.trigger"].search_count(asked), before + 1)

    def test_replayed_or_delivered_again_it_is_the_same(self):
        message = self.message(text="مرحبا")
        call = make_call([message])
        for _number in range(3):
            self.assertEqual(self.hook(call).status_code, 200)
        self.assertEqual(len(self.stored()), 1)
        self.read_events()
        # the same message in another call
        self.hook(make_call([message, self.message(text="أيضًا")]))
        self.read_events()
        rows = self.rows.search([("direction", "=", "in")])
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(rows.ticket_id), 1)
        self.assertEqual(rows.ticket_id.resend_count, 1)

    def test_delivered_twice_at_the_same_moment(self):
        call = make_call([self.message(text="مرحبا")])
        unseen = patch.object(type(self.events), "search_count", lambda *a, **k: 0)
        with unseen, mute_logger("odoo.sql_db"):
            for _number in range(2):
                self.assertEqual(self.hook(call).status_code, 200)
        self.assertEqual(len(self.stored()), 1)

    def test_several_entries_in_one_call(self):
        first, second = self.message(text="أ"), self.message(text="ب", person="96651")
        call = make_call([first])
        call["entry"] += make_call([second])["entry"]
        call["entry"][0]["changes"] += make_call(
            statuses=[make_status("wamid.unknown", "read")]
        )["entry"][0]["changes"]
        self.hook(call)
        self.read_events()
        uids = [first["id"], second["id"]]
        self.assertEqual(self.rows.search_count([("whatsapp_id", "in", uids)]), 2)

    def test_statuses_make_no_ticket(self):
        before = self.env["helpdesk.ticket"].search_count([])
        self.hook(make_call(statuses=[make_status("wamid.unknown", "delivered")]))
        self.read_events()
        self.assertEqual(self.stored().state, "done")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_what_is_signed_but_makes_no_sense_is_kept(self):
        for body in (
            b"{",
            b"\xff\xfe\x00",
            b"[" * 50_000,
            b"[]",
            b"null",
            b'{"entry": [7, {"changes": [null, {"field": "messages", "value": []}]}]}',
            json.dumps(make_call([{"type": "text"}, {"id": 5}])).encode(),
            json.dumps(make_call([self.message(kind="text", text=["x"])])).encode(),
            json.dumps(
                make_call([self.message(text="nul \u0000 \ud83d")], name="\u0000")
            ).encode(),
        ):
            with self.subTest(body[:60]):
                before = self.stored()
                self.assertEqual(self.hook(body).status_code, 200)
                self.read_events()
                event = self.stored() - before
                self.assertIn(event.state, ("done", "failed"))

    def test_one_bad_message_stops_no_other_and_is_tried_again(self):
        bad, good = self.message(text="bad"), self.message(text="good", person="96652")
        receive = type(self.rows)._handle_incoming

        def poisoned(rows, account, item):
            if item.text == "bad":
                raise ValueError("poison")
            return receive(rows, account, item)

        self.hook(make_call([bad, good]))
        with (
            patch.object(type(self.rows), "_handle_incoming", poisoned),
            mute_logger(EVENT),
        ):
            self.read_events()
            event = self.stored()
            self.assertTrue(self.rows.search([("whatsapp_id", "=", good["id"])]))
            self.assertEqual((event.state, event.attempts), ("waiting", 1))
            self.assertIn("poison", event.reason)
            self.read_events()
            self.assertEqual(event.attempts, 1, "not before its time")
        self.read_events("2026-03-01 10:05")
        self.assertEqual(event.state, "done")
        self.assertEqual(len(self.rows.search([("direction", "=", "in")])), 2)

    def test_given_up_it_is_reported_to_the_managers(self):
        self.hook(make_call([self.message(text="x")]))
        fails = patch.object(
            type(self.rows), "_handle_incoming", side_effect=ValueError("p")
        )
        with fails, mute_logger(EVENT):
            for day in range(1, 8):
                self.read_events(f"2026-03-0{day} 12:00")
        event = self.stored()
        self.assertEqual(event.state, "failed")
        self.assertIn(self.helpdesk_manager, self.account.activity_ids.user_id)
        with at("2026-03-08 12:00"):
            event.action_read_again()
        self.read_events("2026-03-08 12:00")
        self.assertEqual(event.state, "done")

    def test_read_events_do_not_stay_for_ever(self):
        self.hook(make_call([self.message(text="x")]))
        self.read_events()
        event = self.stored()
        with at("2026-03-30 10:00"):
            self.events._gc_events()
        self.assertTrue(event.exists())
        with at("2026-04-01 10:00"):
            self.events._gc_events()
        self.assertFalse(event.exists())
