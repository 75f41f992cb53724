"""Other ladders and policies: what admins may build, and what is refused in words."""

import psycopg2

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import SupportPolicyCase, riyadh


class TestLadder(SupportPolicyCase):
    def new_ladder(self, *levels, **tier):
        return self.env["support.escalation.ladder"].create(
            {
                "name": "Short",
                "tier_ids": [
                    Command.create({"name": f"Tier {level}", "level": level, **tier})
                    for level in levels
                ],
            }
        )

    def test_another_ladder_for_a_policy(self):
        ladder = self.new_ladder(
            1, assignee="user", user_id=self.helpdesk_manager.id, hours=2
        )
        self.env.ref("support_policy.policy_email").ladder_id = ladder
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron("2026-03-04 10:05")
        self.assertEqual(ticket.user_id, self.helpdesk_manager)
        self.assertEqual(ticket.answer_due_at, riyadh("2026-03-04 12:05"))

    def test_no_tier_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "has no tier"):
            self.new_ladder()
        with self.assertRaisesRegex(ValidationError, "has no tier"):
            self.new_ladder(1).tier_ids = [Command.clear()]

    def test_gaps_and_repetitions_are_refused(self):
        for levels in ((1, 3), (2,), (1, 1)):
            with (
                self.subTest(levels=levels),
                self.assertRaisesRegex(ValidationError, "without a gap"),
            ):
                self.new_ladder(*levels)

    def test_a_tier_moved_out_of_order_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "without a gap"):
            self.new_ladder(1, 2).tier_ids[1].level = 4

    def test_zero_hours_are_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "hours_positive"),
        ):
            self.new_ladder(1, hours=0)

    def test_a_named_person_needs_a_name(self):
        with self.assertRaisesRegex(ValidationError, "Choose the person"):
            self.new_ladder(1, assignee="user")

    def test_a_mailbox_that_makes_tickets_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "come back as requests"):
            self.department.mailbox = "trainee-support@desk.example"

    def test_a_mailbox_that_is_no_address_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "not a valid e-mail address"):
            self.department.mailbox = "student affairs"


class TestPolicy(SupportPolicyCase):
    """First policy by sequence whose filled criteria all fit."""

    def new_policy(self, **vals):
        return self.env["support.sla.policy"].create(
            {
                "name": "Special",
                "sequence": 1,
                "response_hours": 8,
                "calendar_id": self.desk.id,
                **vals,
            }
        )

    def test_the_first_that_fits_counts(self):
        for vals in (
            {},
            {"channel_ids": self.email.ids},
            {"beneficiary_ids": self.trainee.beneficiary_id.ids},
            {"category_ids": self.category.ids},
            {"category_ids": self.category.parent_id.ids},
            {"team_ids": self.team.ids},
            {"team_ids": self.department.ids},
            {"company_id": self.company.id},
            {"channel_ids": self.email.ids, "team_ids": self.team.ids},
        ):
            with self.subTest(**vals):
                policy = self.new_policy(**vals)
                self.assertEqual(self.ask("2026-03-01 10:00").sla_policy_id, policy)
                policy.active = False

    def test_one_filled_criterion_that_does_not_fit_is_enough(self):
        other = self.env["res.company"].create({"name": "Other Institute"})
        technical = self.env.ref("support_policy.team_technical_support")
        usual = self.env.ref("support_policy.policy_email")
        for vals in (
            {"channel_ids": self.whatsapp.ids},
            {"beneficiary_ids": self.env.ref("support_policy.beneficiary_trainer").ids},
            {"category_ids": self.env.ref("support_policy.category_financial").ids},
            {"team_ids": technical.ids, "channel_ids": self.email.ids},
            {"company_id": other.id, "calendar_id": self.desk.copy().id},
        ):
            with self.subTest(**vals):
                if "company_id" in vals:
                    calendar = self.env["resource.calendar"].browse(vals["calendar_id"])
                    calendar.company_id = other
                policy = self.new_policy(**vals)
                self.assertEqual(self.ask("2026-03-01 10:00").sla_policy_id, usual)
                policy.active = False

    def test_an_archived_channel_does_not_widen_a_policy_to_all(self):
        self.new_policy(channel_ids=self.whatsapp.ids)
        self.whatsapp.active = False
        usual = self.env.ref("support_policy.policy_email")
        self.assertEqual(self.ask("2026-03-01 10:00").sla_policy_id, usual)

    def test_nor_can_a_channel_in_use_be_deleted(self):
        channel = self.whatsapp.copy()
        self.new_policy(channel_ids=channel.ids)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            channel.unlink()

    def test_sequence_decides(self):
        self.new_policy(sequence=99)
        usual = self.env.ref("support_policy.policy_email")
        self.assertEqual(self.ask("2026-03-01 10:00").sla_policy_id, usual)

    def test_zero_hours_are_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "response_hours_positive"),
        ):
            self.new_policy(response_hours=0)

    def test_calendars_nobody_can_count_with_are_refused(self):
        calendar = self.desk.copy()
        for vals, message in (
            ({"schedule_type": "flexible"}, "flexible schedule"),
            ({"duration_based": True}, "durations instead"),
            ({"attendance_ids": [Command.clear()]}, "never open"),
        ):
            with self.subTest(message):
                odd = calendar.copy(vals)
                odd.write(vals)
                with self.assertRaisesRegex(ValidationError, message):
                    self.new_policy(calendar_id=odd.id)

    def test_nor_can_a_calendar_in_use_become_one(self):
        with self.assertRaisesRegex(ValidationError, "never open"):
            self.desk.attendance_ids = [Command.clear()]

    def test_a_promise_beyond_ten_years_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "ten years"):
            self.new_policy(response_hours=50_000)

    def test_the_policy_form(self):
        with Form(self.env["support.sla.policy"]) as form:
            form.name = "Trainers"
            form.response_hours = 8
            form.calendar_id = self.desk
            form.beneficiary_ids.add(self.env.ref("support_policy.beneficiary_trainer"))
        self.assertEqual(form.record.ladder_id, self.ladder)
        self.assertEqual(form.record.warning_hours, 4)
