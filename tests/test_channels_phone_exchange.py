"""A telephone exchange reports calls over HTTP: with its key, each call once."""

import base64
import json

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .test_channels_phone import E164, PhoneCase

REPORT = {
    "call_id": "PBX-1",
    "number": "0501234567",
    "status": "missed",
    "started_at": "2026-03-01T12:00:00+03:00",
    "seconds": 0,
}


class ExchangeCase(PhoneCase, HttpCase):
    """An exchange of ours, with its key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange = cls.env["support.phone.exchange"].create(
            {"name": "PBX", "team_id": cls.team.id, "category_id": cls.category.id}
        )
        cls.key = cls.exchange.key  # shown once

    def setUp(self):
        super().setUp()
        self.env.flush_all()

    def send(self, report, key=None, url=None, **headers):
        """Report a call, as the exchange does."""
        key = self.key if key is None else key
        data = report if isinstance(report, bytes) else json.dumps(report).encode()
        response = self.url_open(
            url or f"/support/phone/{self.exchange.id}/call",
            data=data,
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
                **headers,
            },
        )
        self.env.invalidate_all()
        return response

    def logged(self):
        return self.calls.search([("exchange_id", "=", self.exchange.id)])


@tagged("post_install", "-at_install")
class TestExchange(ExchangeCase):
    def test_a_missed_call_makes_a_ticket(self):
        response = self.send(REPORT)
        self.assertEqual(response.status_code, 200)
        call = self.logged()
        self.assertEqual(response.json(), {"ticket": call.ticket_id.number})
        self.assertEqual(call.partner_id, self.trainee)
        self.assertEqual(call.number, E164)
        self.assertEqual(call.ticket_id.team_id, self.team)
        self.assertEqual(call.ticket_id.sla_state, "running")
        self.assertEqual(str(call.started_at), "2026-03-01 09:00:00")

    def test_an_answered_one_is_met(self):
        self.send({**REPORT, "status": "answered", "seconds": 65})
        call = self.logged()
        self.assertEqual(call.ticket_id.sla_state, "met")
        self.assertEqual(call.seconds, 65)

    def test_a_voicemail_comes_along(self):
        file = {"name": "v.ogg", "content": base64.b64encode(b"OggS").decode()}
        self.send({**REPORT, "status": "voicemail", "voicemail": file})
        ticket = self.logged().ticket_id
        self.assertEqual(ticket.message_ids.attachment_ids.raw, b"OggS")

    def test_reported_again_it_is_the_same_call(self):
        first = self.send(REPORT).json()
        for report in (REPORT, {**REPORT, "status": "answered"}):
            self.assertEqual(self.send(report).json(), first)
        self.assertEqual(len(self.logged()), 1)

    def test_a_second_missed_call_reminds(self):
        first = self.send(REPORT).json()
        again = {
            **REPORT,
            "call_id": "PBX-2",
            "started_at": "2026-03-01T13:00:00+03:00",
        }
        self.assertEqual(self.send(again).json(), first)
        self.assertEqual(self.logged().ticket_id.resend_count, 1)

    def test_a_call_to_another_company_is_not_about_our_ticket(self):
        first = self.send(REPORT).json()
        other = self.env["res.company"].create({"name": "Another institute"})
        team = self.team.copy({"company_id": other.id, "alias_name": False})
        self.exchange.write(
            {"company_id": other.id, "team_id": team.id, "category_id": False}
        )
        self.env.flush_all()
        answered = {**REPORT, "call_id": "PBX-2", "status": "answered"}
        second = self.send(answered).json()
        self.assertNotEqual(first, second)
        ticket = self.env["helpdesk.ticket"].search([("number", "=", first["ticket"])])
        self.assertEqual(ticket.sla_state, "running")

    def test_a_withheld_number_is_answered_for_too(self):
        self.assertEqual(self.send({**REPORT, "number": ""}).status_code, 200)
        ticket = self.logged().ticket_id
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.sla_deadline)

    def test_only_with_the_key(self):
        url = f"/support/phone/{self.exchange.id + 1000}/call"
        for response in (
            self.send(REPORT, key="wrong"),
            self.send(REPORT, key=""),
            self.send(REPORT, key="ключ".encode().decode("latin-1")),
            self.send(REPORT, Authorization="Basic x"),
            self.send(REPORT, url=url),
            self.send(REPORT, url=f"/support/phone/{10**12}/call"),
        ):
            self.assertEqual(response.status_code, 403)
        self.exchange.active = False
        self.env.flush_all()
        self.assertEqual(self.send(REPORT).status_code, 403)
        self.assertFalse(self.logged())

    def test_what_is_wrong_is_said(self):
        for report, words in (
            (b"{", "not JSON"),
            (b"\xff\xfe", "not JSON"),
            (b"[" * 100_000, "not JSON"),
            ([], "one JSON object"),
            ({}, "status"),
            ({**REPORT, "status": "busy"}, "status"),
            ({**REPORT, "status": ["missed"]}, "status"),
            ({**REPORT, "call_id": ""}, "call_id"),
            ({**REPORT, "call_id": "x" * 200}, "call_id"),
            ({**REPORT, "call_id": "a\u0000b"}, "call_id"),
            ({**REPORT, "number": {}}, "number"),
            ({**REPORT, "started_at": "yesterday"}, "started_at"),
            ({**REPORT, "started_at": "2026-03-01T12:00:00"}, "started_at"),
            ({**REPORT, "started_at": 5}, "started_at"),
            ({**REPORT, "seconds": -1}, "seconds"),
            ({**REPORT, "seconds": 10**20}, "seconds"),
            ({**REPORT, "seconds": True}, "seconds"),
            ({**REPORT, "status": "voicemail", "voicemail": 1}, "voicemail"),
            *(
                ({**REPORT, "status": "voicemail", "voicemail": file}, words)
                for file, words in (
                    ({"name": "x", "content": "%"}, "base64"),
                    ({"name": "x.html", "content": "PGh0bWw+"}, "a sound"),
                    ({"name": "x.ogg", "content": "PGh0bWw+"}, "a sound"),
                )
            ),
        ):
            with self.subTest(report=str(report)[:80]):
                response = self.send(report)
                self.assertEqual(response.status_code, 400)
                self.assertIn(words, response.json()["error"])
        self.assertFalse(self.logged())

    def test_a_telephone_number_that_is_none_is_kept_as_it_came(self):
        self.assertEqual(self.send({**REPORT, "number": "anonymous"}).status_code, 200)
        self.assertEqual(self.logged().number, "anonymous")

    def test_keys_are_for_system_administrators(self):
        for user in (self.agent, self.helpdesk_manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.exchange.with_user(user).read(["name"])
        self.assertFalse(self.exchange._fields["key"].exportable)
        self.assertFalse(self.exchange._fields["key_hash"].exportable)

    def test_of_a_key_only_its_hash_is_kept(self):
        self.env.invalidate_all()
        self.assertFalse(self.exchange.key)
        self.env.cr.execute("SELECT * FROM support_phone_exchange")
        self.assertNotIn(self.key, str(self.env.cr.fetchall()))
        self.assertEqual(self.send(REPORT).status_code, 200)

    def test_a_new_key_is_shown_once_and_ends_the_old_one(self):
        dialog = self.exchange.action_renew_key()
        self.env.flush_all()
        self.env.invalidate_all()
        new = self.exchange.with_context(**dialog["context"]).read(["key"])[0]["key"]
        self.assertFalse(self.exchange.key)
        self.assertEqual(self.send(REPORT).status_code, 403)
        self.assertEqual(self.send(REPORT, key=new).status_code, 200)

    def test_a_key_that_was_made_elsewhere_can_be_given(self):
        self.exchange.key = "made elsewhere"
        self.env.flush_all()
        self.assertEqual(self.send(REPORT, key="made elsewhere").status_code, 200)
        with self.assertRefused("a key for the exchange"):
            self.exchange.key = False

    def test_the_form_shows_the_key_that_it_saves(self):
        form = Form(self.exchange.browse())
        form.name, form.team_id, key = "Another", self.team, form.key
        self.assertFalse(form.url)
        self.assertGreater(len(key), 40)
        exchange = form.save()
        self.env.invalidate_all()
        self.env.flush_all()
        url = f"/support/phone/{exchange.id}/call"
        self.assertEqual(self.send(REPORT, key=key, url=url).status_code, 200)
        self.assertFalse(Form(exchange).key)
