"""R4: who is told what: in the chatter, by activity and by mail."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form

from .common import SupportPolicyCase, at, riyadh

WEDNESDAY_LATE = "2026-03-04 10:05"


class TestNotices(SupportPolicyCase):
    def test_tier_1_reminds_the_whole_team(self):
        ticket = self.ask("2026-03-01 10:00")
        mails = self.mails_of(self.run_cron, WEDNESDAY_LATE)
        subject = f"Escalated: {ticket.number} {ticket.name}"
        self.assertEqual(
            mails,
            {
                '"Leader" <leader@desk.example>': subject,
                '"Agent" <agent@desk.example>': subject,
            },
        )

    def test_tier_2_tells_the_manager_and_the_departments_mailbox(self):
        self.ask("2026-03-01 10:00")
        self.run_cron(WEDNESDAY_LATE)
        mails = self.mails_of(self.run_cron, "2026-03-09 10:10")
        self.assertEqual(
            set(mails),
            {'"Manager" <manager@desk.example>', "student.affairs@desk.example"},
        )

    def test_tier_3_tells_the_deputy_ceo(self):
        self.ask("2026-03-01 10:00")
        for moment in (WEDNESDAY_LATE, "2026-03-09 10:10"):
            self.run_cron(moment)
        mails = self.mails_of(self.run_cron, "2026-03-12 10:15")
        self.assertEqual(set(mails), {'"Executive" <executive@desk.example>'})

    def test_many_at_once_are_one_digest_for_each_reader(self):
        tickets = [self.ask("2026-03-01 10:00") for _number in range(3)]
        mails = self.mails_of(self.run_cron, WEDNESDAY_LATE)
        self.assertEqual(
            set(mails.values()),
            {"3 requests are waiting for an answer"},
            "one mail each",
        )
        self.assertEqual(len(mails), 2)
        digest = self.env["mail.mail"].search([], order="id desc", limit=1)
        for ticket in tickets:
            self.assertIn(ticket.number, digest.body_html)

    def test_no_robot_should_answer_a_notice(self):
        self.ask("2026-03-01 10:00")
        self.run_cron(WEDNESDAY_LATE)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("auto-generated", mail.headers)

    def test_a_reply_to_a_notice_is_a_note_not_an_answer(self):
        """Whoever presses "Reply" is heard by the staff, not by the requester."""
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron(WEDNESDAY_LATE)
        notice = self.env["mail.mail"].search([], order="id desc", limit=1)
        notice.mail_message_id.flush_recordset()
        reply = (
            "From: Leader <leader@desk.example>\n"
            "To: trainee-support@desk.example\n"
            f"Subject: Re: {notice.subject}\n"
            "Message-ID: <reply@desk.example>\n"
            f"In-Reply-To: {notice.message_id}\n\n"
            "I am on it."
        )
        self.assertEqual(self.deliver(reply, "2026-03-04 11:00"), ticket)
        note = ticket.message_ids.sorted("id")[-1]
        self.assertIn("I am on it", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertNotIn(self.trainee, note.notified_partner_ids)
        self.assertTrue(ticket.sla_cycle_id)

    def test_warned_four_business_hours_before_the_deadline(self):
        """The assigned person, else the team; once; a configurable time before."""
        self.ask("2026-03-01 10:00")  # due on Wednesday at 10:00
        self.assertEqual(self.mails_of(self.run_cron, "2026-03-03 13:59"), {})
        mails = self.mails_of(self.run_cron, "2026-03-03 14:00")
        self.assertEqual(len(mails), 2)
        self.assertTrue(all(s.startswith("Answer due soon") for s in mails.values()))
        self.assertEqual(self.mails_of(self.run_cron, "2026-03-03 15:00"), {})

    def test_the_assigned_person_is_warned_alone(self):
        self.ask("2026-03-01 10:00", user_id=self.agent.id)
        mails = self.mails_of(self.run_cron, "2026-03-03 14:00")
        self.assertEqual(set(mails), {'"Agent" <agent@desk.example>'})

    def test_another_warning_time_or_none(self):
        policy = self.env.ref("support_policy.policy_email")
        policy.warning_hours = 8
        ticket = self.ask("2026-03-01 10:00")
        self.assertEqual(ticket.sla_cycle_id.warn_at, riyadh("2026-03-03 10:00"))
        policy.warning_hours = 0
        self.assertFalse(ticket.sla_cycle_id.warn_at)

    def test_no_warning_about_what_is_late_already(self):
        self.ask("2026-03-01 10:00")
        mails = self.mails_of(self.run_cron, "2026-03-08 10:00")
        self.assertTrue(all(s.startswith("Escalated") for s in mails.values()))

    def test_an_activity_with_the_tiers_due_date_for_the_new_holder(self):
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron(WEDNESDAY_LATE)
        self.assertRecordValues(
            ticket.activity_ids,
            [
                {
                    "user_id": self.leader.id,
                    "date_deadline": date(2026, 3, 9),
                    "summary": "Reminder to the team",
                }
            ],
        )
        self.run_cron("2026-03-09 10:10")
        self.assertEqual(ticket.activity_ids.user_id, self.manager)

    def test_an_answer_closes_the_activities(self):
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron(WEDNESDAY_LATE)
        self.answer(ticket, "2026-03-05 10:00")
        self.assertFalse(ticket.activity_ids)

    def test_a_tracked_note_in_the_readers_language(self):
        """Its words are a subtype's: translated when read, not when written."""
        self.env["res.lang"]._activate_lang("fr_FR")
        subtype = self.env.ref("support_policy.mt_escalated_deadline")
        subtype.with_context(lang="fr_FR").description = "Sans réponse"
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron(WEDNESDAY_LATE)
        note = ticket.message_ids.filtered(lambda m: m.subtype_id == subtype)
        self.assertEqual(
            note.with_context(lang="fr_FR").subtype_id.description, "Sans réponse"
        )
        self.assertTrue(note.subtype_id.internal, "never shown on the portal")
        changes = {
            value.field_id.name: (value.old_value_integer, value.new_value_integer)
            for value in note.sudo().tracking_value_ids
        }
        self.assertEqual(
            changes, {"escalation_level": (0, 1), "user_id": (0, self.leader.id)}
        )

    def test_readers_are_written_to_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.leader.lang = "fr_FR"
        template = self.env.ref("support_policy.mail_template_escalation")
        template.with_context(lang="fr_FR").subject = "Escalade"
        self.ask("2026-03-01 10:00")
        mails = self.mails_of(self.run_cron, WEDNESDAY_LATE)
        self.assertEqual(mails['"Leader" <leader@desk.example>'], "Escalade")
        self.assertIn("Escalated", mails['"Agent" <agent@desk.example>'])


class TestByHand(SupportPolicyCase):
    """A manager escalates with a reason."""

    def escalate(self, ticket, moment, reason="Her exam is tomorrow"):
        with at(moment):
            wizard = Form(
                self.env["support.escalate.wizard"]
                .with_user(self.helpdesk_manager)
                .with_context(default_ticket_id=ticket.id)
            )
            wizard.reason = reason
            return wizard.save().action_escalate()

    def test_one_tier_up_at_once(self):
        ticket = self.ask("2026-03-01 10:00")
        mails = self.mails_of(self.escalate, ticket, "2026-03-01 11:00")
        climb = ticket.escalation_ids
        self.assertEqual(climb.trigger, "manual")
        self.assertEqual(climb.reason, "Her exam is tomorrow")
        self.assertEqual(ticket.user_id, self.leader)
        self.assertEqual(ticket.answer_due_at, riyadh("2026-03-04 11:00"))
        self.assertEqual(len(mails), 2)
        subtype = self.env.ref("support_policy.mt_escalated_manual")
        note = ticket.message_ids.filtered(lambda m: m.subtype_id == subtype)
        self.assertIn("Her exam is tomorrow", note.body)

    def test_nothing_owed_cannot_climb(self):
        ticket = self.ask("2026-03-01 10:00")
        self.answer(ticket, "2026-03-01 10:30")
        with self.assertRaisesRegex(UserError, "not waiting for an answer"):
            self.escalate(ticket, "2026-03-01 11:00")

    def test_the_top_is_the_top(self):
        ticket = self.ask("2026-03-01 10:00")
        for moment in ("2026-03-01 11:00", "2026-03-01 11:05", "2026-03-01 11:10"):
            self.escalate(ticket, moment)
        with self.assertRaisesRegex(UserError, "highest tier"):
            self.escalate(ticket, "2026-03-01 12:00")
