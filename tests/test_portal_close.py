"""Requesters close their own tickets, by POST with a token, and nobody else's."""

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SupportPolicyCase


@tagged("post_install", "-at_install")
class TestPortalClose(SupportPolicyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sara = new_test_user(
            cls.env, "sp_sara", groups="base.group_portal", partner_id=cls.trainee.id
        )
        cls.other = new_test_user(cls.env, "sp_other", groups="base.group_portal")
        cls.ticket = cls.ask(cls, "2026-03-01 10:00", user_id=cls.agent.id)
        cls.ticket.message_subscribe(cls.other.partner_id.ids)  # may read, not close
        cls.new = cls.ticket.stage_id

    def close(self, login, **data):
        """Press the button as somebody; returns the response's status."""
        self.authenticate(login, login)
        values = {
            "ticket_id": self.ticket.id,
            "stage_id": self.done.id,
            "csrf_token": Request.csrf_token(self),
            **data,
        }
        response = self.url_open("/ticket/close", values, allow_redirects=False)
        self.ticket.invalidate_recordset()
        return response.status_code

    def assertUntouched(self):
        self.assertEqual(self.ticket.stage_id, self.new)
        self.assertTrue(self.ticket.sla_cycle_id)

    def test_the_requester_closes_their_own(self):
        self.assertEqual(self.close("sp_sara"), 303)
        self.assertEqual(self.ticket.stage_id, self.done)
        self.assertEqual(self.ticket.sla_state, "dropped")

    def test_nobody_else_does(self):
        for login in ("sp_other", "sp_agent", "sp_head"):
            with self.subTest(login):
                self.assertEqual(self.close(login), 404)
                self.assertUntouched()

    def test_not_without_signing_in(self):
        response = self.url_open(
            "/ticket/close",
            {"ticket_id": self.ticket.id, "stage_id": self.done.id},
            allow_redirects=False,
        )
        self.assertIn(response.status_code, (303, 400))
        self.assertUntouched()

    def test_never_by_get(self):
        """A link in a mail, or a picture, must not close anything."""
        self.authenticate("sp_sara", "sp_sara")
        query = f"ticket_id={self.ticket.id}&stage_id={self.done.id}"
        self.assertEqual(self.url_open(f"/ticket/close?{query}").status_code, 405)
        self.assertUntouched()

    def test_never_by_options(self):
        """Odoo asks such requests for no token."""
        self.authenticate("sp_sara", "sp_sara")
        response = self.url_open(
            "/ticket/close",
            {"ticket_id": self.ticket.id, "stage_id": self.done.id},
            method="OPTIONS",
        )
        self.assertEqual(response.status_code, 405)
        self.assertUntouched()

    def test_never_without_the_token(self):
        self.assertEqual(self.close("sp_sara", csrf_token=""), 400)
        self.assertUntouched()

    def test_bad_input_is_refused_never_an_error(self):
        stage = self.env["helpdesk.ticket.stage"]
        open_stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        unoffered = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        technical = self.env.ref("support_policy.team_technical_support")
        foreign = stage.create(
            {
                "name": "Theirs",
                "closed": True,
                "close_from_portal": True,
                "team_ids": technical.ids,
            }
        )
        for data in (
            {"ticket_id": "x"},
            {"ticket_id": ""},
            {"ticket_id": "-1"},
            {"ticket_id": "٣"},
            {"ticket_id": "9" * 400},
            {"ticket_id": "0"},
            {"ticket_id": str(self.ticket.id + 100_000)},
            {"stage_id": "x"},
            {"stage_id": str(open_stage.id)},
            {"stage_id": str(unoffered.id)},
            {"stage_id": str(foreign.id)},
        ):
            with self.subTest(**data):
                self.assertEqual(self.close("sp_sara", **data), 404)
                self.assertUntouched()

    def test_a_file_instead_of_an_id(self):
        self.authenticate("sp_sara", "sp_sara")
        response = self.url_open(
            "/ticket/close",
            {"stage_id": self.done.id, "csrf_token": Request.csrf_token(self)},
            files={"ticket_id": ("x.txt", b"1")},
        )
        self.assertEqual(response.status_code, 404)

    def test_the_page_shows_the_button_to_the_requester_only(self):
        for login, buttons in (("sp_sara", True), ("sp_other", False)):
            with self.subTest(login):
                self.authenticate(login, login)
                page = self.url_open(f"/my/ticket/{self.ticket.id}").text
                self.assertIn(self.ticket.number, page)
                self.assertEqual('action="/ticket/close"' in page, buttons)
                if buttons:
                    form = page.split('action="/ticket/close"')[0].rpartition("<form")
                    self.assertIn('method="POST"', form[2])

    def test_the_page_tells_the_promise_but_not_on_whose_desk_it_lies(self):
        self.run_cron("2026-03-04 10:05")
        self.authenticate("sp_sara", "sp_sara")
        page = self.url_open(f"/my/ticket/{self.ticket.id}").text
        self.assertIn("Wednesday 4 March, 10:00 (Riyadh time)", page)
        for secret in ("Leader", "leader@", "Reminder to the team", "Escalat"):
            self.assertNotIn(secret, page)
        listing = self.url_open("/my/tickets")
        self.assertEqual(listing.status_code, 200)
        self.assertIn(self.ticket.number, listing.text)
