"""On the portal, requesters read why their ticket was cancelled, and may object."""

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .etiquette_common import EtiquetteCase


@tagged("post_install", "-at_install")
class TestPortalObjection(EtiquetteCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sara = new_test_user(
            cls.env,
            "sp_sara",
            email=cls.trainee.email,
            groups="base.group_portal",
            partner_id=cls.trainee.id,
        )
        cls.other = new_test_user(cls.env, "sp_other", groups="base.group_portal")

    def setUp(self):
        super().setUp()
        self.ticket.message_subscribe(self.other.partner_id.ids)  # reads the page
        self.case = self.close()

    def page(self, login):
        self.authenticate(login, login)
        return self.url_open(f"/my/ticket/{self.ticket.id}").text

    def object(self, login, **data):
        self.authenticate(login, login)
        values = {
            "ticket_id": self.ticket.id,
            "text": "I never wrote that.",
            "csrf_token": Request.csrf_token(self),
            **data,
        }
        response = self.url_open("/my/ticket/object", values, allow_redirects=False)
        self.case.invalidate_recordset()
        return response.status_code

    def objections(self):
        return self.case.message_ids.filtered(
            lambda message: message.author_id in (self.trainee | self.other.partner_id)
        )

    def test_the_page_says_why_and_how_to_object(self):
        page = self.page("sp_sara")
        self.assertIn('name="violation"', page)
        self.assertIn('action="/my/ticket/object"', page)
        self.assertIn('data-allow_composer="0"', page)
        self.assertNotIn("Insults", page, "the reason was sent, not published")

    def test_others_who_may_read_the_ticket_see_none_of_it(self):
        page = self.page("sp_other")
        self.assertIn(self.ticket.number, page)
        self.assertNotIn('name="violation"', page)
        self.assertNotIn('action="/my/ticket/object"', page)

    def test_an_objection_reaches_the_case_only(self):
        self.assertEqual(self.object("sp_sara"), 303)
        self.assertIn("I never wrote that.", self.objections().body)
        on_ticket = "".join(self.ticket.message_ids.mapped("body"))
        self.assertNotIn("I never wrote that.", on_ticket)
        self.assertFalse(self.ticket.sla_cycle_id)

    def test_nobody_else_objects(self):
        for login in ("sp_other", "sp_agent", "sp_leader"):
            with self.subTest(login):
                self.assertEqual(self.object(login), 404)
        self.assertFalse(self.objections())

    def test_not_without_token_or_by_get(self):
        self.assertEqual(self.object("sp_sara", csrf_token=""), 400)
        self.assertEqual(self.url_open("/my/ticket/object").status_code, 405)
        self.assertFalse(self.objections())

    def test_bad_input_is_never_an_error(self):
        for ticket_id in ("x", "", "-1", "٣", "9" * 400, "0"):
            with self.subTest(ticket_id):
                self.assertEqual(self.object("sp_sara", ticket_id=ticket_id), 404)
        self.assertEqual(self.object("sp_sara", text="   "), 303)
        self.assertFalse(self.objections())
        self.assertEqual(self.object("sp_sara", text="<script>x</script>" * 9999), 303)
        self.assertNotIn("<script", self.objections().body)
        self.assertLess(len(self.objections().body), 60_000)

    def test_a_ticket_that_was_not_cancelled_has_no_such_form(self):
        self.dismiss(self.case)
        self.assertNotIn('name="violation"', self.page("sp_sara"))
        self.assertEqual(self.object("sp_sara"), 404)
        self.assertFalse(self.objections())
