"""R3: what opens and closes a desk, and that every change is seen everywhere."""

from datetime import datetime

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from .calendar_common import A_DAY, HoursCase, moment
from .common import at, riyadh


class TestHotline(HoursCase):
    def test_open_during_sessions_on_friday_and_at_night(self):
        self.hold("2026-03-06 20:00", "2026-03-06 22:30")  # a Friday
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 2.5)
        self.assertEqual(self.hours(self.desk, "2026-03-06"), 0)

    def test_a_session_over_midnight_belongs_to_both_days(self):
        self.hold("2026-03-06 23:00", "2026-03-07 01:30")
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 1)
        self.assertEqual(self.hours(self.hotline, "2026-03-07"), 1.5)

    def test_what_overlaps_the_desks_hours_is_counted_once(self):
        self.hold("2026-03-02 15:00", "2026-03-02 18:00")
        self.assertEqual(self.hours(self.hotline, "2026-03-02"), 10)
        other = self.env["support.diploma.program"].create({"name": "HR", "code": "H"})
        self.hold("2026-03-02 17:00", "2026-03-02 19:00", program_id=other.id)
        self.assertEqual(self.hours(self.hotline, "2026-03-02"), 11)

    def test_cancelling_and_moving_take_effect_at_once(self):
        session = self.hold("2026-03-06 20:00", "2026-03-06 22:00")
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 2)
        session.cancelled = True
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 0)
        session.write(
            {
                "cancelled": False,
                "start": riyadh("2026-03-07 20:00"),
                "stop": riyadh("2026-03-07 21:00"),
            }
        )
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 0)
        self.assertEqual(self.hours(self.hotline, "2026-03-07"), 1)
        session.unlink()
        self.assertEqual(self.hours(self.hotline, "2026-03-07"), 0)

    def test_a_session_on_a_holiday_opens_the_hotline(self):
        """The document says "in addition to the times when programmes are held"."""
        self.close("2026-09-23 00:00", "2026-09-23 23:59:59")
        self.assertEqual(self.hours(self.hotline, "2026-09-23"), 0)
        self.hold("2026-09-23 10:00", "2026-09-23 12:00")
        self.assertEqual(self.hours(self.hotline, "2026-09-23"), 2)
        self.assertEqual(self.hours(self.desk, "2026-09-23"), 0)

    def test_another_companys_sessions_open_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.program.company_id = company
        self.hold("2026-03-06 20:00", "2026-03-06 22:00")
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 0)
        self.program.company_id = False
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 2)

    def test_open_now_or_opens_at(self):
        self.hold("2026-03-06 20:00", "2026-03-06 22:00")
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        self.assertEqual(phone.calendar_id, self.hotline)
        for clock, words in (
            ("2026-03-05 10:00", "Open now, until Thursday 5 March, 16:00"),
            ("2026-03-05 16:00", "Closed now, opens Friday 6 March, 20:00"),
            ("2026-03-06 21:59", "Open now, until Friday 6 March, 22:00"),
            ("2026-03-06 22:00", "Closed now, opens Sunday 8 March, 08:00"),
        ):
            with at(clock):
                phone.invalidate_recordset()
                self.assertEqual(phone.opening, f"{words} (Riyadh time)")
        self.assertFalse(self.email.opening, "a letter may come at any time")


class TestHolidays(HoursCase):
    def test_the_last_second_of_a_holiday_is_closed_too(self):
        """Odoo's own holidays end at 23:59:59: a desk open round the clock does not
        open for the last second."""
        always = self.env.ref("support_policy.calendar_working_days")
        self.close("2026-09-23 00:00", "2026-09-23 23:59:59", always)
        self.assertEqual(self.hours(always, "2026-09-23"), 0)
        start = moment("2026-09-23 12:00")
        time = always.support_business_time(start, start)
        self.assertFalse(time.is_business_day(start))
        self.assertEqual(time.next_open(start), moment("2026-09-24 00:00"))

    def test_another_companys_holidays_never_count(self):
        """Also when the superuser's cron computes, who sees all of them."""
        company = self.env["res.company"].create({"name": "Other"})
        self.leaves.with_company(company).create(
            {
                "name": "Theirs",
                "date_from": riyadh("2026-03-02 00:00"),
                "date_to": riyadh("2026-03-02 23:59:59"),
            }
        )
        for asking in (company, self.company):
            desk = self.desk.sudo().with_company(asking)
            self.assertEqual(self.hours(desk, "2026-03-02"), 8)

    def test_a_shared_desk_is_closed_by_the_asking_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        shared = self.desk.copy({"name": "Shared"})
        shared.company_id = False
        self.close("2026-03-02 00:00", "2026-03-02 23:59:59")
        self.assertEqual(self.hours(shared, "2026-03-02"), 0)
        self.assertEqual(self.hours(shared.with_company(company), "2026-03-02"), 8)
        policy = self.env.ref("support_policy.policy_email")
        with self.assertRefused("has no company"):
            policy.write({"calendar_id": shared.id, "company_id": False})

    def test_the_absence_of_one_person_closes_nothing(self):
        person = self.env["resource.resource"].create(
            {"name": "Agent", "calendar_id": self.desk.id}
        )
        self.close(
            "2026-03-02 00:00", "2026-03-02 23:59:59", self.desk, resource_id=person.id
        )
        self.assertEqual(self.hours(self.desk, "2026-03-02"), 8)

    def test_every_kind_of_change_is_seen(self):
        def hours():
            return self.hours(self.desk, "2026-03-02")

        self.assertEqual(hours(), 8)
        leave = self.close("2026-03-02 12:00", "2026-03-02 18:00", self.desk)
        self.assertEqual(hours(), 4)
        leave.date_from = riyadh("2026-03-02 15:00")
        self.assertEqual(hours(), 7)
        leave.calendar_id = self.hotline
        self.assertEqual(hours(), 8)
        leave.calendar_id = self.desk
        self.assertEqual(hours(), 7)
        leave.unlink()
        monday = self.desk.attendance_ids.filtered(lambda line: line.dayofweek == "0")
        monday.hour_to = 14
        self.assertEqual(hours(), 6)
        monday.unlink()
        self.assertEqual(hours(), 0)
        vals = {"name": "Open", "dayofweek": "0", "day_period": "full_day"}
        self.desk.attendance_ids = [
            Command.create({**vals, "hour_from": 20, "hour_to": 24})
        ]
        self.assertEqual(hours(), 4)
        self.desk.tz = "Asia/Karachi"  # two hours ahead of Riyadh
        self.assertEqual(hours(), 4)
        start = moment("2026-03-02 18:00")
        time = self.desk.support_business_time(start, start)
        self.assertTrue(time.is_open(start))


class TestShared(HoursCase):
    """One instance for all who ask, until something changes."""

    def setUp(self):
        super().setUp()
        # as after a commit: nothing is waiting to be told to the other workers
        self.env.flush_all()
        self.registry.cache_invalidated.clear()
        self.start = moment("2026-03-02 00:00")

    def ask_time(self, calendar):
        return calendar.support_business_time(self.start, self.start + A_DAY)

    def test_no_query_when_it_is_known(self):
        time = self.ask_time(self.desk)
        with self.assertQueryCount(0):
            self.assertIs(self.ask_time(self.desk), time)
            time.add(self.start, 24)
        agents = self.desk.with_user(self.agent)
        self.assertIs(self.ask_time(agents), time)
        self.assertIsNot(self.ask_time(self.hotline), time)

    def test_a_change_is_told_to_all_workers(self):
        time = self.ask_time(self.desk)
        self.close("2026-03-02 00:00", "2026-03-02 23:59:59", self.desk)
        self.assertIn("default", self.registry.cache_invalidated, "Odoo will signal it")
        self.assertIsNot(self.ask_time(self.desk), time)

    def test_what_is_not_committed_is_not_shared(self):
        self.close("2026-03-02 00:00", "2026-03-02 23:59:59", self.desk)
        mine = self.ask_time(self.desk)
        self.assertIs(self.ask_time(self.desk), mine)
        self.assertEqual(mine.hours_between(self.start, self.start + A_DAY), 0)
        self.registry.cache_invalidated.clear()
        self.assertIsNot(self.ask_time(self.desk), mine)

    def test_what_is_rolled_back_is_forgotten(self):
        with self.assertRefused("never open"):
            self.close("2026-03-02 00:00", "2026-03-02 23:59:59", self.desk)
            self.ask_time(self.desk)
            self.desk.attendance_ids.unlink()
        self.assertEqual(self.hours(self.desk, "2026-03-02"), 8)

    def test_it_grows_for_everybody(self):
        time = self.ask_time(self.desk)
        far = moment("2029-03-02 12:00")
        self.desk.support_business_time(far, far)
        with self.assertQueryCount(0):
            self.assertTrue(time.next_open(far))


class TestAbroad(HoursCase):
    def test_an_admin_in_new_york_counts_the_same_hours(self):
        self.hold("2026-03-06 20:00", "2026-03-06 22:00")
        admin = new_test_user(
            self.env,
            login="sp_abroad",
            groups="support_policy.group_policy_admin",
            tz="America/New_York",
        )
        calendar = self.hotline.with_user(admin).with_context(tz="America/New_York")
        self.assertEqual(self.hours(calendar, "2026-03-06"), 2)

    @mute_logger("odoo.sql_db")
    @freeze_time(datetime(2026, 3, 2, 9))
    def test_a_requester_has_no_right_to_the_calendar_and_needs_none(self):
        portal = new_test_user(self.env, login="sp_p", groups="base.group_portal")
        self.assertEqual(self.hours(self.desk.with_user(portal), "2026-03-02"), 8)
