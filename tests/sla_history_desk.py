"""R2 and R3 in plain Python, day by day: when a desk is open, and how long it takes.

Not a line of it is the product's. Moments are naive, on the desk's own clock.
"""

from datetime import date, datetime, timedelta

DAY = timedelta(days=1)
#: Ramadan 1447, by the Umm al-Qura calendar.
RAMADAN = (date(2026, 2, 18), date(2026, 3, 19))


class Desk:
    """Opening hours: pairs of hours of the day, by weekday (0 is Monday)."""

    def __init__(self, days, opens, closes):
        self.week = {day: [(opens, closes)] for day in days}
        self.ramadan = None  # another desk, whose hours count in that month
        self.holidays = set()

    def get_open_times(self, day):
        """Pairs of moments between which the desk is open on a date."""
        week = self.week
        if self.ramadan and RAMADAN[0] <= day <= RAMADAN[1]:
            week = self.ramadan.week
        if day in self.holidays:
            return []
        midnight = datetime.combine(day, datetime.min.time())
        return [
            (midnight + timedelta(hours=opens), midnight + timedelta(hours=closes))
            for opens, closes in week.get(day.weekday(), ())
        ]

    def is_business_day(self, moment):
        return bool(self.get_open_times(moment.date()))

    def walk(self, start):
        """Open times from a moment on, for ever."""
        day = start.date()
        while True:
            for opens, closes in self.get_open_times(day):
                if closes > start:
                    yield max(opens, start), closes
            day += DAY

    def add(self, start, hours):
        """The moment at which so many open hours have passed."""
        left = timedelta(hours=hours)
        for opens, closes in self.walk(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens

    def count(self, start, stop):
        """Open hours between two moments; none, if the second lies before the first."""
        passed = timedelta()
        for opens, closes in self.walk(start):
            if opens >= stop:
                return passed / timedelta(hours=1)
            passed += min(closes, stop) - opens

    def get_next_opening(self, moment):
        """The moment itself, if the desk is open."""
        return next(self.walk(moment))[0]

    def get_next_morning(self, moment):
        """The opening of the first business day after a moment's date."""
        midnight = datetime.combine(moment.date() + DAY, datetime.min.time())
        return self.get_next_opening(midnight)

    def get_closing(self, moment, floor):
        """R4, tier 3: the end of this business day; of the next one, outside business
        time or with less than the floor (hours) left."""
        first = self.get_next_opening(moment).date()
        closing = self.get_open_times(first)[-1][1]
        if self.count(moment, closing) < floor:
            later = self.get_next_morning(closing).date()
            closing = self.get_open_times(later)[-1][1]
        return closing
