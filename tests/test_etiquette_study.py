"""The study of a violation: reported, studied, actioned or dismissed (R6)."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import at, riyadh
from .etiquette_common import STUDIED, EtiquetteCase


class TestQueue(EtiquetteCase):
    def test_an_officer_gets_it_with_an_activity(self):
        case = self.close()
        self.assertEqual(case.user_id, self.officer)
        self.assertEqual(case.activity_ids.user_id, self.officer)
        self.assertEqual(
            case.activity_ids.activity_type_id,
            self.env.ref("support_policy.activity_violation_study"),
        )
        queue = self.violations.with_user(self.officer).search(
            [("state", "in", ("reported", "studied"))]
        )
        self.assertIn(case, queue)

    def test_the_deadline_is_in_business_days(self):
        """Reported on a Sunday: five days later is the next Sunday, for Friday and
        Saturday do not count; a holiday gives one more."""
        case = self.close()
        self.assertEqual(case.study_due_at, riyadh("2026-03-08 16:00"))
        self.assertEqual(case.activity_ids.date_deadline, date(2026, 3, 8))

    def test_the_number_of_days_is_configurable(self):
        self.company.support_study_days = 0
        self.assertEqual(self.close().study_due_at, riyadh("2026-03-01 16:00"))

    def test_reported_on_a_friday(self):
        ticket = self.ask("2026-03-06 10:00")
        case = self.close("2026-03-06 22:00", ticket)
        self.assertEqual(case.study_due_at, riyadh("2026-03-12 16:00"))

    def test_the_least_busy_officer_gets_the_next(self):
        second = self._new_officer("second")
        first_case = self.close()
        other = self.close(ticket=self.ask("2026-03-01 10:00"))
        self.assertEqual(first_case.user_id | other.user_id, self.officer | second)

    def test_not_the_one_who_reported_it(self):
        self.leader.group_ids = [
            Command.link(self.env.ref("support_policy.group_compliance").id)
        ]
        self.officer.active = False
        case = self.close()
        self.assertFalse(case.user_id)

    def test_nobody_to_study_it_is_reported_to_the_managers(self):
        self.officer.active = False
        case = self.close()
        self.assertFalse(case.user_id)
        told = case.activity_ids.filtered(lambda a: a.user_id == self.helpdesk_manager)
        self.assertIn("Vacant", told.summary)

    def test_it_can_be_handed_over_to_another_officer_only(self):
        second = self._new_officer("second")
        case = self.close().with_user(self.officer)
        case.user_id = second
        self.assertEqual(case.activity_ids.user_id, second)
        for user in (self.agent, self.leader):
            with self.subTest(user.name), self.assertRefused("cannot review this case"):
                case.user_id = user


class TestSteps(EtiquetteCase):
    def test_each_step_is_tracked(self):
        case = self.close()
        self.env.cr.precommit.run()  # what is tracked begins after the creation
        self.uphold(case)
        self.env.flush_all()
        self.env.cr.precommit.run()
        values = case.message_ids.sudo().tracking_value_ids
        states = values.filtered(lambda value: value.field_id.name == "state")
        self.assertIn("Action Taken", states.mapped("new_value_char"))
        self.assertIn("decision", values.field_id.mapped("name"))

    def test_it_is_studied_before_it_is_decided(self):
        case = self.close().with_user(self.officer)
        case.write({"decision": "Proven.", "action_id": self.warning.id})
        for step in (case.action_uphold, case.action_dismiss):
            with self.assertRefused("has changed in the meantime"):
                step()
        self.study(case)
        with self.assertRefused("has changed in the meantime"):
            case.action_study()

    def test_a_written_decision_is_required(self):
        case = self.study(self.close())
        for decision in (False, "", "  "):
            case.decision = decision
            for step in (case.action_uphold, case.action_dismiss):
                with self.subTest(decision), self.assertRefused("Enter the decision"):
                    step()

    def test_an_action_is_required(self):
        case = self.study(self.close())
        case.decision = "Proven."
        with self.assertRefused("Choose the action"):
            case.action_uphold()

    @mute_logger("odoo.sql_db")
    def test_the_database_says_so_too(self):
        case = self.close()
        for column in ("state = 'actioned'", "state = 'dismissed'"):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env.cr.execute(f"UPDATE support_violation SET {column}")
        self.uphold(case)
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE support_violation SET decided_by_id = reported_by_id"
            )

    @mute_logger("odoo.sql_db")
    def test_one_open_case_a_ticket(self):
        case = self.close()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            case.copy({"ticket_id": self.ticket.id, "reported_by_id": self.leader.id})
            self.env.flush_all()

    def test_nobody_judges_a_case_they_reported(self):
        group = self.env.ref("support_policy.group_compliance")
        self.leader.group_ids = [Command.link(group.id)]
        case = self.close().with_user(self.leader)
        self.assertFalse(case.may_judge)
        with self.assertRaises(AccessError):
            case.action_study()
        self.study(case)
        case.sudo().decision = "Mine."
        for step in (case.action_uphold, case.action_dismiss):
            with self.assertRaises(AccessError):
                step()

    def test_nobody_judges_a_case_about_themselves(self):
        ticket = self.ask("2026-03-01 10:00", partner_id=self.officer.partner_id.id)
        case = self.close(ticket=ticket)
        self.assertFalse(case.user_id)
        with self.assertRaises(AccessError):
            case.with_user(self.officer).action_study()

    def test_only_officers_judge(self):
        case = self.close()
        for user in (self.agent, self.leader, self.manager, self.helpdesk_manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                case.with_user(user).action_study()

    def test_a_decided_case_stays_as_it_is(self):
        case = self.uphold(self.close())
        with self.assertRaises(UserError):
            case.decision = "On second thought…"
        with self.assertRefused("has changed in the meantime"):
            case.action_dismiss()
        self.assertEqual(case.decision, "Proven.")
        self.assertFalse(case.activity_ids)

    def test_cases_are_never_deleted_or_made_by_hand(self):
        case = self.close()
        with self.assertRefused("cannot be deleted"):
            case.sudo().unlink()
        for user in (self.officer, self.helpdesk_manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.violations.with_user(user).create({"ticket_id": self.ticket.id})

    def test_officers_write_the_decision_and_nothing_else(self):
        case = self.close().with_user(self.officer)
        for vals in (
            {"state": "dismissed"},
            {"reason": "x"},
            {"partner_id": self.stranger.id},
            {"reported_by_id": self.agent.id},
            {"active": False},
            {"study_due_at": False},
            {"restricted_until": "2030-01-01"},
        ):
            with self.subTest(**vals), self.assertRaises(AccessError):
                case.write(vals)


class TestDismissed(EtiquetteCase):
    def test_the_ticket_reopens_with_a_fresh_cycle(self):
        self.dismiss(self.close())
        self.assertFalse(self.ticket.closed)
        fresh = self.ticket.sla_cycle_id
        self.assertNotEqual(fresh, self.cycle)
        self.assertEqual(fresh.started_at, riyadh(STUDIED))
        self.assertEqual(fresh.level, 0)
        self.assertEqual(self.cycle.state, "dropped")

    def test_a_fresh_cycle_even_if_it_had_been_answered(self):
        self.answer(self.ticket, "2026-03-01 10:10")
        self.dismiss(self.close())
        self.assertEqual(self.ticket.sla_cycle_id.started_at, riyadh(STUDIED))

    def test_the_requester_is_told(self):
        case = self.dismiss(self.close())
        mail = self.notices(case, "sara@trainees.example")[-1]
        self.assertFalse(mail.scheduled_date)
        self.assertIn("A misunderstanding.", mail.body_html)
        arabic = self.ticket.with_context(lang="ar_001")
        self.assertIn(arabic.sla_deadline_text, mail.body_html)

    def test_those_who_were_told_are_told_again(self):
        case = self.close(concerned_ids=self.coordinator.ids)
        self.dismiss(case)
        told = self.notices(case, "coordinator@programme.example")
        self.assertEqual(len(told), 2)
        self.assertIn("no violation was found", told[-1].body_html)

    def test_it_no_longer_counts(self):
        self.dismiss(self.close())
        self.assertEqual(self.trainee.with_user(self.leader).violation_count, 0)

    def test_the_way_out_is_in_the_chatter(self):
        self.dismiss(self.close())
        self.assertIn(
            self.env.ref("support_policy.mt_violation_dismissed"),
            self.ticket.message_ids.subtype_id,
        )


class TestActioned(EtiquetteCase):
    def test_the_people_concerned_are_told(self):
        case = self.uphold(self.close(concerned_ids=self.coordinator.ids))
        for address in ("sara@trainees.example", "coordinator@programme.example"):
            mail = self.notices(case, address)[-1]
            self.assertIn("Proven.", mail.body_html)

    def test_the_ticket_stays_cancelled(self):
        self.uphold(self.close())
        self.assertEqual(self.ticket.stage_id, self.violation_stage)
        self.assertFalse(self.ticket.sla_cycle_id)

    def test_restricted_to_email_for_some_days(self):
        action = self.env.ref("support_policy.violation_action_email_only")
        case = self.uphold(self.close(), action=action)
        self.assertEqual(case.restricted_until, date(2026, 4, 1))
        self.assertEqual(self.trainee.support_email_only_until, date(2026, 4, 1))
        with at("2026-04-01 12:00"):
            self.assertTrue(self.trainee._is_restricted_to_email())
            request = {"channel_id": self.whatsapp.id}
            ticket = self.ask("2026-04-01 12:00", **request)
            self.assertEqual(ticket.restricted_until, date(2026, 4, 1))
            self.assertTrue(ticket.sla_cycle_id, "nobody's request is lost")
            self.assertFalse(self.ask("2026-04-01 12:00").restricted_until)
        with at("2026-04-02 12:00"):
            self.assertFalse(self.trainee._is_restricted_to_email())

    def test_referred_to_the_supervising_body(self):
        action = self.env.ref("support_policy.violation_action_referral")
        case = self.study(self.close())
        case.write({"decision": "Proven.", "action_id": action.id})
        with self.assertRefused("supervising body"):
            case.action_uphold()
        case.referred_to_id = self.body
        case.action_uphold()
        self.assertIn("Proven.", self.notices(case, "ministry@body.example").body_html)

    def test_the_list_of_actions_is_editable(self):
        admin = self._new_staff("admin", "group_helpdesk_user")
        admin.group_ids = [
            Command.link(self.env.ref("support_policy.group_policy_admin").id)
        ]
        action = self.env["support.violation.action"].with_user(admin)
        action = action.create({"name": "Apology", "email_only_days": 3})
        case = self.uphold(self.close(), action=action)
        self.assertEqual(case.restricted_until, date(2026, 3, 5))
