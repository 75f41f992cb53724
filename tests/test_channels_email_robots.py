"""Machines' mail opens no cycle, is no answer, and gets no answer."""

from contextlib import contextmanager
from unittest.mock import patch

from .channels_common import SUNDAY, MailCase

ROBOTS = (
    "auto_reply.eml",
    "exchange_out_of_office.eml",
    "vacation.eml",
    "mailing_list.eml",
)
#: Each of these headers alone gives a robot away.
MARKERS = (
    {"Auto_Submitted": "auto-generated"},
    {"Auto_Submitted": "Auto-Replied; owner-email=x@y.example"},
    {"Precedence": "BULK"},
    {"Precedence": "junk"},
    {"Precedence": "auto_reply"},
    {"List_Id": "<news.lists.example>"},
    {"List_Unsubscribe": "<mailto:leave@lists.example>"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "vacation"},
    {"Return_Path": "<>"},
)


class TestRobots(MailCase):
    def assertSilent(self, ticket):
        self.assertEqual(ticket.team_id, self.team)
        self.assertFalse(ticket.sla_cycle_ids)
        self.assertFalse(ticket.waiting_since)
        self.assertFalse(self.acknowledgements(ticket))

    def test_a_robots_mail_is_kept_but_opens_no_cycle(self):
        for name in ROBOTS:
            with self.subTest(name):
                self.assertSilent(self.mail(name, SUNDAY))
        self.assertFalse(self.mails_to(self.trainee.email))

    def test_each_marker_is_enough(self):
        for headers in MARKERS:
            with self.subTest(headers):
                self.assertSilent(self.mail("plain.eml", SUNDAY, **headers))

    def test_what_marks_no_robot(self):
        for headers in (
            {"Auto_Submitted": "no"},
            {"Precedence": "normal"},
            {"Return_Path": "<sara@trainees.example>"},
            {"X_Auto_Response_Suppress": "OOF"},  # Outlook writes it for people, too
        ):
            with self.subTest(headers):
                ticket = self.mail("plain.eml", SUNDAY, **headers)
                self.assertTrue(ticket.sla_cycle_id)

    def test_no_contact_is_made_of_a_robot(self):
        ticket = self.mail("vacation.eml", SUNDAY, From="robot@machines.example")
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_email, "robot@machines.example")

    def test_a_list_brings_nobody_in(self):
        ticket = self.mail("mailing_list.eml", SUNDAY, Cc=self.stranger.email)
        self.assertNotIn(self.stranger, ticket.message_partner_ids)
        self.assertFalse(ticket.email_cc)

    def test_the_requesters_robot_is_no_reminder(self):
        ticket = self.mail("plain.eml", SUNDAY)
        for name in ROBOTS:
            joined = self.reply_to(
                self.acknowledgements(ticket), name, "2026-03-05 10:00"
            )
            self.assertEqual(joined, ticket)
        self.assertEqual(ticket.resend_count, 0)
        self.assertFalse(ticket.escalation_ids)
        self.assertEqual(len(self.mails_to(self.trainee.email)), 1)

    def test_the_requesters_robot_opens_no_cycle_after_an_answer(self):
        ticket = self.mail("plain.eml", SUNDAY)
        answer = self.answer(ticket, "2026-03-01 11:00")
        self.reply_to(answer, "auto_reply.eml", "2026-03-01 11:01")
        self.assertFalse(ticket.sla_cycle_id)

    def test_a_robot_that_quotes_a_number_reminds_of_nothing(self):
        ticket = self.mail("plain.eml", SUNDAY)
        self.mail("auto_reply.eml", "2026-03-05 10:00", Subject=ticket.number)
        self.assertEqual(ticket.resend_count, 0)

    def test_a_person_may_write_on_what_a_robot_began(self):
        ticket = self.mail("auto_reply.eml", SUNDAY)
        self.reply_to(ticket.message_ids[-1], "plain.eml", "2026-03-02 10:00")
        self.assertTrue(ticket.sla_cycle_id)

    def test_a_bounce_makes_no_ticket(self):
        count = self.env["helpdesk.ticket"].search_count([])
        self.assertFalse(self.mail("bounce.eml", SUNDAY))
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), count)

    def test_a_bounced_answer_shows_as_failed(self):
        ticket = self.mail("plain.eml", SUNDAY)
        answer = self.answer(ticket, "2026-03-01 11:00")
        body = self.sample("bounce.eml").partition(b"\n\n")[2]
        body = body.replace(b"<answer@desk.example>", answer.message_id.encode())
        self.mail("bounce.eml", "2026-03-01 11:01", body=body)
        sent = answer.notification_ids.filtered(
            lambda n: n.res_partner_id == self.trainee
        )
        self.assertEqual(sent.notification_status, "bounce")


class TestLoops(MailCase):
    """Two robots that say nothing about themselves."""

    def play(self, rounds):
        """A robot that answers each mail of ours with a new one, for ever.

        :return: how many mails it got
        """
        robot = "robot@machines.example"
        for _round in range(rounds):
            got = self.mails_to(robot)
            self.mail("plain.eml", SUNDAY, From=robot)
            if self.mails_to(robot) == got:
                break
        return len(got)

    def test_they_fall_silent_after_a_few_acknowledgements(self):
        self.assertEqual(self.play(rounds=30), 5)

    def test_in_the_same_thread_they_fall_silent_at_once(self):
        ticket = self.mail("plain.eml", SUNDAY, From="robot@machines.example")
        for _round in range(5):
            last = self.acknowledgements(ticket)[0]
            self.reply_to(last, "plain.eml", SUNDAY, From="robot@machines.example")
        self.assertEqual(len(self.mails_to("robot@machines.example")), 1)

    @contextmanager
    def threshold(self, number):
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("mail.gateway.loop.threshold", number)
        # the refusal is sent at once: nothing must leave the machine
        with patch.object(type(self.env["mail.mail"]), "send"):
            yield

    def test_odoo_refuses_who_makes_tickets_by_the_dozen(self):
        with self.threshold(3):
            for name in ("plain.eml", "auto_reply.eml"):
                sender = f"{name}@machines.example"
                made = [self.mail(name, SUNDAY, From=sender) for _mail in range(5)]
                self.assertEqual([len(ticket) for ticket in made], [1, 1, 1, 0, 0])

    def test_odoo_refuses_who_floods_one_ticket(self):
        with self.threshold(3):
            ticket = self.mail("plain.eml", SUNDAY)
            parent = ticket.message_ids[-1]
            made = [self.reply_to(parent, "plain.eml", SUNDAY) for _mail in range(4)]
            self.assertEqual([len(ticket) for ticket in made], [1, 1, 0, 0])

    def test_a_broken_address_is_not_taken_for_all_who_have_none(self):
        """Contacts without an address were counted as its own: the mail was lost."""
        self.stranger.email = False
        with self.threshold(3):
            for _ticket in range(3):
                self.ask(SUNDAY, partner_id=self.stranger.id)
            self.assertTrue(self.mail("plain.eml", SUNDAY, From="???"))
