"""Business time, pure: no database, no Odoo calendar."""

import inspect
import sys
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..support_policy.calendar import business_time, timetable
from ..support_policy.calendar.business_time import BeyondHorizon, BusinessTime
from ..support_policy.calendar.timetable import Timetable

UTC = timezone.utc
RIYADH = pytz.timezone("Asia/Riyadh")
MINUTE = timedelta(minutes=1)
DAY_MINUTES = 24 * 60


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def second(moment):
    return int(moment.timestamp())


def every_day(*hours, tz=UTC, **others):
    """A desk with the same hours, as pairs, on each day."""
    day = tuple((opens * 60, closes * 60) for opens, closes in hours)
    return BusinessTime(Timetable(pytz.utc if tz is UTC else tz, (day,) * 14, **others))


class TestBusinessTime(BaseCase):
    def setUp(self):
        super().setUp()
        self.desk = every_day((8, 16))

    def test_pure_python(self):
        """Nothing of Odoo is imported: the engine can be used and tested by itself."""
        for module in (business_time, timetable):
            source = inspect.getsource(module)
            self.assertNotRegex(source, r"(?m)^(from|import) odoo")

    def test_an_exact_fit_lands_on_closing_time(self):
        """As ``plan_hours`` does: 16:00, not 08:00 of the next day."""
        self.assertEqual(
            self.desk.add(utc("2026-03-01 08:00"), 8), utc("2026-03-01 16:00")
        )

    def test_zero_hours_give_the_next_opening(self):
        self.assertEqual(
            self.desk.add(utc("2026-03-01 17:00"), 0), utc("2026-03-02 08:00")
        )

    def test_the_range_grows_both_ways(self):
        self.assertEqual(
            self.desk.add(utc("2026-03-01 08:00"), 8 * 400), utc("2027-04-04 16:00")
        )
        self.assertEqual(
            self.desk.subtract(utc("2026-03-01 16:00"), 8 * 400),
            utc("2025-01-26 08:00"),
        )
        self.assertEqual(
            self.desk.hours_between(utc("2024-03-01 00:00"), utc("2024-03-02 00:00")), 8
        )

    def test_never_open_is_said_not_searched_for_ever(self):
        start = utc("2026-03-01 00:00")
        never = every_day()
        for question in (
            lambda: never.add(start, 1),
            lambda: never.subtract(start, 1),
            lambda: never.next_open(start),
            lambda: never.end_of_day(start),
        ):
            with self.assertRaises(BeyondHorizon):
                question()
        self.assertFalse(never.is_open(start))
        self.assertEqual(never.intervals(start, start + timedelta(days=30)), [])

    def test_more_than_ten_years_is_no_promise(self):
        """Also when somebody else's question has laid out more already."""
        start = utc("2026-03-01 08:00")
        self.desk.include(start, utc("2050-01-01 00:00"))
        with self.assertRaises(BeyondHorizon):
            self.desk.add(start, 8 * 3670)
        self.assertEqual(self.desk.add(start, 8 * 3650), utc("2036-02-26 16:00"))

    def test_moments_that_nobody_means(self):
        for moment in (utc("0001-01-01 00:00"), utc("9999-12-31 00:00")):
            with self.assertRaises(BeyondHorizon):
                self.desk.add(moment, 1)
        self.assertEqual(
            self.desk.add(utc("2026-03-01 08:00"), 1), utc("2026-03-01 09:00")
        )

    def test_open_or_closed(self):
        for clock, is_open in (
            ("07:59:59", False),
            ("08:00:00", True),
            ("15:59:59", True),
            ("16:00:00", False),
        ):
            moment = utc(f"2026-03-01 {clock}")
            self.assertIs(self.desk.is_open(moment), is_open, clock)
            self.assertIs(self.desk.next_open(moment) == moment, is_open, clock)

    def test_intervals_between_two_moments(self):
        self.assertEqual(
            self.desk.intervals(utc("2026-03-01 12:00"), utc("2026-03-02 09:00")),
            [
                (utc("2026-03-01 12:00"), utc("2026-03-01 16:00")),
                (utc("2026-03-02 08:00"), utc("2026-03-02 09:00")),
            ],
        )
        always = every_day((0, 24))
        start, stop = utc("2026-03-01 12:00"), utc("2026-03-09 09:00")
        self.assertEqual(always.intervals(start, stop), [(start, stop)])

    def test_end_of_day_round_the_clock_is_midnight(self):
        always = every_day((0, 24))
        self.assertEqual(
            always.end_of_day(utc("2026-03-01 00:00")), utc("2026-03-02 00:00")
        )
        self.assertEqual(
            always.end_of_day(utc("2026-03-01 23:30"), at_least=1),
            utc("2026-03-03 00:00"),
        )

    def test_a_break_does_not_end_the_day(self):
        desk = every_day((8, 12), (13, 16))
        for moment in ("09:00", "12:30", "06:00", "15:00"):
            self.assertEqual(
                desk.end_of_day(utc(f"2026-03-01 {moment}")), utc("2026-03-01 16:00")
            )

    def test_business_days(self):
        self.assertTrue(self.desk.is_business_day(utc("2026-03-01 23:00")))
        self.assertEqual(
            self.desk.next_day(utc("2026-03-01 03:00")), utc("2026-03-02 08:00")
        )

    def test_ten_years_with_5000_sessions_fit_in_5_mb(self):
        first = second(utc("2026-03-01 17:00"))
        sessions = [(first + n * 63000, first + n * 63000 + 7200) for n in range(5000)]
        desk = every_day((8, 16), tz=RIYADH, openings=sessions)
        desk.include(utc("2026-01-01 00:00"), utc("2036-01-01 00:00"))
        laid_out = desk._laid_out
        self.assertGreater(laid_out.size, 3650)
        size = sum(
            sys.getsizeof(getattr(laid_out, name)) for name in laid_out.__slots__
        )
        size += sum(map(sys.getsizeof, desk._timetable._openings))
        size += sys.getsizeof(desk._timetable._openings)
        size += 2 * 32 * 5000  # the moments in them
        self.assertLess(size, 5 * 2**20)


# -- against an oracle that looks at every minute ------------------------------------

START = datetime(2026, 2, 15)  # a Sunday, three days before Ramadan 1447
MINUTES = 21 * DAY_MINUTES
SEASON = (date(2026, 2, 18), date(2026, 2, 27))
HOURS = st.lists(
    st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda h: h[0] < h[1]),
    max_size=2,
)
WEEK = st.lists(HOURS, min_size=7, max_size=7)
SPANS = st.lists(
    st.tuples(st.integers(0, MINUTES // 15), st.integers(1, 150)).map(
        lambda span: (span[0] * 15, (span[0] + span[1]) * 15)
    ),
    max_size=5,
)


class Oracle:
    """Open or closed, said for each minute by the words of R3."""

    def __init__(self, week, ramadan_week, closures, openings):
        self.open = []
        for minute in range(MINUTES):
            clock = START + minute * MINUTE
            in_ramadan = SEASON[0] <= clock.date() <= SEASON[1]
            hours = (ramadan_week if in_ramadan else week)[clock.weekday()]
            weekly = any(
                opens * 60 <= clock.hour * 60 + clock.minute < closes * 60
                for opens, closes in hours
            )
            closed = any(start <= minute < stop for start, stop in closures)
            session = any(start <= minute < stop for start, stop in openings)
            self.open.append(weekly and not closed or session)

    def add(self, start, minutes):
        """The minute at whose end so many open ones have passed; None if too few."""
        for minute in range(start, MINUTES):
            minutes -= self.open[minute]
            if not minutes:
                return minute + 1
        return None


class TestAgainstOracle(BaseCase):
    @settings(max_examples=80, deadline=None)
    @given(
        week=WEEK,
        ramadan_week=WEEK,
        closures=SPANS,
        openings=SPANS,
        start=st.integers(0, MINUTES // 2),
        minutes=st.integers(1, 3000),
    )
    def test_sessions_holidays_and_ramadan(
        self, week, ramadan_week, closures, openings, start, minutes
    ):
        zero = second(RIYADH.localize(START))

        def moments(spans):
            return [(zero + a * 60, zero + b * 60) for a, b in spans]

        def weeks(days):
            day = [tuple((a * 60, b * 60) for a, b in hours) for hours in days]
            return tuple(day * 2)

        time = BusinessTime(
            Timetable(
                RIYADH,
                weeks(week),
                closures=moments(closures),
                openings=moments(openings),
                season_week=weeks(ramadan_week),
                season=[SEASON],
            )
        )
        oracle = Oracle(week, ramadan_week, closures, openings)

        def moment(minute):
            return datetime.fromtimestamp(zero + minute * 60, UTC)

        for minute in range(0, MINUTES, 97):
            self.assertEqual(time.is_open(moment(minute)), oracle.open[minute])
        self.assertAlmostEqual(
            time.hours_between(moment(start), moment(MINUTES)) * 60,
            sum(oracle.open[start:]),
        )
        intervals = time.intervals(moment(start), moment(MINUTES))
        for (_a, closes), (opens, _b) in pairwise(intervals):
            self.assertLess(closes, opens, "disjoint, and joined where they touch")
        if expected := oracle.add(start, minutes):
            until = time.add(moment(start), minutes / 60)
            self.assertEqual(until, moment(expected))
            self.assertAlmostEqual(
                time.hours_between(moment(start), until), minutes / 60
            )
            self.assertGreaterEqual(time.subtract(until, minutes / 60), moment(start))
