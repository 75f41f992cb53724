"""R2: what the deadline is, and what it becomes when a promise changes."""

from datetime import timedelta

from odoo.tools import mute_logger

from .common import SupportPolicyCase, at, riyadh


class TestDeadline(SupportPolicyCase):
    """Deadline = start + the policy's hours, in business time of its calendar."""

    def assertDeadline(self, received, deadline, **vals):
        ticket = self.ask(received, **vals)
        self.assertEqual(ticket.waiting_since, riyadh(received))
        self.assertEqual(ticket.sla_deadline, riyadh(deadline))
        return ticket

    def test_email_24_business_hours_are_three_working_days(self):
        self.assertDeadline("2026-03-01 10:00", "2026-03-04 10:00")  # Sun -> Wed

    def test_whatsapp_48_business_hours_are_six_working_days(self):
        self.assertDeadline(
            "2026-03-01 10:00", "2026-03-09 10:00", channel_id=self.whatsapp.id
        )

    def test_web_form_is_treated_as_email(self):
        web = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        self.assertDeadline("2026-03-01 10:00", "2026-03-04 10:00", channel_id=web.id)

    def test_missed_call_gets_24_business_hours(self):
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        self.assertDeadline("2026-03-01 10:00", "2026-03-04 10:00", channel_id=phone.id)

    def test_thursday_afternoon_continues_on_sunday(self):
        self.assertDeadline("2026-03-05 15:30", "2026-03-10 15:30")

    def test_friday_counts_from_sunday_morning(self):
        self.assertDeadline("2026-03-06 12:00", "2026-03-10 16:00")

    def test_saturday_a_minute_before_midnight(self):
        self.assertDeadline("2026-03-07 23:59", "2026-03-10 16:00")

    def test_sunday_before_opening(self):
        self.assertDeadline("2026-03-08 01:30", "2026-03-10 16:00")

    def test_closing_time_sharp_is_outside_business_time(self):
        self.assertDeadline("2026-03-01 16:00:00", "2026-03-04 16:00")

    def test_a_second_before_closing_counts(self):
        self.assertDeadline("2026-03-01 15:59:59", "2026-03-04 15:59:59")

    def test_a_holiday_in_between_does_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Founding Day",
                "calendar_id": self.desk.id,
                "date_from": riyadh("2026-02-22 00:00:00"),  # a Sunday
                "date_to": riyadh("2026-02-22 23:59:59"),
            }
        )
        self.assertDeadline("2026-02-19 10:00", "2026-02-25 10:00")

    def test_another_companys_holiday_never_counts(self):
        other = self.env["res.company"].create({"name": "Other Institute"})
        leave = (
            self.env["resource.calendar.leaves"]
            .with_company(other)
            .create(
                {
                    "name": "Their holiday",
                    "company_id": other.id,
                    "date_from": riyadh("2026-03-02 00:00:00"),
                    "date_to": riyadh("2026-03-02 23:59:59"),
                }
            )
        )
        leave.flush_recordset()  # else Odoo computes its company in our environment
        self.assertEqual(leave.company_id, other)
        self.assertDeadline("2026-03-01 10:00", "2026-03-04 10:00")

    def test_read_as_one_working_day_with_the_second_calendar(self):
        """An admin who reads "24 business hours" as one day changes the calendar."""
        self.env.ref("support_policy.policy_email").calendar_id = self.env.ref(
            "support_policy.calendar_working_days"
        )
        self.assertDeadline("2026-03-05 15:30", "2026-03-08 15:30")  # Thu -> Sun

    @mute_logger("odoo.addons.support_policy.support_policy.sla.cycle")
    def test_a_moment_that_nobody_means_loses_no_request(self):
        for since in ("0001-01-01 00:00:00", "1969-03-01 08:00:00"):
            ticket = self.ask("2026-03-01 10:00", waiting_since=since)
            self.assertFalse(ticket.sla_cycle_id)
        ticket = self.ask("2026-03-01 10:00", waiting_since="2009-03-01 08:00:00")
        self.assertEqual(ticket.sla_deadline.year, 2009)

    def test_a_user_in_new_york_reads_the_same_deadline(self):
        ticket = self.ask("2026-03-05 15:30")
        self.agent.tz = "America/New_York"
        cycle = ticket.with_user(self.agent).with_context(tz=self.agent.tz).sla_cycle_id
        self.assertEqual(cycle.deadline_text, "Tuesday 10 March, 15:30 (Riyadh time)")

    def test_created_by_a_user_in_new_york_it_is_the_same_moment(self):
        self.agent.tz = "America/New_York"
        self.env = self.env(user=self.agent)
        self.assertDeadline("2026-03-05 15:30", "2026-03-10 15:30")


class TestReplan(SupportPolicyCase):
    """Another policy, or none: planned afresh from the cycle's own start."""

    def test_another_channel(self):
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        with at("2026-03-03 12:00"):
            ticket.channel_id = self.whatsapp
        self.assertEqual(ticket.sla_cycle_id, cycle)
        self.assertEqual(cycle.deadline, riyadh("2026-03-09 10:00"))
        self.assertEqual(cycle.next_escalation_at, cycle.deadline)

    def test_a_channel_that_no_policy_covers(self):
        ticket = self.ask("2026-03-01 10:00")
        cycle = ticket.sla_cycle_id
        with at("2026-03-03 12:00"):
            ticket.channel_id = False
        self.assertEqual(cycle.drop_reason, "no_policy")
        self.assertTrue(ticket.waiting_since, "still listed under No policy")

    def test_covered_later_it_counts_from_its_own_start(self):
        ticket = self.ask("2026-03-01 10:00", channel_id=False)
        self.assertFalse(ticket.sla_cycle_id)
        with at("2026-03-03 12:00"):
            ticket.channel_id = self.email
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-04 10:00"))

    def test_an_archived_policy(self):
        ticket = self.ask("2026-03-01 10:00")
        policy = self.env.ref("support_policy.policy_email")
        fallback = policy.copy({"response_hours": 8, "sequence": 90})
        with at("2026-03-01 12:00"):
            policy.active = False
        self.assertEqual(ticket.sla_policy_id, fallback)
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-02 10:00"))

    def test_changed_hours(self):
        ticket = self.ask("2026-03-01 10:00")
        with at("2026-03-01 12:00"):
            self.env.ref("support_policy.policy_email").response_hours = 16
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-03 10:00"))

    def test_what_has_climbed_keeps_its_tier_and_its_time(self):
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron("2026-03-04 10:01")
        due = ticket.answer_due_at
        with at("2026-03-04 12:00"):
            ticket.channel_id = self.whatsapp
        self.assertEqual(ticket.escalation_level, 1)
        self.assertEqual(ticket.answer_due_at, due)
        self.assertEqual(due, riyadh("2026-03-09 10:01"))
        self.assertGreater(ticket.sla_deadline, riyadh("2026-03-04 10:01"))
        self.assertEqual(len(ticket.escalation_ids), 1)

    def test_deadlines_hold_whole_seconds_round_the_clock(self):
        """Odoo ends a 24-hour day a microsecond early; our sums must not drift."""
        self.env.ref("support_policy.policy_email").write(
            {
                "calendar_id": self.env.ref("support_policy.calendar_working_days").id,
                "response_hours": 240,
            }
        )
        ticket = self.ask("2026-03-01 10:00")
        self.assertEqual(
            ticket.sla_deadline, riyadh("2026-03-01 10:00") + timedelta(days=14)
        )
