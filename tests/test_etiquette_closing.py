"""Closing for a violation: cancelled, people told, case opened (R6)."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .channels_common import TOO_LATE
from .common import at, riyadh
from .etiquette_common import CLOSED, NOTICES_LEAVE, EtiquetteCase

INCIDENTS = "odoo.addons.support_policy.support_policy.escalation.incident"


class TestRules(EtiquetteCase):
    def test_the_four_published_rules_in_both_languages(self):
        rules = self.env["support.etiquette.rule"].search([])
        self.assertEqual(
            rules.mapped("code"), ["respect", "discussions", "topics", "writing"]
        )
        for rule in rules:
            arabic = rule.with_context(lang="ar_001")
            self.assertRegex(arabic.description, "[\u0600-\u06ff]")
            self.assertNotEqual(arabic.name, rule.name)


class TestClosing(EtiquetteCase):
    def test_the_ticket_is_cancelled_in_a_stage_of_its_own(self):
        self.close()
        self.assertEqual(self.ticket.stage_id, self.violation_stage)
        self.assertTrue(self.ticket.closed)

    def test_the_cycle_is_dropped_neither_met_nor_late(self):
        self.close()
        self.assertEqual(self.cycle.state, "dropped")
        self.assertEqual(self.cycle.drop_reason, "violation")
        self.assertFalse(self.ticket.waiting_since)

    def test_nothing_escalates_any_more(self):
        self.run_cron(TOO_LATE)
        self.assertEqual(self.ticket.escalation_level, 1)
        activities = self.ticket.activity_ids
        self.assertTrue(activities)
        self.close("2026-03-04 11:00")
        self.assertFalse(self.ticket.activity_ids)
        self.run_cron("2026-03-20 10:00")
        self.assertEqual(len(self.ticket.escalation_ids), 1)

    def test_a_case_is_opened(self):
        case = self.close(concerned_ids=self.coordinator.ids)
        self.assertEqual(case.state, "reported")
        self.assertEqual(case.partner_id, self.trainee)
        self.assertEqual(case.rule_ids, self.respect)
        self.assertEqual(case.reason, "Insults")
        self.assertEqual(case.reported_by_id, self.leader)
        self.assertEqual(case.reported_at, riyadh(CLOSED))
        self.assertEqual(case.concerned_ids, self.coordinator)
        self.assertRegex(case.name, r"^EV\d{5}$")

    def test_everybody_reads_what_happened_in_the_chatter(self):
        case = self.close()
        note = self.ticket.message_ids[0]
        self.assertEqual(
            note.subtype_id, self.env.ref("support_policy.mt_violation_cancelled")
        )
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(case.name, note.body)

    def test_rules_messages_and_reason_are_required(self):
        for vals, words in (
            ({"rule_ids": []}, "rules"),
            ({"reason": "  "}, "reason"),
        ):
            with self.subTest(words), self.assertRefused(words):
                self.open_form(**vals).action_close()
        form = self.open_form()
        form.line_ids.chosen = False
        with self.assertRefused("messages"):
            form.action_preview()
        self.assertFalse(self.ticket.violation_ids)

    def test_people_are_told_even_if_the_templates_are_gone(self):
        """R10: in plain words, and the policy administrators hear of it."""
        names = ("reported", "actioned", "dismissed")
        templates = [f"support_policy.mail_template_violation_{one}" for one in names]
        self.env["mail.template"].concat(*map(self.env.ref, templates)).unlink()
        with mute_logger(INCIDENTS):
            case = self.close()
            self.uphold(case)
        told = self.notices(case, self.trainee.email)
        self.assertEqual(len(told), 2)
        for mail in told:
            self.assertIn(self.ticket.number, mail.subject)
        self.assertEqual(len(self.env["support.incident"].search([])), 2)

    def test_a_ticket_that_is_over_is_not_closed_again(self):
        form = self.open_form()
        self.close()
        with self.assertRefused("already closed"):
            form.action_close()
        self.assertEqual(len(self.ticket.violation_ids), 1)

    def test_a_request_taken_down_by_staff(self):
        """It came as no message: its description is the evidence."""
        ticket = self.ask("2026-03-01 09:00")
        case = self.close(ticket=ticket)
        self.assertIn("The link does not open.", case.evidence_ids.text)
        self.assertEqual(case.evidence_ids.author_name, "Sara")

    def test_a_requester_who_is_a_mere_address(self):
        ticket = self.ask(
            "2026-03-01 09:00",
            partner_id=False,
            partner_name="Hind",
            partner_email="hind@mail.example",
        )
        case = self.close(ticket=ticket)
        self.assertEqual(case.partner_id.email, "hind@mail.example")
        self.assertTrue(self.notices(case, "hind@mail.example"))

    def test_a_requester_without_any_address_is_pointed_out(self):
        nobody = self.env["res.partner"].create({"name": "Nobody"})
        ticket = self.ask("2026-03-01 09:00", partner_id=nobody.id)
        with at(CLOSED):
            form = self.open_form(ticket)
            form.action_preview()
            self.assertIn("No address", form.preview)
            form.action_close()
        notes = "".join(ticket.violation_ids.message_ids.mapped("body"))
        self.assertIn(
            "Nobody has no e-mail address. Please inform them yourself", notes
        )


class TestNotices(EtiquetteCase):
    def test_the_requester_is_told_in_their_language(self):
        case = self.close()
        mail = self.notices(case, "sara@trainees.example")
        self.assertEqual(len(mail), 1)
        rule = self.respect.with_context(lang="ar_001")
        self.assertIn(rule.description, mail.body_html)
        self.assertIn(case.evidence_ids.text, mail.body_html)
        self.assertIn(case.evidence_ids.digest, mail.body_html)
        self.assertIn(self.ticket.number, mail.subject)
        self.assertRegex(mail.subject, "[\u0600-\u06ff]")

    def test_those_concerned_are_told_only_when_chosen(self):
        case = self.close(concerned_ids=self.coordinator.ids)
        told = self.notices(case, "coordinator@programme.example")
        self.assertIn("We are writing to inform you that request", told.body_html)
        self.assertIn("Sara", told.body_html)
        self.assertFalse(self.notices(case, "ministry@body.example"))

    def test_nobody_else_can_be_told(self):
        with self.assertRefused("coordinator, its supervising body"):
            self.open_form(concerned_ids=self.stranger.ids).action_close()

    def test_the_preview_is_exactly_what_leaves(self):
        with at(CLOSED):
            form = self.open_form(concerned_ids=self.body.ids)
            form.action_preview()
            previewed = form.sudo()._prepare_notices()
            shown = form.preview
            form.action_close()
        case = self.ticket.violation_ids
        for notice in previewed:
            mail = self.notices(case, notice.partner.email)
            self.assertEqual(mail.subject, notice.subject)
            self.assertIn(notice.body, mail.body_html)
            self.assertIn(notice.subject, shown)
            self.assertIn(str(notice.partner.email), shown)
            self.assertIn(str(notice.body), str(shown))

    def test_notices_wait_for_the_time_of_undoing(self):
        case = self.close()
        mail = self.notices(case, "sara@trainees.example")
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(
            fields.Datetime.to_datetime(mail.scheduled_date), riyadh(NOTICES_LEAVE)
        )

    def test_a_notice_is_no_answer(self):
        self.close()
        self.assertFalse(self.cycle.answered_by_id)
        self.assertFalse(self.cycle.business_hours < 0)

    def test_what_a_stranger_wrote_is_quoted_harmlessly(self):
        ticket = self.ask(
            "2026-03-01 09:00",
            description="<p>&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}</p>",
        )
        case = self.close(ticket=ticket)
        for text in (case.evidence, self.notices(case, self.trainee.email).body_html):
            self.assertNotIn("<script", text)
            self.assertIn("&lt;script&gt;", text)
            self.assertIn("{{ 7*7 }}", text)


class TestStage(EtiquetteCase):
    def test_nobody_moves_a_ticket_there_by_hand(self):
        for user in (self.agent, self.leader, self.helpdesk_manager):
            with self.subTest(user.name), self.assertRefused("Close for a Violation"):
                self.ticket.with_user(user).stage_id = self.violation_stage
        with self.assertRefused("Close for a Violation"):
            self.env["helpdesk.ticket"].with_user(self.helpdesk_manager).create(
                {
                    "name": "x",
                    "description": "x",
                    "stage_id": self.violation_stage.id,
                }
            )

    def test_nobody_moves_it_out_by_hand(self):
        self.close()
        for user in (self.agent, self.leader, self.helpdesk_manager):
            with self.subTest(user.name), self.assertRefused("compliance officer"):
                self.ticket.with_user(user).stage_id = self.done

    def test_it_cannot_be_deleted_archived_or_given_to_one_team(self):
        for vals in (
            {"active": False},
            {"closed": False},
            {"close_from_portal": True},
            {"team_ids": self.team.ids},
        ):
            with (
                self.subTest(**vals),
                self.assertRefused("for violations"),
            ):
                self.violation_stage.write(vals)
        with self.assertRefused("rename it"):
            self.violation_stage.unlink()
        self.violation_stage.name = "Cancelled (etiquette)"

    def test_bulk_closing_is_not_offered(self):
        with self.assertRaises(ValueError):
            (self.ticket | self.ask("2026-03-01 10:00")).action_close_for_violation()
        bindings = self.env["ir.actions.actions"].get_bindings("helpdesk.ticket")
        names = [action["name"] for actions in bindings.values() for action in actions]
        self.assertFalse([name for name in names if "iolation" in name])


@tagged("-at_install", "post_install")
class TestWho(EtiquetteCase):
    def test_leaders_and_above_close(self):
        for user in (self.leader, self.manager, self.executive, self.helpdesk_manager):
            with self.subTest(user.name):
                ticket = self.ask("2026-03-01 10:00")
                self.assertTrue(ticket.with_user(user).may_close_for_violation)
                case = self.close(ticket=ticket, user=user)
                self.assertEqual(case.reported_by_id, user)

    def test_agents_officers_and_other_leaders_do_not(self):
        other = self._new_staff("other_leader", "group_helpdesk_user")
        self.env.ref("support_policy.team_technical_support").user_id = other
        for user in (self.agent, other, self.officer):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.open_form(user=user)
        self.assertFalse(self.ticket.with_user(self.agent).may_close_for_violation)

    def test_a_form_is_of_who_opened_it(self):
        form = self.open_form()
        with self.assertRaises(AccessError):
            form.with_user(self.manager).action_close()
