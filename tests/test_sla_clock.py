"""R1 and R2: when the clock starts, and what ends it."""

from unittest.mock import patch

from odoo.tools import mute_logger

from .common import SupportPolicyCase, at, riyadh


class TestClock(SupportPolicyCase):
    """A cycle starts at the requester's message and ends at the answer."""

    def test_further_messages_never_restart_or_extend_it(self):
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        self.write_again(ticket, "2026-03-02 09:00")
        self.assertEqual(ticket.sla_cycle_id, cycle)
        self.assertEqual(cycle.deadline, riyadh("2026-03-04 10:00"))
        self.assertEqual(ticket.waiting_since, riyadh("2026-03-01 10:00"))

    def test_an_answer_at_the_deadlines_second_is_in_time(self):
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        self.answer(ticket, "2026-03-04 10:00:00")
        self.assertEqual(cycle.state, "met")
        self.assertEqual(cycle.ended_at, riyadh("2026-03-04 10:00"))
        self.assertEqual(cycle.business_hours, 24.0)
        self.assertEqual(cycle.answered_by_id, self.agent)
        self.assertFalse(ticket.sla_cycle_id)
        self.assertFalse(ticket.waiting_since)

    def test_an_answer_one_second_later_is_late(self):
        ticket = self.ask("2026-03-01 10:00")
        self.answer(ticket, "2026-03-04 10:00:01")
        self.assertEqual(ticket.sla_state, "late")

    def test_the_next_message_opens_a_new_cycle(self):
        ticket = self.ask("2026-03-01 10:00")
        first = ticket.sla_cycle_id
        self.answer(ticket, "2026-03-02 10:00")
        self.write_again(ticket, "2026-03-03 11:00")
        self.assertNotEqual(ticket.sla_cycle_id, first)
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-08 11:00"))
        self.assertEqual(
            ticket.sla_cycle_ids.sorted().mapped("state"), ["running", "met"]
        )

    def test_what_is_no_answer(self):
        """Internal notes, stage changes, machines' words and mail to others."""
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        internal = {"subtype_xmlid": "mail.mt_note", "partner_ids": []}
        self.answer(ticket, "2026-03-01 11:00", **internal)
        self.answer(ticket, "2026-03-01 11:00", message_type="auto_comment")
        self.answer(ticket, "2026-03-01 11:00", message_type="out_of_office")
        self.answer(ticket, "2026-03-01 11:00", partner_ids=self.stranger.ids)
        self.answer(ticket, "2026-03-01 11:00", user=self.env.ref("base.user_root"))
        progress = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        with at("2026-03-01 12:00"):
            ticket.with_user(self.agent).stage_id = progress
        self.assertEqual(ticket.sla_cycle_id, cycle)
        self.assertEqual(cycle.state, "running")

    def test_an_answer_sent_later_counts_when_it_leaves(self):
        ticket = self.ask("2026-03-01 10:00")
        later = riyadh("2026-03-02 10:00")
        # what Odoo schedules by is the transaction's clock, which is not frozen
        with patch.object(self.env.cr, "now", lambda: riyadh("2026-03-01 11:00")):
            message = self.answer(ticket, "2026-03-01 11:00", scheduled_date=later)
        self.assertEqual(ticket.sla_state, "running")
        with at("2026-03-02 10:00"):
            schedules = self.env["mail.message.schedule"].sudo()
            schedules.search([("mail_message_id", "=", message.id)]).force_send()
        self.assertEqual(ticket.sla_state, "met")
        self.assertEqual(ticket.sla_cycle_ids.ended_at, later)

    def test_an_answer_reaches_a_requester_who_follows_the_ticket(self):
        ticket = self.ask("2026-03-01 10:00")
        ticket.message_subscribe(self.trainee.ids)
        self.answer(ticket, "2026-03-01 11:00", partner_ids=[])
        self.assertEqual(ticket.sla_state, "met")

    def test_a_message_from_somebody_else_outside_starts_no_clock(self):
        ticket = self.ask("2026-03-01 10:00")
        self.answer(ticket, "2026-03-01 11:00")
        self.write_again(ticket, "2026-03-01 12:00", author=self.stranger)
        self.assertFalse(ticket.sla_cycle_id)

    def test_a_colleague_in_the_requesters_organisation_speaks_for_it(self):
        ministry = self.env["res.partner"].create(
            {"name": "Ministry", "is_company": True}
        )
        self.trainee.parent_id = ministry
        colleague = self.stranger.copy({"parent_id": ministry.id})
        ticket = self.ask("2026-03-01 10:00")
        self.answer(ticket, "2026-03-01 11:00")
        self.write_again(ticket, "2026-03-01 12:00", author=colleague)
        self.assertTrue(ticket.sla_cycle_id)

    def test_at_most_one_running_cycle_says_the_database(self):
        ticket = self.ask("2026-03-01 10:00")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "one_running"),
        ):
            ticket.sla_cycle_id.copy()

    def test_history_entered_as_closed_has_no_clock(self):
        ticket = self.ask("2026-03-01 10:00", stage_id=self.done.id)
        self.assertFalse(ticket.sla_cycle_ids)

    def test_a_request_written_down_later_counts_from_when_it_came(self):
        ticket = self.ask("2026-03-01 12:00", waiting_since=riyadh("2026-03-01 10:00"))
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 10:00"))


class TestEndWithoutAnswer(SupportPolicyCase):
    """Closed without an answer: dropped with its reason, never met."""

    def assertDropped(self, cycle, reason):
        self.assertEqual((cycle.state, cycle.drop_reason), ("dropped", reason))
        self.assertFalse(cycle.next_escalation_at)

    def test_closing(self):
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        with at("2026-03-02 10:00"):
            ticket.stage_id = self.done
        self.assertDropped(cycle, "closed")
        self.assertEqual(cycle.business_hours, 8.0)

    def test_archiving(self):
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        with at("2026-03-02 10:00"):
            ticket.action_archive()
        self.assertDropped(cycle, "archived")

    def test_marking_as_duplicate(self):
        original = self.ask("2026-03-01 09:00")
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        with at("2026-03-02 10:00"):
            ticket.duplicate_id = original
        self.assertDropped(cycle, "duplicate")
        self.assertTrue(original.sla_cycle_id)

    def test_reopening_by_hand_owes_again_what_was_dropped(self):
        ticket = self.ask("2026-03-01 10:00")
        new = ticket.stage_id
        with at("2026-03-02 10:00"):
            ticket.stage_id = self.done
        with at("2026-03-03 10:00"):
            ticket.stage_id = new
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 10:00"))

    def test_reopening_by_hand_owes_nothing_that_was_answered(self):
        ticket = self.ask("2026-03-01 10:00")
        new = ticket.stage_id
        self.answer(ticket, "2026-03-01 11:00")
        with at("2026-03-02 10:00"):
            ticket.stage_id = self.done
            ticket.stage_id = new
        self.assertFalse(ticket.sla_cycle_id)


class TestMessageOnClosedTicket(SupportPolicyCase):
    """It reopens the ticket within so many days; later, a new one is linked to it."""

    def close(self, moment):
        ticket = self.ask("2026-03-01 10:00")
        self.answer(ticket, "2026-03-01 11:00")
        with at(moment):
            ticket.stage_id = self.done
        return ticket

    def test_reopens_with_a_fresh_cycle(self):
        ticket = self.close("2026-03-02 10:00")
        self.write_again(ticket, "2026-03-16 10:00")  # 14 days to the minute
        self.assertFalse(ticket.closed)
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.sla_cycle_id.started_at, riyadh("2026-03-16 10:00"))

    def test_later_a_new_ticket_is_linked(self):
        ticket = self.close("2026-03-02 10:00")
        self.write_again(ticket, "2026-03-16 10:01")
        self.assertTrue(ticket.closed)
        follow_up = self.env["helpdesk.ticket"].search(
            [("previous_ticket_id", "=", ticket.id)]
        )
        self.assertEqual(follow_up.partner_id, self.trainee)
        self.assertEqual(follow_up.team_id, ticket.team_id)
        self.assertIn("Any news?", follow_up.description)
        self.assertEqual(follow_up.waiting_since, riyadh("2026-03-16 10:01"))
        self.assertTrue(follow_up.sla_cycle_id)

    def test_the_number_of_days_is_configurable(self):
        self.company.support_reopen_days = 1
        ticket = self.close("2026-03-02 10:00")
        self.write_again(ticket, "2026-03-03 10:01")
        self.assertTrue(ticket.closed)

    def test_the_requester_of_a_duplicate_asks_about_the_original(self):
        original = self.ask("2026-03-01 09:00")
        duplicate = self.ask("2026-03-01 10:00")
        with at("2026-03-01 11:00"):
            duplicate.duplicate_id = original
        self.write_again(duplicate, "2026-03-01 12:00")
        self.assertEqual(original.resend_count, 1)
        self.assertFalse(duplicate.sla_cycle_id)

    def test_another_requesters_duplicate_is_owed_its_own_answer(self):
        original = self.ask("2026-03-01 09:00", partner_id=self.stranger.id)
        duplicate = self.ask("2026-03-01 10:00")
        with at("2026-03-01 11:00"):
            duplicate.duplicate_id = original
        self.write_again(duplicate, "2026-03-01 12:00")
        self.assertEqual(original.resend_count, 0)
        self.assertTrue(duplicate.sla_cycle_id)
