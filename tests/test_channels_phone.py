"""Calls to the hotline: an answered one is its own answer, any other is owed one."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import SupportPolicyCase, at, riyadh

NOON = "2026-03-01 12:00"
E164 = "+966501234567"


class PhoneCase(SupportPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.sa")
        cls.phone = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        cls.trainee.write({"phone": "0501234567", "country_id": cls.company.country_id})
        cls.calls = cls.env["support.phone.call"]

    def log(self, moment=NOON, user=None, **vals):
        """Fill and send the form.

        :return: the ticket
        """
        with at(moment):
            form = self.env["support.phone.log.wizard"].with_user(user or self.agent)
            wizard = form.create(
                {
                    "number": "0501234567",
                    "subject": "The link does not open",
                    "category_id": self.category.id,
                    **vals,
                }
            )
            action = wizard.action_log()
        return self.env["helpdesk.ticket"].browse(action["res_id"])


class TestNumbers(PhoneCase):
    def test_as_saudis_write_them(self):
        partners = self.env["res.partner"]
        for number in (
            "0501234567",
            "050 123 4567",
            "+966 50 123 4567",
            "00966501234567",
            "٠٥٠١٢٣٤٥٦٧",
            "+٩٦٦٥٠١٢٣٤٥٦٧",
            "\u200e0501234567",
        ):
            with self.subTest(number):
                self.assertEqual(partners._to_e164(number, self.company), E164)
        for number in ("", None, "hello", "123", "9" * 400):
            with self.subTest(number):
                self.assertFalse(partners._to_e164(number, self.company))

    def test_the_requester_is_found_however_it_is_written(self):
        for number in ("+966501234567", "٠٥٠١٢٣٤٥٦٧"):
            ticket = self.log(number=number)
            self.assertEqual(ticket.partner_id, self.trainee)

    def test_or_made(self):
        ticket = self.log(number="0559999999", name="Hind")
        self.assertEqual(ticket.partner_id.name, "Hind")
        self.assertEqual(ticket.partner_id.phone_sanitized, "+966559999999")

    def test_nobody_of_another_company(self):
        other = self.env["res.company"].create({"name": "Another institute"})
        self.trainee.company_id = other
        self.assertNotEqual(self.log().partner_id, self.trainee)

    def test_no_number_is_refused(self):
        with self.assertRefused("not a valid telephone number"):
            self.log(number="hello")


class TestAnswered(PhoneCase):
    def test_the_call_is_the_answer(self):
        ticket = self.log()
        cycle = ticket.sla_cycle_ids
        self.assertEqual(cycle.state, "met")
        self.assertEqual(cycle.answered_by_id, self.agent)
        self.assertEqual(cycle.started_at, riyadh(NOON))
        self.assertFalse(ticket.waiting_since)
        self.assertEqual(ticket.channel_id, self.phone)
        self.assertEqual(ticket.team_id, self.team)

    def test_on_a_ticket_that_waits(self):
        ticket = self.ask("2026-03-01 09:00")
        self.log(ticket_id=ticket.id)
        self.assertEqual(ticket.sla_state, "met")
        self.assertEqual(ticket.call_ids.outcome, "answered")

    def test_called_back_nobody_has_reminded(self):
        ticket = self.log(outcome="missed", started_at=riyadh("2026-02-24 09:00"))
        self.log(ticket_id=ticket.id)  # past the deadline, before the cron has run
        self.assertEqual(ticket.sla_state, "late")
        self.assertEqual(ticket.resend_count, 0)
        self.assertFalse(self.climbs(ticket))

    def test_a_call_logged_late_answers_nothing_that_came_after_it(self):
        ticket = self.ask("2026-03-01 11:00")
        with at(NOON):
            earlier = riyadh("2026-03-01 10:00")
        self.log(ticket_id=ticket.id, started_at=earlier)
        self.assertEqual(ticket.sla_state, "running")


class TestMissed(PhoneCase):
    def test_an_answer_is_owed_within_24_business_hours_of_the_hotline(self):
        ticket = self.log(outcome="missed", started_at=riyadh("2026-03-01 09:00"))
        self.assertEqual(
            ticket.sla_policy_id, self.env.ref("support_policy.policy_phone")
        )
        self.assertEqual(ticket.waiting_since, riyadh("2026-03-01 09:00"))
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 09:00"))

    def test_it_climbs_all_tiers(self):
        ticket = self.log(outcome="missed")
        for moment in ("2026-03-04 12:01", "2026-03-09 12:02", "2026-03-12 12:03"):
            self.run_cron(moment)
        self.assertEqual(
            self.climbs(ticket),
            [(1, self.leader), (2, self.manager), (3, self.executive)],
        )

    def test_a_voicemail_is_attached(self):
        audio = base64.b64encode(b"OggS audio")
        ticket = self.log(
            outcome="voicemail", voicemail=audio, voicemail_name="call.ogg"
        )
        self.assertEqual(ticket.sla_state, "running")
        note = ticket.message_ids.filtered("attachment_ids")
        self.assertEqual(note.attachment_ids.raw, b"OggS audio")
        self.assertTrue(note.subtype_id.internal)

    def test_about_a_ticket_that_waits_it_is_a_reminder(self):
        ticket = self.ask("2026-03-01 09:00")
        deadline = ticket.sla_deadline
        self.log(outcome="missed", ticket_id=ticket.id)
        self.assertEqual(ticket.resend_count, 1)
        self.assertEqual(ticket.sla_deadline, deadline)

    def test_logged_late_the_clock_starts_when_they_called(self):
        ticket = self.ask("2026-03-01 11:00")
        called_at = riyadh("2026-03-01 09:00")
        self.log(outcome="missed", ticket_id=ticket.id, started_at=called_at)
        self.assertEqual(ticket.waiting_since, called_at)
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 09:00"))

    def test_after_the_answer_a_new_one_is_owed(self):
        ticket = self.ask("2026-03-01 09:00")
        self.answer(ticket, "2026-03-01 10:00")
        self.log(outcome="missed", ticket_id=ticket.id)
        self.assertEqual(ticket.sla_cycle_id.started_at, riyadh(NOON))

    def test_on_a_closed_ticket_it_reopens(self):
        ticket = self.ask("2026-03-01 09:00")
        with at("2026-03-01 10:00"):
            ticket.stage_id = self.done
        self.log(outcome="missed", ticket_id=ticket.id)
        self.assertFalse(ticket.closed)
        self.assertTrue(ticket.sla_cycle_id)

    def test_a_ticket_cancelled_for_a_violation_stays_so(self):
        ticket = self.ask("2026-03-01 09:00")
        with at("2026-03-01 10:00"):
            action = ticket.with_user(self.leader).action_close_for_violation()
            form = self.env[action["res_model"]].browse(action["res_id"])
            form.line_ids.chosen = True
            rule = self.env.ref("support_policy.etiquette_rule_respect")
            form.write({"rule_ids": rule.ids, "reason": "x"})
            form.with_user(self.leader).action_close()
        self.log(outcome="missed", ticket_id=ticket.id)
        self.assertTrue(ticket.closed)
        self.assertFalse(ticket.waiting_since)
        self.assertTrue(ticket.call_ids)


class TestHours(PhoneCase):
    def test_calls_outside_hotline_hours_are_marked(self):
        for moment, outside in (
            ("2026-03-01 12:00", False),
            ("2026-03-01 18:00", True),
            ("2026-03-06 12:00", True),  # a Friday
        ):
            with self.subTest(moment):
                ticket = self.log("2026-03-07 12:00", started_at=riyadh(moment))
                self.assertEqual(ticket.call_ids.outside_hours, outside)

    def test_a_diploma_session_opens_the_hotline(self):
        program = self.env["support.diploma.program"].create(
            {"name": "Marketing", "code": "T-M"}
        )
        with at("2026-03-01 08:00"):
            self.env["support.diploma.session"].create(
                {
                    "program_id": program.id,
                    "start": riyadh("2026-03-06 18:00"),
                    "stop": riyadh("2026-03-06 20:00"),
                }
            )
        ticket = self.log("2026-03-07 12:00", started_at=riyadh("2026-03-06 19:00"))
        self.assertFalse(ticket.call_ids.outside_hours)


class TestForm(PhoneCase):
    def test_bad_input_is_said_in_words(self):
        for vals, words in (
            ({"started_at": riyadh("2026-03-02 12:00")}, "future"),
            ({"minutes": -1}, "zero minutes"),
            ({"subject": False}, "subject"),
            ({"category_id": False}, "category"),
            ({"number": False}, "number"),
            ({"outcome": "voicemail", "voicemail": b"A" * 20_000_004}, "too large"),
            (
                {
                    "outcome": "voicemail",
                    "voicemail": base64.b64encode(b"<html>"),
                    "voicemail_name": "v.html",
                },
                "sound file",
            ),
        ):
            with self.subTest(words), self.assertRefused(words):
                self.log(**vals)
        self.assertFalse(self.calls.search([]))

    def test_somebody_elses_ticket_is_refused(self):
        ticket = self.ask("2026-03-01 09:00", partner_id=self.stranger.id)
        with self.assertRefused("ticket of the caller"):
            self.log(ticket_id=ticket.id)

    def test_nobody_writes_calls_by_hand(self):
        call = self.log().call_ids
        for user in (self.agent, self.helpdesk_manager):
            for act in (
                lambda call: call.write({"outcome": "missed"}),
                lambda call: call.unlink(),
                lambda call: call.copy(),
            ):
                with self.subTest(user.name), self.assertRaises(AccessError):
                    act(call.with_user(user))

    def test_who_sees_calls(self):
        call = self.log().call_ids
        other = self._new_staff("other", "group_helpdesk_user_team")
        staff = new_test_user(self.env, "sp_staff", groups="base.group_user")
        call.with_user(self.agent).read(["number"])
        for user in (other, staff):
            with self.subTest(user.name), self.assertRaises(AccessError):
                call.with_user(user).read(["number"])
        with self.assertRaises(AccessError):
            self.log(user=staff)
