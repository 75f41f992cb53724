"""Diploma programmes and sessions: planned, imported, and never in each other's way."""

from datetime import date

from psycopg2.errors import ExclusionViolation

from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .calendar_common import HoursCase
from .common import riyadh


class TestSessions(HoursCase):
    def test_one_session_of_a_programme_at_a_time(self):
        self.hold("2026-03-06 18:00", "2026-03-06 20:00", topic="Budgets")
        with self.assertRefused("starts at .* before .*Budgets.* ends at"):
            self.hold("2026-03-06 19:00", "2026-03-06 21:00")
        with self.assertRefused("starts at"):
            self.hold("2026-03-06 17:00", "2026-03-06 23:00")
        self.hold("2026-03-06 20:00", "2026-03-06 21:00", topic="Right after it")
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 3, "nothing is stored")

    def test_another_programme_may_be_held_meanwhile(self):
        self.hold("2026-03-06 18:00", "2026-03-06 20:00")
        other = self.env["support.diploma.program"].create({"name": "HR", "code": "H"})
        self.hold("2026-03-06 18:00", "2026-03-06 20:00", program_id=other.id)

    def test_a_cancelled_session_is_in_nobodys_way(self):
        first = self.hold("2026-03-06 18:00", "2026-03-06 20:00", cancelled=True)
        self.hold("2026-03-06 19:00", "2026-03-06 21:00")
        with self.assertRefused("starts at"):
            first.cancelled = False

    def test_two_of_one_import_in_each_others_way(self):
        with self.assertRefused("starts at"):
            self.sessions.create(
                [
                    {
                        "program_id": self.program.id,
                        "start": riyadh(f"2026-03-06 {hour}:00"),
                        "stop": riyadh(f"2026-03-06 {hour + 2}:00"),
                    }
                    for hour in (18, 19)
                ]
            )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_what_two_admins_do_at_once(self):
        session = self.hold("2026-03-06 18:00", "2026-03-06 20:00")
        with self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                """INSERT INTO support_diploma_session (program_id, start, stop)
                   SELECT program_id, start, stop FROM support_diploma_session
                    WHERE id = %s""",
                [session.id],
            )
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")

    @mute_logger("odoo.sql_db")
    def test_it_ends_after_it_starts(self):
        for stop in ("2026-03-06 17:00", "2026-03-06 18:00"):
            with (
                self.assertRaisesRegex(Exception, "ends_after_start"),
                self.env.cr.savepoint(),
            ):
                self.hold("2026-03-06 18:00", stop)

    def test_a_programme_that_is_deleted_opens_nothing(self):
        self.hold("2026-03-06 18:00", "2026-03-06 20:00")
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 2)
        self.program.unlink()
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 0)

    def test_csv_import(self):
        """By Odoo's own importer: names, times and lines with mistakes."""
        admin = new_test_user(
            self.env,
            login="sp_importer",
            groups="support_policy.group_policy_admin,base.group_allow_export",
            tz="Asia/Riyadh",
        )
        columns = ["program_id", "topic", "start", "stop"]
        good = [
            [
                "Project Management",
                "Scope",
                "2026-03-06 15:00:00",
                "2026-03-06 17:00:00",
            ],
            [
                "Project Management",
                "Risks",
                "2026-03-07 15:00:00",
                "2026-03-07 17:00:00",
            ],
        ]
        sessions = self.sessions.with_user(admin)
        result = sessions.load(columns, good)
        self.assertFalse(result["messages"])
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 2)
        for line, words in (
            (
                [
                    "Project Management",
                    "",
                    "2026-03-06 16:00:00",
                    "2026-03-06 18:00:00",
                ],
                "Move",
            ),
            (
                [
                    "Project Management",
                    "",
                    "2026-03-08 16:00:00",
                    "2026-03-08 15:00:00",
                ],
                "must end after",
            ),
            (
                ["Nothing", "", "2026-03-08 16:00:00", "2026-03-08 18:00:00"],
                "No matching",
            ),
        ):
            with mute_logger("odoo.sql_db"):
                result = sessions.load(columns, [line])
            self.assertIn(words, result["messages"][0]["message"])
            self.assertFalse(result["ids"])
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 2)


class TestWeeklyPlan(HoursCase):
    def plan(self, **vals):
        wizard = self.env["support.diploma.session.wizard"].create(
            {
                "program_id": self.program.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "hour_from": 18,
                "hour_to": 20,
                "tz": "Asia/Riyadh",
                **vals,
            }
        )
        wizard.action_plan()
        return self.program.session_ids.sorted("start")

    def test_every_sunday_and_tuesday_of_the_term(self):
        sessions = self.plan(sunday=True, tuesday=True, topic="Lecture")
        self.assertEqual(len(sessions), 10)
        self.assertEqual(sessions[0].start, riyadh("2026-03-01 18:00"))
        self.assertEqual(sessions[0].stop, riyadh("2026-03-01 20:00"))
        self.assertEqual(sessions[-1].start, riyadh("2026-03-31 18:00"))
        self.assertEqual(self.program.session_count, 10)
        self.assertEqual(self.hours(self.hotline, "2026-03-03"), 10)

    def test_it_says_what_it_will_make(self):
        form = Form(
            self.env["support.diploma.session.wizard"].with_context(
                default_program_id=self.program.id
            )
        )
        form.date_from, form.date_to = date(2026, 3, 1), date(2026, 3, 31)
        form.friday = True
        self.assertEqual(form.summary, "4 sessions of 02:00 h")

    def test_over_midnight(self):
        sessions = self.plan(friday=True, hour_from=22, hour_to=1)
        self.assertEqual(sessions[0].stop, riyadh("2026-03-07 01:00"))
        self.assertEqual(self.hours(self.hotline, "2026-03-06"), 2)
        sessions.unlink()
        sessions = self.plan(friday=True, hour_from=22, hour_to=24)
        self.assertEqual(sessions[0].stop, riyadh("2026-03-07 00:00"))

    def test_by_the_clock_of_riyadh_for_an_admin_in_new_york(self):
        self.env.user.tz = "America/New_York"
        wizard = self.env["support.diploma.session.wizard"]
        self.assertEqual(wizard._get_default_tz(), "Asia/Riyadh")
        sessions = self.plan(friday=True)
        self.assertEqual(sessions[0].start, riyadh("2026-03-06 18:00"))

    def test_all_or_nothing(self):
        self.hold("2026-03-20 19:00", "2026-03-20 21:00")
        with self.assertRefused("starts at"):
            self.plan(friday=True)
        self.assertEqual(len(self.program.session_ids), 1)

    def test_nonsense_is_refused(self):
        for vals, words in (
            ({}, "Choose days"),
            ({"friday": True, "date_to": "2026-02-01"}, "end after it starts"),
            ({"friday": True, "date_to": "2062-03-01"}, "400 days"),
            ({"friday": True, "hour_to": 18}, "two different times"),
            ({"friday": True, "hour_to": 25}, "two different times"),
            ({"friday": True, "hour_from": -1}, "two different times"),
        ):
            with self.assertRefused(words):
                self.plan(**vals)
        self.assertFalse(self.program.session_ids)
