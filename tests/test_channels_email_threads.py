"""R1 and R5: replies stay with their ticket, and nobody else's ever touch it."""

from odoo.addons.support_policy.support_policy.channels.acknowledgement import (
    ACKNOWLEDGEMENTS_A_DAY,
)

from .channels_common import IN_TIME, SUNDAY, ResendCase
from .common import at, riyadh


class TestThreading(ResendCase):
    def test_a_reply_of_the_requester_joins(self):
        for parent in (self.first, self.acknowledgements(self.ticket)):
            self.assertJoined(self.reply_to(parent, "arabic_base64.eml", IN_TIME))
        self.assertEqual(self.ticket.resend_count, 2)

    def test_references_do_as_well_as_in_reply_to(self):
        references = f"<other@trainees.example> {self.first.message_id}"
        ticket = self.mail("plain.eml", IN_TIME, References=references)
        self.assertJoined(ticket)

    def test_the_requesters_reply_to_a_note_is_still_a_message(self):
        """Odoo turns replies to internal notes into notes; a requester's is none."""
        note = self.answer(
            self.ticket, IN_TIME, subtype_xmlid="mail.mt_note", partner_ids=[]
        )
        self.assertJoined(self.reply_to(note, "plain.eml", IN_TIME))
        self.assertEqual(self.ticket.resend_count, 1)
        self.assertFalse(self.ticket.message_ids[0].is_internal)

    def test_a_stranger_with_a_known_message_id_gets_their_own_ticket(self):
        for sender in (self.stranger.email, "new@who.example", "", "nonsense"):
            ticket = self.assertOwnTicket(
                lambda s=sender: self.reply_to(
                    self.first, "plain.eml", IN_TIME, From=s, Cc="friend@who.example"
                )
            )
            self.assertTrue(ticket.sla_cycle_id)

    def test_a_strangers_ticket_belongs_to_the_team_they_wrote_to(self):
        ticket = self.reply_to(
            self.first,
            "plain.eml",
            IN_TIME,
            From=self.stranger.email,
            To="technical-support@desk.example",
        )
        self.assertEqual(ticket.team_id.alias_name, "technical-support")

    def test_a_strangers_robot_learns_nothing_either(self):
        """A forged Auto-Submitted once let anybody write into any known thread."""
        ticket = self.assertOwnTicket(
            lambda: self.reply_to(
                self.first,
                "auto_reply.eml",
                IN_TIME,
                From=self.stranger.email,
                Cc="friend@who.example",
            )
        )
        self.assertFalse(ticket.sla_cycle_id)

    def test_a_stranger_may_remind_of_their_own_request_in_our_thread(self):
        theirs = self.ask(SUNDAY, partner_id=self.stranger.id)
        ticket = self.reply_to(
            self.first,
            "plain.eml",
            IN_TIME,
            From=self.stranger.email,
            Subject=theirs.number,
        )
        self.assertEqual(ticket, theirs)

    def test_copied_in_people_may_write_but_start_no_clock(self):
        copied = ["registrar@college.example", "dean@college.example"]
        ticket = self.mail(
            "html_alternative.eml",
            SUNDAY,
            To=f"trainee-support@desk.example, {copied[1]}",
        )
        self.answer(ticket, "2026-03-01 11:00")
        cycles = ticket.sla_cycle_ids
        for address in copied:
            joined = self.reply_to(
                self.acknowledgements(ticket), "plain.eml", IN_TIME, From=address
            )
            self.assertEqual(joined, ticket)
        self.assertEqual(ticket.sla_cycle_ids, cycles)
        self.assertFalse(ticket.sla_cycle_id)
        self.assertEqual(ticket.resend_count, 0)

    def test_a_reply_to_a_deleted_ticket_is_a_new_one_with_its_team(self):
        parent = self.first.message_id
        self.ticket.unlink()
        ticket = self.mail("plain.eml", IN_TIME, In_Reply_To=parent)
        self.assertEqual(ticket.team_id, self.team)
        self.assertTrue(ticket.sla_cycle_id)
        self.assertIn("The link does not open", ticket.description)


class TestStaffReply(ResendCase):
    """An answer from the member of staff's own mail program."""

    def assertAnswered(self):
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(self.cycle.answered_by_id, self.agent)
        self.assertFalse(self.ticket.waiting_since)

    def test_to_the_alias_only(self):
        self.assertJoined(self.reply_to(self.first, "staff_reply.eml", IN_TIME))
        self.assertAnswered()
        answer = self.ticket.message_ids[0]
        self.assertEqual(answer.author_id, self.agent.partner_id)
        self.assertIn(self.trainee, answer.notified_partner_ids)

    def test_to_the_requester_directly(self):
        """They have it already: Odoo does not write to them again."""
        self.reply_to(
            self.first,
            "staff_reply.eml",
            IN_TIME,
            To="Sara <sara@trainees.example>",
            Cc="trainee-support@desk.example",
        )
        self.assertAnswered()
        self.assertNotIn(self.trainee, self.ticket.message_ids[0].notified_partner_ids)

    def test_a_reply_to_an_internal_note_is_no_answer(self):
        note = self.answer(
            self.ticket, IN_TIME, subtype_xmlid="mail.mt_note", partner_ids=[]
        )
        self.assertJoined(self.reply_to(note, "staff_reply.eml", IN_TIME))
        self.assertEqual(self.cycle.state, "running")

    def test_an_out_of_office_is_no_answer(self):
        for name in ("auto_reply.eml", "exchange_out_of_office.eml", "vacation.eml"):
            robot = self.reply_to(self.first, name, IN_TIME, From=self.agent.email)
            self.assertJoined(robot)
        self.assertEqual(self.cycle.state, "running")
        self.assertFalse(self.ticket.message_ids[0].notified_partner_ids)


class TestAfterTheEnd(ResendCase):
    def close(self, moment="2026-03-01 12:00"):
        self.answer(self.ticket, moment)
        with at(moment):
            self.ticket.stage_id = self.done

    def test_within_14_days_it_reopens_with_a_fresh_cycle(self):
        self.close()
        self.assertJoined(self.reply_to(self.first, "plain.eml", "2026-03-15 12:00"))
        self.assertFalse(self.ticket.closed)
        self.assertFalse(self.ticket.closed_date)
        self.assertEqual(self.ticket.waiting_since, riyadh("2026-03-15 12:00"))
        self.assertEqual(self.ticket.sla_state, "running")

    def test_a_quoted_number_reopens_too(self):
        self.close()
        number = self.ticket.number
        self.assertJoined(self.mail("plain.eml", "2026-03-08 10:00", Subject=number))
        self.assertTrue(self.ticket.sla_cycle_id)

    def test_later_it_makes_a_new_linked_ticket_that_is_acknowledged(self):
        self.close()
        self.reply_to(self.first, "plain.eml", "2026-03-15 12:00:01")
        self.assertTrue(self.ticket.closed)
        follow_up = self.ticket.search([("previous_ticket_id", "=", self.ticket.id)])
        self.assertEqual(len(follow_up), 1)
        self.assertEqual(follow_up.waiting_since, riyadh("2026-03-15 12:00:01"))
        self.assertEqual(follow_up.team_id, self.team)
        self.assertEqual(len(self.acknowledgements(follow_up)), 1)
        self.assertIn(follow_up.number, self.mails_to(self.trainee.email)[-1].subject)

    def test_a_robot_reopens_nothing(self):
        self.close()
        self.reply_to(self.first, "auto_reply.eml", "2026-03-02 12:00")
        self.assertTrue(self.ticket.closed)

    def test_written_in_the_portal_it_is_acknowledged_as_well(self):
        """Odoo writes to nobody about what they do themselves: it was never sent."""
        user = self.env["res.users"].create(
            {
                "partner_id": self.trainee.id,
                "login": "sp_sara",
                "group_ids": self.env.ref("base.group_portal").ids,
            }
        )
        self.close()
        with at("2026-04-15 12:00"):
            self.ticket.with_user(user).message_post(
                body="Again!", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        follow_up = self.ticket.search([("previous_ticket_id", "=", self.ticket.id)])
        acknowledgement = self.acknowledgements(follow_up)
        self.assertEqual(acknowledgement.notified_partner_ids, self.trainee)
        self.assertIn(
            acknowledgement, self.mails_to(self.trainee.email).mail_message_id
        )

    def test_the_cap_of_acknowledgements_is_per_day(self):
        for _mail in range(ACKNOWLEDGEMENTS_A_DAY + 2):
            ticket = self.mail("plain.eml", IN_TIME)
        self.assertFalse(self.acknowledgements(ticket))
        ticket = self.mail("plain.eml", "2026-03-03 10:01")
        self.assertTrue(self.acknowledgements(ticket))
