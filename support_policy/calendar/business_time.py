"""Business time: arithmetic inside opening hours, without a database.

Rule 2 of the policy counts hours *inside* the opening hours of a desk, so "24
business hours" on a desk open eight hours a day are three working days.
"""

from bisect import bisect_left, bisect_right
from datetime import timedelta
from itertools import accumulate

#: Nobody is promised an answer further away than this.
HORIZON = timedelta(days=3660)
#: What is loaded beyond the asked range, so that whole days lie inside it.
MARGIN = timedelta(days=14)


class BeyondHorizon(ValueError):
    """No such business moment within ten years: the desk is (almost) never open."""


class BusinessTime:
    """The open intervals of one calendar, and arithmetic on them.

    All datetimes, in and out, are aware; results are in UTC. Intervals are
    half-open: a desk that closes at 16:00 is closed at 16:00:00. The loaded range
    grows by itself when an answer lies outside it.

    :param load: ``load(start, stop)`` returns the open intervals between two aware
        datetimes as sorted, disjoint ``(open, close)`` pairs in UTC, none of which
        crosses midnight in ``tz``
    :param tzinfo tz: the zone whose midnights separate the business days
    :param datetime start: beginning of the range that will mostly be asked for
    :param datetime stop: its end

    >>> from datetime import datetime, timezone
    >>> utc = timezone.utc
    >>> def nine_to_five(start, stop):  # 2026-03-01 is a Sunday
    ...     sunday = datetime(2026, 3, 1, tzinfo=utc)
    ...     days = (sunday + timedelta(days=n) for n in range(-40, 60))
    ...     return [
    ...         (day.replace(hour=9), day.replace(hour=17))
    ...         for day in days if day.weekday() < 5 and start <= day <= stop
    ...     ]
    >>> monday = datetime(2026, 3, 2, 16, tzinfo=utc)
    >>> desk = BusinessTime(nine_to_five, utc, monday, monday)
    >>> str(desk.add(monday, 2))
    '2026-03-03 10:00:00+00:00'
    >>> desk.hours_between(monday, desk.add(monday, 2))
    2.0
    >>> str(desk.subtract(desk.add(monday, 2), 2))
    '2026-03-02 16:00:00+00:00'
    """

    def __init__(self, load, tz, start, stop):
        self._load = load
        self._tz = tz
        self._origin = start
        self._cover(start, stop)

    # -- the loaded range -----------------------------------------------------

    def _cover(self, start, stop):
        """Load the intervals of ``[start, stop]`` and their running totals."""
        if max(abs(start - self._origin), abs(stop - self._origin)) > HORIZON:
            raise BeyondHorizon(start, stop)
        self._start, self._stop = start, stop
        intervals = list(self._load(start - MARGIN, stop + MARGIN))
        self._opens = [opens for opens, _closes in intervals]
        self._closes = [closes for _opens, closes in intervals]
        # business seconds from the start of the range to the end of each interval
        self._totals = list(
            accumulate(
                round((closes - opens).total_seconds()) for opens, closes in intervals
            )
        )

    def _include(self, moment):
        if not self._start <= moment <= self._stop:
            self._cover(min(self._start, moment), max(self._stop, moment))

    def _grow(self, backward=False):
        """Double the range, towards the past or the future."""
        span = self._stop - self._start + MARGIN
        if backward:
            self._cover(self._start - span, self._stop)
        else:
            self._cover(self._start, self._stop + span)

    def _total_before(self, index):
        return self._totals[index - 1] if index else 0

    def _elapsed(self, moment):
        """Business seconds from the start of the loaded range to ``moment``."""
        index = bisect_right(self._opens, moment) - 1
        if index < 0:
            return 0
        inside = min(moment, self._closes[index]) - self._opens[index]
        return self._total_before(index) + round(inside.total_seconds())

    def _next_index(self, moment):
        """Index of the interval that is open at ``moment``, or of the next one."""
        self._include(moment)
        while (index := bisect_right(self._closes, moment)) == len(self._closes):
            self._grow()
        return index

    def _day(self, index):
        return self._opens[index].astimezone(self._tz).date()

    # -- the interface --------------------------------------------------------

    def add(self, start, hours):
        """Moment at which ``hours`` business hours have passed since ``start``.

        Landing exactly on the end of an interval gives its closing time, not the next
        opening; zero hours give the next opening, as Odoo's ``plan_hours`` does.

        :param datetime start: aware
        :param float hours: business hours, zero or more
        :rtype: datetime
        :raises BeyondHorizon: if that takes more than ten years
        """
        if not hours:
            return self.next_open(start)
        self._include(start)
        while True:
            target = self._elapsed(start) + round(hours * 3600)
            index = bisect_left(self._totals, target)
            if index < len(self._totals):
                rest = target - self._total_before(index)
                return self._opens[index] + timedelta(seconds=rest)
            self._grow()

    def subtract(self, stop, hours):
        """Latest moment from which ``hours`` business hours remain until ``stop``.

        :param datetime stop: aware
        :param float hours: business hours, more than zero
        :rtype: datetime
        :raises BeyondHorizon: if that is more than ten years back
        """
        self._include(stop)
        while (target := self._elapsed(stop) - round(hours * 3600)) < 0:
            self._grow(backward=True)
        index = bisect_right(self._totals, target)
        rest = target - self._total_before(index)
        return self._opens[index] + timedelta(seconds=rest)

    def hours_between(self, start, stop):
        """Business hours from ``start`` to ``stop``; negative if it lies before.

        :rtype: float
        """
        self._include(start)
        self._include(stop)
        return (self._elapsed(stop) - self._elapsed(start)) / 3600

    def next_open(self, moment):
        """``moment`` itself if the desk is open then, else the next opening."""
        return max(self._opens[self._next_index(moment)], moment)

    def end_of_day(self, moment, at_least=0.0):
        """End of the business day on which something that arrives at ``moment`` falls.

        Outside business time, or with less than ``at_least`` business hours left,
        that is the next business day (tier 3 of the ladder, rule 4).

        :param datetime moment: aware
        :param float at_least: business hours that must be left on that day
        :rtype: datetime
        """
        index = self._next_index(moment)
        end = self._close_of_day(index)
        if self.hours_between(moment, end) < at_least:
            # hours_between may have grown the range: the index is looked up afresh
            end = self._close_of_day(self._next_index(end))
        return end

    def _close_of_day(self, index):
        day = self._day(index)
        while index + 1 < len(self._opens) and self._day(index + 1) == day:
            index += 1
        return self._closes[index]

    def is_business_day(self, moment):
        """Whether the desk opens at all on the local date of ``moment``."""
        self._include(moment)
        day = moment.astimezone(self._tz).date()
        index = bisect_right(self._opens, moment)
        around = range(max(index - 1, 0), min(index + 1, len(self._opens)))
        return any(self._day(near) == day for near in around)

    def next_day(self, moment):
        """Opening of the first business day after the local date of ``moment``."""
        day = moment.astimezone(self._tz).date()
        index = self._next_index(moment)
        while self._day(index) <= day:
            index = self._next_index(self._closes[index])
        return self._opens[index]
