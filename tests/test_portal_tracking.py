"""The private link: where a request stands, and what its requester may do there."""

from odoo.http import Request
from odoo.tests import new_test_user, tagged

from .common import at
from .portal_common import PublicCase


@tagged("post_install", "-at_install")
class TestTracking(PublicCase):
    def setUp(self):
        super().setUp()
        self.ask_by_form()
        self.ticket = self.newest()
        self.path = self.ticket._get_page()
        self.cycle = self.ticket.sla_cycle_id

    def page(self, moment="2026-03-01 10:30"):
        response = self.get(self.path, moment)
        self.assertEqual(response.status_code, 200)
        return response.text

    def act(self, what, moment="2026-03-01 12:00", files=None, **data):
        return self.post(f"{self.path}/{what}", data, moment, files)

    def test_the_private_link_is_in_no_log(self):
        token = self.ticket.tracking_token
        key = self.ticket.tracking_url.partition("key=")[2]
        with self.everything_logged() as lines:
            self.get(f"{self.path}?key={key}")
            self.act("remind")
            self.post(f"{self.path}/remind", {}, token=False)
            self.post(f"{self.path}/answer", {"csrf_token": "wrong"}, token=False)
        self.assertIn("/support/track/…", str(lines))
        for line in lines:
            self.assertNotIn(token, line)
            self.assertNotIn(key, line)

    def test_a_message_that_is_clicked_twice_counts_once(self):
        page = Request.csrf_token(self)
        for _click in range(2):
            response = self.act("answer", csrf_token=page, text="Any news?")
            self.assertIn("said=sent", response.headers["Location"])
        self.assertEqual(self.ticket.resend_count, 1)
        self.assertEqual(self.page().count("Any news?"), 1)

    def test_the_same_words_on_a_new_page_are_meant(self):
        for seconds in (1, 2):
            page = Request.csrf_token(self, time_limit=10**6 * seconds)
            self.act("answer", csrf_token=page, text="Any news?")
        self.assertEqual(self.ticket.resend_count, 2)

    def test_the_state_in_plain_words(self):
        page = self.page()
        self.assertIn('data-state="waiting"', page)
        self.assertIn(self.cycle.deadline_text, page)
        self.run_cron("2026-03-04 10:01")
        page = self.page("2026-03-04 10:30")
        self.assertIn('data-state="late"', page)
        self.assertIn(f"the leader of “{self.team.name}”", page)
        self.run_cron("2026-03-09 10:02")
        self.assertIn(f"“{self.department.name}”", self.page("2026-03-09 10:30"))
        self.run_cron("2026-03-12 10:03")
        self.assertIn("Deputy CEO", self.page("2026-03-12 10:30"))
        self.answer(self.ticket, "2026-03-12 11:00")
        self.env.flush_all()
        page = self.page("2026-03-12 11:30")
        self.assertIn('data-state="answered"', page)
        with at("2026-03-12 12:00"):
            self.ticket.stage_id = self.done
        self.env.flush_all()
        self.assertIn('data-state="closed"', self.page("2026-03-12 12:30"))

    def test_offices_are_named_never_persons(self):
        self.run_cron("2026-03-04 10:01")
        page = self.page("2026-03-04 10:30")
        self.assertNotIn(self.leader.name + "<", page)
        self.assertNotIn(self.leader.email, page)

    def test_a_vacant_post_is_not_named(self):
        self.team.user_id = False
        self.run_cron("2026-03-04 10:01")
        page = self.page("2026-03-04 10:30")
        self.assertIn(f"“{self.department.name}”", page, "the next person up has it")
        self.department.user_id = self.leader
        self.env.flush_all()
        page = self.page("2026-03-04 10:31")
        self.assertIn(f"“{self.department.name}”", page, "it went to the new manager")
        self.department.user_id = self.company.support_executive_id = False
        self.env.flush_all()
        page = self.page("2026-03-04 10:32")
        self.assertIn("It has been escalated", page)

    def test_the_public_conversation_only(self):
        self.answer(self.ticket, "2026-03-01 11:00", body="Try again, please")
        with at("2026-03-01 11:10"):
            self.ticket.with_user(self.agent).message_post(body="A rude one, this")
        self.env.flush_all()
        page = self.page("2026-03-01 11:30")
        self.assertIn("Try again, please", page)
        self.assertIn("الرابط لا يعمل", page)
        self.assertNotIn("A rude one", page)
        self.assertNotIn("Ticket created", page)
        self.assertNotIn("Agent<", page)

    def test_the_answer_box(self):
        self.answer(self.ticket, "2026-03-01 11:00")
        response = self.act("answer", text="ما زال لا يعمل")
        self.assertEqual(response.status_code, 303)
        message = self.ticket.message_ids[0]
        self.assertIn("ما زال لا يعمل", message.body)
        self.assertEqual(message.author_id, self.ticket.partner_id)
        self.assertTrue(self.ticket.sla_cycle_id, "a new answer is owed")
        self.assertIn("ما زال لا يعمل", self.page("2026-03-01 12:30"))

    def test_files_by_the_answer_box(self):
        self.act("answer", text="x", files={"files": ("a.txt", b"hello")})
        file = self.ticket.message_ids.attachment_ids
        self.assertEqual(file.raw, b"hello")
        response = self.act("answer", text="y", files={"files": ("a.svg", b"<svg/>")})
        self.assertEqual(response.status_code, 422)
        self.assertIn(">y</textarea>", response.text, "nothing is lost")
        self.assertIn("a.svg", response.text)
        self.assertEqual(self.ticket.message_ids.attachment_ids, file)

    def test_files_are_saved_never_shown_and_only_by_this_link(self):
        self.act("answer", text="x", files={"files": ("a.txt", b"hello")})
        file = self.ticket.message_ids.attachment_ids
        path = f"{self.path}/file/{file.id}"
        self.assertIn(f'href="{path}"', self.page())
        response = self.get(path)
        self.assertEqual(response.content, b"hello")
        disposition = response.headers["Content-Disposition"]
        self.assertTrue(disposition.startswith("attachment"))
        other = self.ask("2026-03-01 09:00")._get_page()
        self.env.flush_all()
        strange = self.env["ir.attachment"].create({"name": "x.txt", "raw": b"x"})
        self.env.flush_all()
        for path in (
            f"{other}/file/{file.id}",
            f"{self.path}/file/{strange.id}",
            f"{self.path}/file/{10**12}",
        ):
            self.assertEqual(self.get(path).status_code, 404)

    def test_closed_too_long_ago_it_goes_on_in_a_ticket_that_they_find(self):
        self.act("close")
        sent = self.mails_to("hind@mail.example")
        with at("2026-04-15 09:00"):
            self.visit()
        response = self.act("answer", "2026-04-15 10:00", text="It is back")
        later = self.newest()
        self.assertEqual(later.previous_ticket_id, self.ticket)
        self.assertIn(later._get_page(), response.headers["Location"])
        self.assertEqual(len(self.mails_to("hind@mail.example") - sent), 1)

    def test_remind_joins_and_never_skips_a_tier(self):
        self.act("remind", "2026-03-01 12:00")
        self.assertEqual(self.ticket.resend_count, 1)
        self.assertEqual(self.ticket.sla_cycle_id, self.cycle)
        self.act("remind", "2026-03-04 12:00")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])
        self.act("remind", "2026-03-04 13:00")
        self.assertEqual(len(self.climbs(self.ticket)), 1)

    def test_reminding_again_at_once_is_asked_for_patience(self):
        self.act("remind", "2026-03-01 12:00")
        response = self.act("remind", "2026-03-01 12:05")
        self.assertIn("said=soon", response.headers["Location"])
        self.assertEqual(self.ticket.resend_count, 1)

    def test_nothing_to_remind_of(self):
        self.answer(self.ticket, "2026-03-01 11:00")
        self.env.flush_all()
        self.assertNotIn('name="remind"', self.page("2026-03-01 11:30"))
        self.act("remind")
        self.assertFalse(self.ticket.waiting_since)

    def test_close_thank_you(self):
        self.act("close")
        self.assertTrue(self.ticket.closed)
        self.assertEqual(self.cycle.state, "dropped")
        stage = self.ticket.stage_id
        self.act("close")
        self.assertEqual(self.ticket.stage_id, stage)

    def test_a_message_reopens(self):
        self.act("close")
        self.act("answer", "2026-03-02 10:00", text="It happened again")
        self.assertFalse(self.ticket.closed)

    def test_on_a_ticket_cancelled_for_a_violation_it_is_an_objection(self):
        with at("2026-03-01 11:00"):
            action = self.ticket.with_user(self.leader).action_close_for_violation()
            form = self.env[action["res_model"]].browse(action["res_id"])
            form.line_ids.chosen = True
            rule = self.env.ref("support_policy.etiquette_rule_respect")
            form.write({"rule_ids": rule.ids, "reason": "x"})
            form.with_user(self.leader).action_close()
        self.env.flush_all()
        self.assertIn(rule.description, self.page("2026-03-01 11:30"))
        self.act("answer", text="I object")
        self.assertIn("I object", self.ticket.violation_ids.message_ids[0].body)
        self.assertTrue(self.ticket.closed)

    # -- who may ------------------------------------------------------------------

    def test_a_wrong_token_opens_nothing(self):
        other = self.ask("2026-03-01 10:00")
        token = self.ticket.tracking_token
        for wrong in (token[:-1], token + "x", token.swapcase(), "x", "%00", "é" * 9):
            with self.subTest(wrong):
                self.assertEqual(self.get(f"/support/track/{wrong}").status_code, 404)
        self.assertNotIn(other.number, self.page())
        self.assertGreaterEqual(len(token), 43)
        self.assertNotEqual(token, other.tracking_token)

    def test_it_expires_when_the_ticket_has_been_closed_for_long(self):
        self.act("close")
        self.assertEqual(self.get(self.path, "2026-05-25 10:00").status_code, 200)
        self.assertEqual(self.get(self.path, "2026-06-25 10:00").status_code, 404)
        self.act("answer", "2026-06-25 10:00", text="x")
        self.assertTrue(self.ticket.closed)

    def test_changes_only_by_post_with_the_token_of_the_page(self):
        for what in ("answer", "remind", "close"):
            with self.subTest(what):
                path = f"{self.path}/{what}"
                self.assertEqual(self.get(path).status_code, 405)
                response = self.post(path, {"text": "x"}, token=False)
                self.assertEqual(response.status_code, 400)
        self.assertFalse(self.ticket.closed)

    def test_the_address_stays_between_us(self):
        headers = self.get(self.path).headers
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["X-Robots-Tag"], "noindex")

    # -- signed in --------------------------------------------------------------------

    def test_my_ticket_shows_the_same_facts(self):
        new_test_user(
            self.env,
            "sp_hind",
            email="hind@mail.example",
            groups="base.group_portal",
            partner_id=self.ticket.partner_id.id,
        )
        self.visit("sp_hind")
        page = self.get(f"/my/ticket/{self.ticket.id}").text
        self.assertIn(self.path, page)
        for shown in (page, self.get("/my/tickets").text):
            self.assertIn("waiting for our answer", shown)
            self.assertIn(self.cycle.deadline_text, shown)

    def test_there_is_one_form_for_those_who_are_signed_in_too(self):
        new_test_user(self.env, "sp_other", groups="base.group_portal")
        self.visit("sp_other")
        before = self.newest()
        for path in ("/new/ticket", "/submitted/ticket"):
            response = self.post(path, {"category": "x", "subject": "x"})
            self.assertTrue(response.headers["Location"].endswith("/support/request"))
        self.assertEqual(self.newest(), before)
