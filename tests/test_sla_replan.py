"""R3: every open deadline follows its desk's hours, from the cycle's own start."""

from odoo.tools import mute_logger

from .calendar_common import HoursCase
from .common import at, riyadh

SUNDAY = "2026-03-01 10:00"
DEADLINE = "2026-03-04 10:00"


class TestDeadlinesFollow(HoursCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.ask(SUNDAY)
        self.assertDeadline(DEADLINE)

    def assertDeadline(self, deadline, ticket=None):
        ticket = ticket or self.ticket
        self.assertEqual(ticket.sla_deadline, riyadh(deadline))
        self.assertEqual(ticket.sla_cycle_id.deadline, riyadh(deadline))
        self.assertEqual(ticket.answer_due_at, ticket.sla_cycle_id.next_escalation_at)

    def assertNoted(self, subtype, reason):
        """The last note says what happened, and why."""
        note = self.ticket.message_ids[0]
        self.assertEqual(note.subtype_id, self.env.ref(f"support_policy.{subtype}"))
        self.assertTrue(note.subtype_id.internal, "not for requesters to read")
        self.assertIn(reason, note.body)
        return note

    def test_a_holiday_is_added_moved_and_removed(self):
        with at("2026-03-02 09:00"):
            leave = self.close("2026-03-03 00:00", "2026-03-03 23:59:59", self.desk)
            self.assertDeadline("2026-03-05 10:00")
            self.assertEqual(
                self.ticket.sla_cycle_id.warn_at, riyadh("2026-03-04 14:00")
            )
            leave.write(
                {
                    "date_from": riyadh("2026-03-08 00:00"),
                    "date_to": riyadh("2026-03-08 23:59:59"),
                }
            )
            self.assertDeadline(DEADLINE)
            leave.write(
                {
                    "date_from": riyadh("2026-03-02 00:00"),
                    "date_to": riyadh("2026-03-03 23:59:59"),
                }
            )
            self.assertDeadline("2026-03-08 10:00")
            leave.unlink()
            self.assertDeadline(DEADLINE)

    def test_the_companys_holiday_without_a_calendar(self):
        self.close("2026-03-03 00:00", "2026-03-03 23:59:59")
        self.assertDeadline("2026-03-05 10:00")

    def test_opening_hours(self):
        with at("2026-03-01 11:00"):
            self.desk.attendance_ids.hour_to = 14
            self.assertDeadline("2026-03-05 10:00")

    def test_the_week_written_anew(self):
        """Between removing the old lines and adding the new, the desk is never open:
        that is nobody's business."""
        lines = self.desk.attendance_ids
        commands = [(5, 0, 0)]
        for line in lines:
            vals = {**line._copy_attendance_vals(), "hour_from": 9, "hour_to": 15}
            commands.append((0, 0, vals))
        with at("2026-03-01 11:00"):
            self.desk.attendance_ids = commands
            self.assertDeadline("2026-03-05 10:00")

    def test_time_zone(self):
        with at("2026-03-01 11:00"):
            self.desk.tz = "Asia/Karachi"
            self.assertDeadline("2026-03-04 10:00")
            self.desk.tz = "America/New_York"
            # received before New York's desk opens: three of its days from there
            self.assertDeadline("2026-03-04 00:00")

    def test_a_session_on_the_policys_desk(self):
        self.env.ref("support_policy.policy_email").calendar_id = self.hotline
        session = self.hold("2026-03-01 18:00", "2026-03-01 21:00")
        self.assertDeadline("2026-03-03 15:00")
        session.cancelled = True
        self.assertDeadline(DEADLINE)

    def test_ramadan_and_the_moon(self):
        other = self.desk.copy({"name": "Ramadan"})
        other.attendance_ids.write({"hour_from": 10, "hour_to": 14})
        self.assertDeadline(DEADLINE)
        self.desk.ramadan_calendar_id = other
        self.assertDeadline("2026-03-08 14:00")
        other.attendance_ids.hour_to = 16
        self.assertDeadline("2026-03-04 16:00")

    def test_the_policys_hours(self):
        policy = self.env.ref("support_policy.policy_email")
        policy.response_hours = 8
        self.assertDeadline("2026-03-02 10:00")
        self.assertNoted("mt_deadline_moved", policy.name)

    def test_another_policy(self):
        self.ticket.channel_id = self.whatsapp
        self.assertDeadline("2026-03-09 10:00")
        self.assertNoted("mt_policy_changed", self.ticket.sla_policy_id.name)

    def test_two_weeks_and_back(self):
        """Odoo's own switch, which empties the week on its way."""
        with at("2026-03-01 11:00"):
            self.desk.switch_calendar_type()
            self.desk.switch_calendar_type()
            self.assertTrue(self.ticket.sla_deadline)
            with self.assertRefused("durations instead of opening hours"):
                self.desk.switch_based_on_duration()

    def test_a_desk_that_nobody_counts_with_may_go(self):
        self.desk.copy({"name": "Another"}).unlink()
        self.assertDeadline(DEADLINE)

    def test_what_is_not_touched_stays(self):
        """No note, no change, when a holiday lies elsewhere."""
        notes = len(self.ticket.message_ids)
        self.close("2026-03-15 00:00", "2026-03-15 23:59:59", self.desk)
        self.close("2026-03-03 00:00", "2026-03-03 23:59:59", self.hotline)
        self.assertDeadline(DEADLINE)
        self.assertEqual(len(self.ticket.message_ids), notes)

    def test_the_chatter_says_what_moved_and_why(self):
        with at("2026-03-02 09:00"):
            self.close(
                "2026-03-03 00:00", "2026-03-03 23:59:59", self.desk, name="Royal Order"
            )
        note = self.assertNoted("mt_deadline_moved", "Royal Order")
        tracked = note.sudo().tracking_value_ids
        self.assertEqual(tracked.field_id.name, "sla_deadline")
        self.assertEqual(tracked.old_value_datetime, riyadh(DEADLINE))
        self.assertEqual(tracked.new_value_datetime, riyadh("2026-03-05 10:00"))

    def test_who_has_been_warned_is_not_warned_again(self):
        warned = self.mails_of(self.run_cron, "2026-03-04 08:00")
        self.assertTrue(warned)
        with at("2026-03-04 08:01"):
            self.close("2026-03-15 00:00", "2026-03-15 23:59:59", self.desk)
        self.assertFalse(self.mails_of(self.run_cron, "2026-03-04 08:02"))
        with at("2026-03-04 08:03"):
            self.close("2026-03-04 09:00", "2026-03-05 23:59:59", self.desk)
        self.assertDeadline("2026-03-08 09:00")
        self.assertFalse(self.mails_of(self.run_cron, "2026-03-04 08:04"))

    def test_daily_reminders_go_on_as_they_were(self):
        for day in ("04", "09", "12", "15"):
            self.run_cron(f"2026-03-{day} 16:30")
        self.assertEqual(self.ticket.escalation_level, 3)
        upcoming = self.ticket.answer_due_at
        self.assertEqual(upcoming, riyadh("2026-03-16 08:00"))
        with at("2026-03-15 16:31"):
            self.close("2026-03-29 00:00", "2026-03-29 23:59:59", self.desk)
        self.assertEqual(self.ticket.answer_due_at, upcoming)
        self.assertFalse(self.mails_of(self.run_cron, "2026-03-15 16:32"))

    def test_a_deadline_far_ahead_again_is_warned_of_again(self):
        self.run_cron("2026-03-04 08:00")
        self.assertFalse(self.ticket.sla_cycle_id.warn_at)
        with at("2026-03-04 08:01"):
            self.close("2026-03-02 00:00", "2026-03-03 23:59:59", self.desk)
        self.assertDeadline("2026-03-08 10:00")
        self.assertEqual(self.ticket.sla_cycle_id.warn_at, riyadh("2026-03-05 14:00"))

    def test_one_tier_with_impossible_hours_stops_no_other(self):
        self.run_cron("2026-03-04 12:00")
        other = self.ask("2026-03-04 13:00")
        self.env.ref("support_policy.tier_standard_1").hours = 1_000_000
        with (
            at("2026-03-04 14:00"),
            mute_logger("odoo.addons.support_policy.support_policy.sla.replan"),
        ):
            self.close("2026-03-08 00:00", "2026-03-08 23:59:59", self.desk)
        self.assertDeadline("2026-03-10 13:00", other)

    def test_what_has_climbed_keeps_its_history(self):
        self.run_cron("2026-03-04 12:00")
        climbed = self.ticket.escalation_ids
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-09 12:00"))
        with at("2026-03-05 09:00"):
            self.close("2026-03-08 00:00", "2026-03-08 23:59:59", self.desk)
        self.assertEqual(self.ticket.escalation_level, 1)
        self.assertEqual(self.ticket.escalation_ids, climbed)
        self.assertEqual(climbed.escalated_at, riyadh("2026-03-04 12:00"))
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-10 12:00"))
        self.assertEqual(str(self.ticket.activity_ids.date_deadline), "2026-03-10")

    def test_a_deadline_that_lands_in_the_past_climbs_once_at_the_next_run(self):
        leave = self.close("2026-03-02 00:00", "2026-03-03 23:59:59", self.desk)
        self.assertDeadline("2026-03-08 10:00")
        with at("2026-03-04 15:00"):
            leave.unlink()
        self.assertDeadline(DEADLINE)
        self.run_cron("2026-03-04 15:01")
        self.run_cron("2026-03-04 15:02")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])

    def test_an_ended_cycle_is_history(self):
        self.answer(self.ticket, "2026-03-01 12:00")
        cycle = self.ticket.sla_cycle_ids
        self.close("2026-03-03 00:00", "2026-03-03 23:59:59", self.desk)
        self.assertEqual(cycle.deadline, riyadh(DEADLINE))

    def test_a_desk_that_would_never_open_is_refused(self):
        with self.assertRefused("more than ten years"):
            self.close("2026-03-02 00:00", "2046-03-02 00:00", self.desk)
        with self.assertRefused("never open"):
            self.desk.attendance_ids.unlink()
        self.assertDeadline(DEADLINE)
