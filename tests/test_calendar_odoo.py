"""Business time gives what Odoo's own calendar gives (R3 in its weekly form)."""

from datetime import datetime, timedelta, timezone

import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import TransactionCase

UTC = timezone.utc
HOUR = 3600


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


HOURS = st.integers(0, 47).map(lambda half: half / 2)
ZONES = ("Asia/Riyadh", "UTC", "America/New_York", "Europe/Berlin")
#: Within two years around both Eids, Ramadan, National Day and all DST changes.
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
WEEKS = st.dictionaries(
    st.sampled_from("0123456"),
    st.tuples(HOURS, HOURS).filter(lambda span: span[0] < span[1]),
    min_size=1,
)


class TestAgainstOdoo(TransactionCase):
    """Our arithmetic gives what ``resource.calendar`` itself gives."""

    def new_calendar(self, week, tz, leaves=()):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Random",
                "tz": tz,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": day,
                            "dayofweek": day,
                            "hour_from": opens,
                            "hour_to": closes,
                            "day_period": "full_day",
                        }
                    )
                    for day, (opens, closes) in week.items()
                ],
            }
        )
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "date_from": start.replace(tzinfo=None),
                    "date_to": start.replace(tzinfo=None) + timedelta(hours=hours),
                }
                for start, hours in leaves
            ]
        )
        return calendar

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.differing_executors],
    )
    @given(
        week=WEEKS,
        tz=st.sampled_from(ZONES),
        leaves=st.lists(st.tuples(MOMENTS, st.integers(1, 120)), max_size=3),
        moment=MOMENTS,
        hours=st.integers(1, 400).map(lambda quarter: quarter / 4),
    )
    def test_plan_hours_and_work_hours(self, week, tz, leaves, moment, hours):
        calendar = self.new_calendar(week, tz, leaves)
        time = calendar.support_business_time(moment, moment)
        until = time.add(moment, hours)
        odoo = calendar.plan_hours(
            hours, pytz.utc.localize(moment.replace(tzinfo=None)), compute_leaves=True
        )
        # Odoo answers False beyond 100 fortnights; leaves and weeks here end before
        self.assertLess(abs(odoo - until), timedelta(seconds=1))
        self.assertAlmostEqual(
            calendar.get_work_hours_count(moment, until, compute_leaves=True),
            time.hours_between(moment, until),
            delta=1 / HOUR,
        )

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.differing_executors],
    )
    @given(
        week=WEEKS,
        tz=st.sampled_from(ZONES),
        leaves=st.lists(st.tuples(MOMENTS, st.integers(1, 120)), max_size=3),
        moment=MOMENTS,
        first=st.integers(1, 200).map(lambda quarter: quarter / 4),
        second=st.integers(1, 200).map(lambda quarter: quarter / 4),
    )
    def test_add_gives_back_what_was_put_in(
        self, week, tz, leaves, moment, first, second
    ):
        time = self.new_calendar(week, tz, leaves).support_business_time(moment, moment)
        until = time.add(moment, first)
        self.assertEqual(time.hours_between(moment, until), first)
        self.assertEqual(time.add(until, second), time.add(moment, first + second))
        self.assertGreater(time.add(moment, first + second), until)
        self.assertEqual(time.hours_between(time.subtract(until, first), until), first)

    def test_the_saudi_week_as_shipped(self):
        for name, hours in (
            ("support_desk", 8),
            ("hotline", 8),
            ("working_days", 24),
        ):
            calendar = self.env.ref(f"support_policy.calendar_{name}")
            start = utc("2026-02-28 21:00")  # Sunday 00:00 in Riyadh
            time = calendar.support_business_time(start, start)
            week = [
                time.hours_between(
                    start + timedelta(days=day), start + timedelta(days=day + 1)
                )
                for day in range(7)
            ]
            self.assertEqual(week, [hours] * 5 + [0, 0], "Sunday to Thursday")

    def test_moments_read_as_on_the_desks_clock(self):
        calendar = self.env.ref("support_policy.calendar_support_desk")
        moment = datetime(2026, 3, 5, 12, 30)
        self.assertEqual(
            calendar._format_moment(moment), "Thursday 5 March, 15:30 (Riyadh time)"
        )
        self.assertEqual(calendar._format_moment(False), "")
