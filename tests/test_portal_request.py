"""The web form: anybody may ask; what is sent is checked field by field."""

from io import BytesIO
from unittest.mock import patch
from zipfile import ZipFile

from werkzeug.datastructures import FileStorage

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import riyadh
from .portal_common import PublicCase


def make_office_file(extension):
    """The least that is taken for a file of an office program."""
    folder = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}[extension]
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestRequest(PublicCase):
    def count(self):
        return self.env["helpdesk.ticket"].search_count([])

    def test_a_stranger_asks(self):
        response = self.ask_by_form(phone="٠٥٠١٢٣٤٥٦٧", program=str(self.program.id))
        self.assertEqual(response.status_code, 200)
        ticket = self.newest()
        self.assertEqual(ticket.name, "لا أستطيع الدخول")
        self.assertIn("الرابط لا يعمل", ticket.description)
        self.assertEqual(ticket.channel_id.code, "web")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.beneficiary_id, self.beneficiary)
        self.assertEqual(ticket.diploma_program_id, self.program)
        self.assertEqual(ticket.partner_id.email, "hind@mail.example")
        self.assertEqual(ticket.partner_id.phone_sanitized, "+966501234567")
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 10:00"))

    def test_the_confirmation_gives_number_promise_and_private_link(self):
        page = self.ask_by_form().text
        ticket = self.newest()
        self.assertIn(ticket.number, page)
        self.assertIn(ticket.sla_cycle_id.deadline_text, page)
        self.assertIn(f'href="{ticket._get_page()}"', page)

    def test_it_is_acknowledged_by_mail(self):
        self.ask_by_form()
        mail = self.mails_to("hind@mail.example")
        self.assertEqual(len(mail), 1)
        self.assertIn(self.newest()._get_page(), mail.body_html)
        self.assertEqual(self.newest().sla_state, "running", "that is no answer")

    def test_answered_it_is_met(self):
        self.ask_by_form()
        ticket = self.newest()
        self.answer(ticket, "2026-03-02 10:00")
        self.assertEqual(ticket.sla_state, "met")

    def test_unanswered_it_climbs_all_tiers(self):
        self.ask_by_form()
        for moment in ("2026-03-04 10:01", "2026-03-09 10:02", "2026-03-12 10:03"):
            self.run_cron(moment)
        self.assertEqual(
            self.climbs(self.newest()),
            [(1, self.leader), (2, self.manager), (3, self.executive)],
        )

    def test_files_come_along(self):
        picture = b"\x89PNG\r\n\x1a\n" + b"0" * 100
        self.ask_by_form(files={"files": ("صورة.png", picture)})
        self.assertEqual(self.newest().attachment_ids.mapped("name"), ["صورة.png"])
        self.assertEqual(self.newest().attachment_ids.raw, picture)

    def test_sent_twice_it_is_one_request(self):
        first = self.ask_by_form()
        before = self.count()
        again = self.ask_by_form()
        self.assertEqual(self.count(), before)
        self.assertIn(self.newest().number, again.text)
        self.assertEqual(first.status_code, again.status_code)
        self.ask_by_form(text="Something else")
        self.assertEqual(self.count(), before + 1)

    def test_office_documents_come_along(self):
        for extension in ("docx", "xlsx", "pptx"):
            content = make_office_file(extension)
            self.ask_by_form(files={"files": (f"a.{extension}", content)})
            self.assertEqual(self.newest().attachment_ids.raw, content)

    def test_after_a_lost_race_files_are_read_again(self):
        file = FileStorage(BytesIO(b"hello"), "a.txt")
        tickets = self.env["helpdesk.ticket"]
        for _attempt in range(2):
            self.assertEqual(
                tickets._check_web_files([file]), ([("a.txt", b"hello")], None)
            )

    def test_who_is_signed_in_is_known(self):
        new_test_user(
            self.env,
            "sp_sara",
            email=self.trainee.email,
            groups="base.group_portal",
            partner_id=self.trainee.id,
        )
        self.visit("sp_sara")
        page = self.get("/support/request").text
        self.assertIn('value="sara@trainees.example"', page)
        self.ask_by_form(email=self.trainee.email)
        self.assertEqual(self.newest().partner_id, self.trainee)
        self.assertTrue(self.newest().requester_confirmed)

    # -- bad input --------------------------------------------------------------

    def test_what_is_wrong_is_said_beside_the_field(self):
        before = self.count()
        for field, value in (
            ("name", ""),
            ("email", "no address"),
            ("email", ""),
            ("phone", "hello"),
            ("beneficiary", ""),
            ("beneficiary", "999999"),
            ("category", "x"),
            ("category", "-1"),
            ("program", "999999"),
            ("subject", "   "),
            ("subject", "x" * 201),
            ("text", ""),
            ("text", "x" * 20_001),
            ("accept", ""),
        ):
            with self.subTest(field=field, value=value[:20]):
                response = self.ask_by_form(**{field: value})
                self.assertEqual(response.status_code, 422)
                self.assertIn(f'id="{field}-error"', response.text)
                self.assertIn(f'href="#{field}"', response.text)
                self.assertIn(f'aria-describedby="{field}-error"', response.text)
                if field != "text":
                    self.assertIn("الرابط لا يعمل", response.text, "nothing is lost")
        self.assertEqual(self.count(), before)

    def test_markup_comes_back_as_text(self):
        page = self.ask_by_form(name='"><script>alert(1)</script>', email="x").text
        self.assertNotIn("<script>alert", page)
        self.ask_by_form(text="<script>alert(1)</script>{{7*7}}")
        self.assertNotIn("<script", self.newest().description)

    def test_files_that_a_browser_would_run_are_refused(self):
        before = self.count()
        for name, content in (
            ("x.html", b"<html>"),
            ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("x.png", b"<html><script>alert(1)</script></html>"),
            ("x.exe", b"MZ"),
            ("png", b"\x89PNG"),
            ("x.pdf", b""),
            ("x.txt", b"x" * 10_000_001),
        ):
            with self.subTest(name):
                response = self.ask_by_form(files={"files": (name, content)})
                self.assertEqual(response.status_code, 422)
                self.assertIn('id="files-error"', response.text)
        six = [("files", (f"{n}.txt", b"x")) for n in range(6)]
        self.assertEqual(self.ask_by_form(files=six).status_code, 422)
        self.assertEqual(self.count(), before)

    def test_a_path_in_a_files_name_is_dropped(self):
        self.ask_by_form(files={"files": ("..\\..\\etc/passwd.txt", b"x")})
        self.assertEqual(self.newest().attachment_ids.name, "passwd.txt")

    # -- abuse ------------------------------------------------------------------

    def test_robots_fall_into_the_trap(self):
        before = self.count()
        response = self.ask_by_form(homepage="http://spam.example")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.count(), before)

    def test_never_without_the_token(self):
        before = self.count()
        response = self.post("/support/request", {"name": "x"}, token=False)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.count(), before)

    def test_odoos_captcha_is_asked(self):
        before = self.count()
        with patch.object(
            self.env.registry["ir.http"],
            "_verify_request_recaptcha_token",
            side_effect=UserError("no"),
        ):
            response = self.ask_by_form()
            lost = self.post("/support/lost", {"number": "HT00001", "email": "a@b.sa"})
        for page in (response, lost):
            self.assertEqual(page.status_code, 422)
            self.assertIn("not a robot", page.text)
        self.assertEqual(self.count(), before)
        for path in ("request", "lost"):  # where Odoo's captcha finds the form
            page = self.get(f"/support/{path}").text
            self.assertIn(f'data-captcha="support_{path}"', page)

    def test_one_address_cannot_flood_us(self):
        limits = "odoo.addons.support_policy.support_policy.portal.visit"
        with patch.dict(f"{limits}.ALLOWED", {"request": 2}):
            subjects = ("a", "b", "c")
            statuses = [self.ask_by_form(subject=s).status_code for s in subjects]
            self.assertEqual(statuses, [200, 200, 422])
            later = self.ask_by_form("2026-03-01 11:01")
        self.assertEqual(later.status_code, 200)
        visits = self.env["support.web.visit"]
        with patch.dict(f"{limits}.ALLOWED", {"lost": 1}):
            # one customer has a whole network of IPv6
            self.assertTrue(visits._allow("lost", "2001:db8:1:2::1"))
            self.assertFalse(visits._allow("lost", "2001:db8:1:2:ffff::9"))
            self.assertTrue(visits._allow("lost", "2001:db8:1:3::1"))
        origins = self.env["support.web.visit"].search([]).mapped("origin")
        self.assertNotIn("127.0.0.1", origins)
