"""Ten thousand bad requests to every public route: never a 5xx, never a record."""

import json
import random
import string
from http.client import HTTPConnection
from urllib.parse import quote, urlencode

import psutil

from odoo.http import Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .channels_whatsapp_stand_in import (
    NUMBER_ID,
    SECRET,
    TOKEN,
    make_call,
    make_message,
    sign,
)
from .portal_common import PublicCase

REQUESTS = 10_000
#: After so many, all caches are warm; by how much (in bytes) memory may grow after it.
WARM, GROWTH = 2_000, 20_000_000
#: What a stranger may send in place of anything.
NASTY = (
    "",
    "0",
    "-1",
    "9" * 40,
    "None",
    "null",
    "true",
    "[]",
    "{}",
    "'",
    '"><script>alert(1)</script>',
    "'; DROP TABLE helpdesk_ticket; --",
    "../../../../etc/passwd",
    "{{7*7}}",
    "${7*7}",
    "%s%n",
    "\u202eabc",
    "٣",
    "é" * 50,
    "\x00",
    "\ud83d",
    "a" * 5000,
    "=cmd|'/c calc'!A1",
)


@tagged("post_install", "-at_install")
class TestFuzz(PublicCase):
    def setUp(self):
        super().setUp()
        self.random = random.Random(20260301)
        ticket = self.ask("2026-03-01 10:00")
        self.exchange = self.env["support.phone.exchange"].create(
            {"name": "PBX", "team_id": self.team.id}
        )
        self.account = self.env["support.whatsapp.account"].create(
            {
                "name": "WhatsApp",
                "phone_number_id": NUMBER_ID,
                "app_secret": SECRET,
                "access_token": TOKEN,
                "team_id": self.team.id,
            }
        )
        self.call = json.dumps(make_call([make_message(text={"body": "x"})])).encode()
        self.events = self.env["support.whatsapp.event"]
        self.events._store(self.account, self.call, sign(self.call))
        self.env.flush_all()
        self.key = self.exchange.key
        self.live = page = ticket._get_page()
        # nothing can be reminded of or closed any more: all tokens may be right
        over = self.ask("2026-03-01 10:00")
        over.stage_id = self.done
        over = over._get_page()
        new_test_user(self.env, "sp_fuzz", groups="base.group_portal")
        self.paths = (
            "/support",
            "/support/request",
            "/support/request/sent",
            "/support/lost",
            f"{page}/answer",
            f"{page}/remind",
            f"{page}/close",
            page,
            over,
            f"{over}/answer",
            f"{over}/remind",
            f"{over}/close",
            f"{over}/file/1",
            "/support/track/" + "x" * 43,
            f"/support/phone/{self.exchange.id}/call",
            f"/support/whatsapp/{self.account.id}",
            f"/support/whatsapp/{self.account.id + 1000}",
            "/my/ticket/object",
            "/ticket/close",
            "/new/ticket",
            "/submitted/ticket",
            "/my/tickets",
        )
        self.fields = (
            "text",
            "csrf_token",
            "name",
            "email",
            "beneficiary",
            "category",
            "program",
            "subject",
            "files",
            "previous",
            "accept",
            "homepage",
            "number",
            "key",
            "said",
            "ticket_id",
            "stage_id",
            "hub.mode",
            "hub.verify_token",
            "hub.challenge",
        )

    def pick(self, choices):
        return self.random.choice(choices)

    def nasty(self):
        return self.pick(NASTY).encode("utf-8", "surrogatepass")

    def noise(self, most=200):
        return self.random.randbytes(self.random.randrange(most))

    def body(self, path):
        """A body and its type: a form, JSON, a broken upload, or noise. Most forms
        carry the page's own token, except where they would rightly be taken."""
        kind = self.random.randrange(5)
        honest = not path.startswith(self.live) and self.random.random() < 0.8
        token = self.token if honest else ""
        if kind == 0:
            # with the right token, a text on a ticket would rightly be taken
            fields = self.fields[1:] if honest else self.fields
            form = [
                (self.pick(fields), self.nasty())
                for _ in range(self.random.randrange(8))
            ]
            if token:
                form.append(("csrf_token", token))
            return urlencode(form).encode(), "application/x-www-form-urlencoded"
        if kind == 1:
            text = json.dumps({self.pick(self.fields): self.pick(NASTY)})
            return text[: self.random.randrange(60)].encode(), "application/json"
        if kind == 2:
            part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="%s"'
            name = self.nasty().replace(b"\x00", b"")
            upload = part % name + b"\r\n\r\n" + self.noise()
            if token:  # the upload itself is whole then, and what is in it is refused
                field = b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n'
                upload = field + b"\r\n" + token.encode() + b"\r\n" + upload
                upload += b"\r\n--b--\r\n"
            return upload, "multipart/form-data; boundary=b"
        if kind == 3:
            return self.noise(), self.pick(
                ("text/plain", "multipart/form-data", "", "x")
            )
        return b"", "application/x-www-form-urlencoded"

    def send(self, connection):
        session, self.token = self.pick(self.browsers)
        method = self.pick(("GET", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS"))
        path = self.pick(self.paths)
        if self.random.random() < 0.3:
            query = urlencode([(self.pick(self.fields[1:]), self.nasty())])
            path = f"{path}?{query}"
        if self.random.random() < 0.1 and "/track/" in path:
            path = "/support/track/" + quote(self.nasty()[:100] or b"x", safe="")
        body, kind = self.body(path)
        signature = sign(body, self.pick(("", "another secret")))
        if "/whatsapp/" in path and self.random.random() < 0.3:
            # replayed, truncated, or with something behind it
            body, kind = self.call, "application/json"
            signature = sign(body)
            body = self.pick((body, body, body[:-1], body + b" "))
        cookies = f"{self.cookies}; session_id={session}"
        key = self.pick((self.key, self.pick(string.ascii_letters)))
        headers = {"Authorization": f"Bearer {key}", "Cookie": cookies}
        headers["X-Hub-Signature-256"] = signature
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        return method, path, response.status

    def open_browser(self, login=None):
        """The session of somebody's browser, and the token of its pages."""
        self.visit(login)
        return self.session.sid, Request.csrf_token(self)

    def counts(self):
        self.env.invalidate_all()
        return {
            model: self.env[model].search_count([])
            for model in (
                "helpdesk.ticket",
                "mail.message",
                "ir.attachment",
                "res.partner",
                "support.phone.call",
                "support.violation",
                "support.whatsapp.event",
                "support.whatsapp.message",
            )
        }

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_http", "werkzeug")
    def test_nothing_breaks_and_nothing_is_stored(self):
        self.get("/support")  # what the first page makes (assets) is not counted
        before = self.counts()
        host, port = self.base_url().removeprefix("http://").split(":")
        connection = HTTPConnection(host, int(port), timeout=60)
        self.browsers = [self.open_browser(), self.open_browser("sp_fuzz")]
        broken, seen = {}, {}
        with self.allow_requests():
            cookies = self.opener.cookies.get_dict()
            del cookies["session_id"]
            self.cookies = "; ".join(f"{name}={cookies[name]}" for name in cookies)
            for number in range(REQUESTS):
                if number == WARM:
                    memory = psutil.Process().memory_info().rss
                if not number % 100:
                    # Odoo's tests stand a mock in here, which keeps every cursor
                    self.registry.check_signaling.reset_mock()
                method, path, status = self.send(connection)
                seen[status] = seen.get(status, 0) + 1
                if status >= 500:
                    broken[method, path] = status
        connection.close()
        self.assertFalse(broken)
        self.assertLess(psutil.Process().memory_info().rss - memory, GROWTH)
        # all kinds of refusals, and pages too: the requests did reach our code
        self.assertLessEqual({200, 400, 403, 404, 405, 422}, set(seen), seen)
        self.assertEqual(self.counts(), before)
