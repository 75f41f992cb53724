"""What failed is no answer; and the 24 hours in which we may write freely."""

from odoo.tests import tagged

from .channels_whatsapp_common import ASKED, WaitingCase
from .common import at, riyadh

REPLIED = "2026-03-01 11:00"


@tagged("post_install", "-at_install")
class TestFailed(WaitingCase):
    # -- failed is no answer ----------------------------------------------------

    def test_failed_the_cycle_runs_on_and_the_agent_is_told(self):
        message, (sent,) = self.reply(self.ticket, REPLIED)
        self.assertEqual(self.cycle.state, "met")
        error = {"code": 131026, "title": "Message undeliverable"}
        self.status(sent, "failed", "2026-03-01 11:05", errors=[error])
        self.assertRunning()
        self.assertEqual(self.shown(message), "exception")
        notification = message.notification_ids.filtered("failure_reason")
        self.assertIn("131026 Message undeliverable", notification.failure_reason)
        activity = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.run_cron("2026-03-09 10:01")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])

    def test_the_next_answer_ends_it_and_what_was_told(self):
        _message, (sent,) = self.reply(self.ticket, REPLIED)
        self.status(sent, "failed", "2026-03-01 11:05")
        self.reply(self.ticket, "2026-03-01 12:00")
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(self.cycle.ended_at, riyadh("2026-03-01 12:00"))
        failed = self.env.ref("support_policy.activity_whatsapp_failed")
        self.assertNotIn(failed, self.ticket.activity_ids.activity_type_id)

    def test_refused_at_once_is_the_same(self):
        self.api.faults += [131047]
        message, sent = self.reply(self.ticket, REPLIED)
        self.assertFalse(sent)
        self.assertRunning()
        self.assertEqual(self.shown(message), "exception")

    def test_what_was_asked_in_between_joins_what_is_still_unanswered(self):
        _message, (sent,) = self.reply(self.ticket, REPLIED)
        self.say("وماذا عن الشهادة؟", moment="2026-03-01 12:00")
        newer = self.ticket.sla_cycle_id
        self.assertNotEqual(newer, self.cycle)
        self.status(sent, "failed", "2026-03-01 12:05")
        self.assertRunning()
        self.assertEqual((newer.state, newer.drop_reason), ("dropped", "joined"))
        self.assertEqual(self.ticket.resend_count, 1)

    def test_another_answer_that_did_arrive_counts_instead(self):
        _message, (first,) = self.reply(self.ticket, REPLIED)
        _message, (second,) = self.reply(self.ticket, "2026-03-01 12:00")
        self.status(second, "read", "2026-03-01 12:01")
        self.status(first, "failed", "2026-03-01 12:02")
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(self.cycle.ended_at, riyadh("2026-03-01 12:00"))
        self.status(second, "failed", "2026-03-01 12:03")
        self.assertEqual(self.cycle.state, "met", "read is read")

    def test_a_call_that_was_answered_in_between_counts_instead(self):
        _message, (sent,) = self.reply(self.ticket, REPLIED)
        with at("2026-03-01 12:00"):
            form = self.env["support.phone.log.wizard"].with_user(self.agent)
            form.create(
                {"partner_id": self.trainee.id, "ticket_id": self.ticket.id}
            ).action_log()
        self.status(sent, "failed", "2026-03-01 12:05")
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(self.cycle.ended_at, riyadh("2026-03-01 12:00"))
        self.assertEqual(self.cycle.answered_by_id, self.agent)
        self.assertFalse(self.ticket.waiting_since)

    def test_a_ticket_closed_with_a_failed_answer_reopens(self):
        _message, (sent,) = self.reply(self.ticket, REPLIED)
        self.ticket.stage_id = self.done
        self.status(sent, "failed", "2026-03-01 11:05")
        self.assertFalse(self.ticket.closed)
        self.assertRunning()
        self.assertEqual(len(self.ticket.sla_cycle_ids), 1)

    def test_a_duplicate_stays_one(self):
        _message, (sent,) = self.reply(self.ticket, REPLIED)
        self.ticket.duplicate_id = self.ask(ASKED)
        self.status(sent, "failed", "2026-03-01 11:05")
        self.assertTrue(self.ticket.duplicate_id)
        self.assertFalse(self.ticket.waiting_since)
        self.assertEqual(
            (self.cycle.state, self.cycle.drop_reason), ("dropped", "duplicate")
        )

    def test_a_failed_acknowledgement_changes_nothing(self):
        row = self.ticket.whatsapp_message_ids.filtered(lambda r: r.direction == "out")
        self.status({"uid": row.whatsapp_id}, "failed")
        self.assertEqual(row.state, "failed")
        self.assertFalse(self.ticket.activity_ids)
        self.assertRunning()

    # -- the 24 hours -----------------------------------------------------------

    def test_the_agent_sees_the_window_closing(self):
        for moment, state in (
            ("2026-03-01 11:00", "open"),
            ("2026-03-02 06:30", "closing"),
            ("2026-03-02 10:00", "closed"),
        ):
            with at(moment):
                self.env.invalidate_all()
                ticket = self.ticket.with_user(self.agent)
                self.assertEqual(ticket.whatsapp_window, state)
                self.assertIn("10:00", ticket.whatsapp_window_text)
        mailed = self.ask(ASKED)
        self.assertFalse(mailed.whatsapp_window)

    def test_what_is_no_message_of_theirs_does_not_open_it(self):
        changed = {"body": "changed to +966 50 999", "type": "user_changed_number"}
        moment = "2026-03-03 10:00"
        self.tell(self.message("system", moment, system=changed), moment=moment)
        with at(moment):
            self.env.invalidate_all()
            self.assertEqual(self.ticket.whatsapp_window, "closed")
            self.assertFalse(self.trainee._get_open_whatsapp())

    def test_after_it_a_free_text_is_refused_before_it_is_sent(self):
        with self.assertRefused("24 hours"):
            self.answer(self.ticket, "2026-03-02 10:00")
        self.assertRunning()

    def test_closed_between_writing_and_sending_it_fails(self):
        self.answer(self.ticket, "2026-03-02 09:59")
        self.assertFalse(self.send("2026-03-02 10:01"))
        self.assertEqual(self.last_out(self.ticket).state, "failed")
        self.assertRunning()

    def test_every_message_of_the_requester_opens_it_anew(self):
        self.say("هل من جديد؟", moment="2026-03-02 15:00")
        _message, sent = self.reply(self.ticket, "2026-03-03 14:00")
        self.assertEqual(len(sent), 1)
