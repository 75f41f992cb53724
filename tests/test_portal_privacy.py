"""Somebody else's address or number in a form: nothing is shown or touched."""

from odoo.tests import new_test_user, tagged

from .common import at
from .portal_common import PublicCase


@tagged("post_install", "-at_install")
class TestPrivacy(PublicCase):
    def count(self):
        return self.env["helpdesk.ticket"].search_count([])

    def test_previous_number_of_the_same_requester_joins(self):
        self.ask_by_form()
        first, before = self.newest(), self.count()
        response = self.ask_by_form("2026-03-02 10:00", previous=first.number)
        self.assertEqual(self.count(), before)
        self.assertEqual(first.resend_count, 1)
        self.assertEqual(response.headers["Location"], "/support/request/sent")
        note = first.message_ids[0]
        self.assertTrue(note.subtype_id.internal)
        self.assertIn("not confirmed their e-mail address", note.subtype_id.description)

    def test_many_numbers_cannot_be_tried_at_once(self):
        self.ask_by_form()
        first = self.newest()
        guesses = f"HT99991 HT99992 HT99993 {first.number}"
        self.ask_by_form("2026-03-02 10:00", previous=guesses)
        self.assertEqual(first.resend_count, 0)

    def test_after_the_deadline_it_climbs_at_once(self):
        self.ask_by_form()
        first = self.newest()
        self.ask_by_form("2026-03-04 12:00", previous=first.number)
        self.assertEqual(self.climbs(first), [(1, self.leader)])

    def test_somebody_elses_number_is_neither_shown_nor_touched(self):
        theirs = self.ask("2026-03-01 09:00")
        messages = theirs.message_ids
        response = self.ask_by_form(previous=theirs.number)
        self.assertEqual(theirs.message_ids, messages)
        self.assertEqual(theirs.resend_count, 0)
        self.assertNotEqual(self.newest(), theirs)
        joined = self.ask_by_form(previous=self.newest().number)
        self.assertEqual(
            response.headers["Location"], joined.headers["Location"], "no oracle"
        )

    def test_somebody_elses_address_shows_none_of_their_answers(self):
        """Only who reads the mailbox reads the answers on the page."""
        self.ask_by_form(email=self.trainee.email)
        ticket = self.newest()
        self.assertEqual(ticket.partner_id, self.trainee)
        self.assertFalse(ticket.requester_confirmed)
        self.answer(ticket, "2026-03-01 11:00", body="Your secret is 42")
        self.env.flush_all()
        self.write_by_mail(ticket, "My secret is 43")
        page = self.get(ticket._get_page()).text
        self.assertNotIn("secret is", page)
        self.assertIn('name="unconfirmed"', page)
        link = self.link_in(self.mails_to(self.trainee.email)[0])
        self.visit()  # the requester's own browser
        opened = self.get(link)
        self.assertNotIn("key=", opened.url)
        for page in (opened.text, self.get(ticket._get_page()).text):
            self.assertIn("secret is 42", page)
            self.assertIn("secret is 43", page)
        self.visit()  # the stranger's again
        self.assertNotIn("secret is", self.get(ticket._get_page()).text)

    def write_by_mail(self, ticket, body):
        """The requester answers by e-mail."""
        with at("2026-03-01 11:10"):
            ticket.message_post(
                body=body,
                author_id=ticket.partner_id.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        self.env.flush_all()

    def test_what_the_owner_of_a_new_address_answers_is_theirs(self):
        self.ask_by_form()
        ticket = self.newest()
        self.answer(ticket, "2026-03-01 11:00", body="Please try again")
        self.write_by_mail(ticket, "My secret is 43")
        page = self.get(ticket._get_page()).text
        self.assertIn("Please try again", page)
        self.assertNotIn("secret is", page)
        link = self.link_in(self.mails_to("hind@mail.example")[0])
        self.assertIn("secret is 43", self.get(link).text)

    def test_what_was_written_in_a_browser_can_be_read_in_it(self):
        self.ask_by_form(email=self.trainee.email)
        page = self.newest()._get_page()
        self.post(f"{page}/answer", {"text": "One thing more"})
        self.assertIn("One thing more", self.get(page).text)
        self.visit()
        self.assertNotIn("One thing more", self.get(page).text)

    def test_nor_does_who_is_signed_in_as_somebody_else(self):
        """Their address and their number together do not give their private link."""
        theirs = self.ask("2026-03-01 09:00")
        new_test_user(self.env, "sp_other", groups="base.group_portal")
        self.visit("sp_other")
        response = self.ask_by_form(email=self.trainee.email, previous=theirs.number)
        self.assertTrue(response.headers["Location"].endswith("/support/request/sent"))
        self.assertNotIn("track", response.text)
