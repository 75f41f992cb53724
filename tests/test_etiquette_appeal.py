"""What the requester answers to a notice reaches the case, and starts no clock."""

from odoo.tests import new_test_user

from .common import at
from .etiquette_common import EtiquetteCase

LATER = "2026-03-01 12:00"
APPEAL = "support_policy.activity_violation_appeal"


class AppealCase(EtiquetteCase):
    def setUp(self):
        super().setUp()
        self.case = self.close()
        self.notice = self.notices(self.case, "sara@trainees.example").mail_message_id
        self.counts = self.count()

    def count(self):
        return (
            self.env["helpdesk.ticket"].search_count([]),
            self.env["support.sla.cycle"].search_count([]),
        )

    def assertAppealed(self):
        """The last message on the case is theirs; nothing else has happened."""
        heard = self.case.message_ids.filtered(
            lambda message: message.author_id == self.trainee
        )
        self.assertEqual(len(heard), 1)
        self.assertEqual(self.count(), self.counts)
        self.assertEqual(self.ticket.stage_id, self.violation_stage)
        self.assertFalse(self.ticket.waiting_since)
        self.assertFalse(self.ticket.sla_cycle_id)
        activity = self.case.activity_search([APPEAL])
        self.assertEqual(activity.user_id, self.officer)
        return heard


class TestAppeal(AppealCase):
    def test_a_reply_to_the_notice(self):
        """It is addressed to the team, whose address makes tickets."""
        self.reply_to(self.notice, "plain.eml", LATER)
        self.assertAppealed()
        theirs = self.ticket.message_ids.filtered(lambda m: m.author_id == self.trainee)
        self.assertEqual(len(theirs), 1, "only what they wrote at first")

    def test_the_notice_asks_for_replies_to_the_desk(self):
        mail = self.notices(self.case, "sara@trainees.example")
        self.assertIn("trainee-support@", mail.reply_to)

    def test_a_reply_to_an_earlier_message_on_the_ticket(self):
        first = self.ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.reply_to(first, "plain.eml", LATER)
        self.assertAppealed()

    def test_a_new_message_that_quotes_the_number(self):
        self.mail("plain.eml", LATER, Subject=f"Objection: {self.ticket.number}")
        self.assertAppealed()

    def test_a_message_written_on_the_portal(self):
        sara = new_test_user(
            self.env, "sp_sara", groups="base.group_portal", partner_id=self.trainee.id
        )
        with at(LATER):
            self.ticket.with_user(sara).message_post(
                body="I object",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertIn("I object", self.assertAppealed().body)

    def test_after_the_decision_it_is_still_heard(self):
        self.uphold(self.case)
        self.reply_to(self.notice, "plain.eml", "2026-03-03 12:00")
        self.assertAppealed()

    def test_a_further_message_makes_no_second_activity(self):
        for minute in range(3):
            self.reply_to(self.notice, "plain.eml", f"2026-03-01 12:0{minute}")
        self.assertEqual(len(self.case.activity_search([APPEAL])), 1)

    def test_somebody_elses_reply_gets_its_own_ticket(self):
        stranger = "Somebody <somebody@elsewhere.example>"
        ticket = self.reply_to(self.notice, "plain.eml", LATER, From=stranger)
        self.assertNotEqual(ticket, self.ticket)
        self.assertEqual(ticket.partner_id, self.stranger)
        self.assertFalse(self.case.activity_search([APPEAL]))
        self.assertNotIn(self.stranger, self.case.message_ids.author_id)

    def test_a_robots_reply_is_no_objection(self):
        self.reply_to(self.notice, "vacation.eml", LATER)
        self.assertFalse(self.case.activity_search([APPEAL]))
        self.assertEqual(self.count(), self.counts)

    def test_an_officers_word_is_none_either(self):
        with at(LATER):
            self.case.with_user(self.officer).message_post(
                body="What happened?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.trainee.ids,
            )
        self.assertFalse(self.case.activity_search([APPEAL]))
        self.assertEqual(self.count(), self.counts)

    def test_once_dismissed_messages_go_to_the_ticket_again(self):
        self.dismiss(self.case)
        self.answer(self.ticket, "2026-03-02 10:00")
        first = self.ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.reply_to(first[:1], "plain.eml", "2026-03-02 11:00")
        self.assertTrue(self.ticket.waiting_since)
