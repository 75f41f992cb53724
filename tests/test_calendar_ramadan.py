"""R3: other hours in Ramadan, from its first day to the last, by the moon."""

from odoo.fields import Command

from .calendar_common import HoursCase


class TestRamadan(HoursCase):
    """Ramadan 1447 is 18 February to 19 March 2026 by the Umm al-Qura calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ramadan = cls.env["resource.calendar"].create(
            {
                "name": "Ramadan",
                "tz": "Asia/Riyadh",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Open",
                            "dayofweek": day,
                            "hour_from": 10,
                            "hour_to": 15,
                            "day_period": "full_day",
                        }
                    )
                    for day in "60123"
                ],
            }
        )

    def test_off_by_default_since_the_document_is_silent(self):
        for name in ("support_desk", "hotline", "working_days"):
            calendar = self.env.ref(f"support_policy.calendar_{name}")
            self.assertFalse(calendar.ramadan_calendar_id)
        self.assertEqual(self.hours(self.desk, "2026-03-01"), 8)

    def test_other_hours_from_the_first_to_the_last_day(self):
        self.desk.ramadan_calendar_id = self.ramadan
        for day, hours in (
            ("2026-02-17", 8),
            ("2026-02-18", 5),
            ("2026-03-18", 5),
            ("2026-03-19", 5),
            ("2026-03-22", 8),
            ("2027-02-07", 8),
            ("2027-02-08", 5),
            ("2027-03-08", 5),
            ("2027-03-09", 8),
        ):
            self.assertEqual(self.hours(self.desk, day), hours, day)
        self.desk.ramadan_calendar_id = False
        self.assertEqual(self.hours(self.desk, "2026-03-01"), 8)

    def test_the_moon_is_sighted_a_day_later(self):
        self.desk.ramadan_calendar_id = self.ramadan
        sighting = self.env["support.moon.sighting"].create(
            {"hijri_year": 1447, "start_shift": "1", "end_shift": "-1"}
        )
        self.assertEqual(str(sighting.date_from), "2026-02-19")
        self.assertEqual(str(sighting.date_to), "2026-03-18")
        for day, hours in (("2026-02-18", 8), ("2026-02-19", 5), ("2026-03-19", 8)):
            self.assertEqual(self.hours(self.desk, day), hours, day)
        self.assertEqual(self.hours(self.desk, "2027-02-08"), 5, "of that year alone")
        sighting.unlink()
        self.assertEqual(self.hours(self.desk, "2026-02-18"), 5)

    def test_its_own_hours_may_change(self):
        self.desk.ramadan_calendar_id = self.ramadan
        self.ramadan.attendance_ids.filtered(
            lambda line: line.dayofweek == "6"
        ).hour_to = 12
        self.assertEqual(self.hours(self.desk, "2026-03-01"), 2)

    def test_nonsense_is_refused(self):
        with self.assertRefused("its own Ramadan calendar"):
            self.desk.ramadan_calendar_id = self.desk
        empty = self.ramadan.copy({"name": "Empty"})
        empty.attendance_ids.unlink()
        with self.assertRefused("never open"):
            self.desk.ramadan_calendar_id = empty
        with self.assertRefused("Hijri year"):
            self.env["support.moon.sighting"].create({"hijri_year": 2026})
        self.desk.ramadan_calendar_id = self.ramadan
        with self.assertRefused("never open"):
            self.ramadan.attendance_ids.unlink()
