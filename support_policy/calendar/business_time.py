"""Business time: arithmetic inside opening hours, without a database.

R2 of the policy counts hours *inside* the opening hours of a desk, so "24
business hours" on a desk open eight hours a day are three working days.
"""

from array import array
from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, timezone
from itertools import accumulate

from .timetable import clip, join

#: Nobody is promised an answer further away than this.
HORIZON = timedelta(days=3660)
#: What is laid out beyond the asked moments, so that whole days lie inside.
MARGIN = timedelta(days=14)
#: Moments that business time is counted for: what zones and holidays are known for.
FIRST = datetime(1970, 2, 1, tzinfo=timezone.utc)
LAST = datetime(2120, 1, 1, tzinfo=timezone.utc)


class BeyondHorizon(ValueError):
    """No such business moment within ten years: the desk is (almost) never open."""


class BusinessTime:
    """The open intervals of one desk, and arithmetic on them.

    All datetimes, in and out, are aware; results are in UTC. Intervals are half-open: a
    desk that closes at 16:00 is closed at 16:00:00. Whole seconds count. What has been
    laid out of the timetable grows by itself when an answer lies outside it; that is
    one assignment, so threads may share an instance.

    :param Timetable timetable: when the desk is open

    >>> import pytz
    >>> from .timetable import Timetable
    >>> nine_to_five = Timetable(pytz.utc, (((540, 1020),),) * 5 + ((), ()) + ((),) * 7)
    >>> desk = BusinessTime(nine_to_five)  # every other week, from Monday to Friday
    >>> monday = datetime(2026, 3, 2, 16, tzinfo=timezone.utc)
    >>> str(desk.add(monday, 2))
    '2026-03-03 10:00:00+00:00'
    >>> desk.hours_between(monday, desk.add(monday, 2))
    2.0
    >>> str(desk.subtract(desk.add(monday, 2), 2))
    '2026-03-02 16:00:00+00:00'
    >>> desk.is_open(monday), str(desk.next_open(monday + timedelta(hours=1)))
    (True, '2026-03-03 09:00:00+00:00')
    """

    def __init__(self, timetable):
        self._timetable = timetable
        self._laid_out = None

    # -- what has been laid out -------------------------------------------------

    def _cover(self, first, last):
        """Lay out at least from ``first`` to ``last``.

        :raises BeyondHorizon: for moments that nobody can count with
        """
        laid_out = self._laid_out
        if laid_out and laid_out.first <= first and last <= laid_out.last:
            return laid_out
        if first < FIRST or last > LAST:
            raise BeyondHorizon(first, last)
        if laid_out:
            first, last = min(first, laid_out.first), max(last, laid_out.last)
        self._laid_out = _LaidOut(self._timetable, first, last)
        return self._laid_out

    def _grow(self, laid_out, backward=False):
        """Double what is laid out, towards the past or the future."""
        span = laid_out.last - laid_out.first + MARGIN
        if backward:
            return self._cover(max(laid_out.first - span, FIRST), laid_out.last)
        return self._cover(laid_out.first, min(laid_out.last + span, LAST))

    def _ahead(self, laid_out, start):
        """More of the future, as long as it may matter to somebody who waits."""
        if laid_out.last > min(start + HORIZON, LAST - MARGIN):
            raise BeyondHorizon(start)
        return self._grow(laid_out)

    def _find(self, moment):
        """What is laid out, and the index in it of the interval that is open at
        ``moment``, or of the next one."""
        laid_out = self._cover(moment, moment)
        while (
            index := bisect_right(laid_out.closes, _second(moment))
        ) == laid_out.size:
            laid_out = self._ahead(laid_out, moment)
        return laid_out, index

    # -- the interface ----------------------------------------------------------

    def include(self, start, stop):
        """Lay out a range that is going to be asked for.

        :param datetime start: aware
        :param datetime stop: aware
        :raises BeyondHorizon: outside the years 1970 to 2119
        """
        self._cover(start, stop)

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
        laid_out = self._cover(start, start)
        while True:
            target = laid_out.elapsed(_second(start)) + round(hours * 3600)
            index = bisect_left(laid_out.totals, target)
            if index < laid_out.size:
                moment = _moment(
                    laid_out.closes[index] - laid_out.totals[index] + target
                )
                if moment - start > HORIZON:
                    raise BeyondHorizon(start)
                return moment
            laid_out = self._ahead(laid_out, start)

    def subtract(self, stop, hours):
        """Latest moment from which ``hours`` business hours remain until ``stop``.

        :param datetime stop: aware
        :param float hours: business hours, more than zero
        :rtype: datetime
        :raises BeyondHorizon: if that is more than ten years back
        """
        laid_out = self._cover(stop, stop)
        while True:
            target = laid_out.elapsed(_second(stop)) - round(hours * 3600)
            if target >= 0:
                index = bisect_right(laid_out.totals, target)
                return _moment(laid_out.closes[index] - laid_out.totals[index] + target)
            if laid_out.first < max(stop - HORIZON, FIRST + MARGIN):
                raise BeyondHorizon(stop)
            laid_out = self._grow(laid_out, backward=True)

    def hours_between(self, start, stop):
        """Business hours from ``start`` to ``stop``; negative if it lies before.

        :rtype: float
        """
        laid_out = self._cover(min(start, stop), max(start, stop))
        return (
            laid_out.elapsed(_second(stop)) - laid_out.elapsed(_second(start))
        ) / 3600

    def is_open(self, moment):
        """Whether the desk is open at ``moment``.

        :rtype: bool
        """
        laid_out = self._cover(moment, moment)
        index = bisect_right(laid_out.opens, _second(moment)) - 1
        return index >= 0 and _second(moment) < laid_out.closes[index]

    def next_open(self, moment):
        """``moment`` itself if the desk is open then, else the next opening.

        :rtype: datetime
        :raises BeyondHorizon: if that is more than ten years away
        """
        laid_out, index = self._find(moment)
        return max(_moment(laid_out.opens[index]), moment.astimezone(timezone.utc))

    def intervals(self, start, stop):
        """When the desk is open between two moments.

        :return: sorted, disjoint ``(opens, closes)`` pairs; round the clock is one
        :rtype: list
        """
        laid_out = self._cover(start, stop)
        pairs = zip(laid_out.opens, laid_out.closes, strict=True)
        pairs = join(clip(pairs, _second(start), _second(stop)))
        return [(_moment(opens), _moment(closes)) for opens, closes in pairs]

    def end_of_day(self, moment, at_least=0.0):
        """End of the business day on which something that arrives at ``moment`` falls.

        Outside business time, or with less than ``at_least`` business hours left,
        that is the next business day (tier 3 of the ladder, R4).

        :param datetime moment: aware
        :param float at_least: business hours that must be left on that day
        :rtype: datetime
        """
        end = self._close_of_day(moment)
        if self.hours_between(moment, end) < at_least:
            end = self._close_of_day(end)
        return end

    def _close_of_day(self, moment):
        laid_out, index = self._find(moment)
        day = self._day(laid_out.opens[index])
        while index + 1 < laid_out.size and self._day(laid_out.opens[index + 1]) == day:
            index += 1
        return _moment(laid_out.closes[index])

    def is_business_day(self, moment):
        """Whether the desk opens at all on the local date of ``moment``."""
        laid_out = self._cover(moment, moment)
        day = self._day(_second(moment))
        index = bisect_right(laid_out.opens, _second(moment))
        around = laid_out.opens[max(index - 1, 0) : index + 1]
        return any(self._day(near) == day for near in around)

    def next_day(self, moment):
        """Opening of the first business day after the local date of ``moment``."""
        day = self._day(_second(moment))
        laid_out, index = self._find(moment)
        while self._day(laid_out.opens[index]) <= day:
            laid_out, index = self._find(_moment(laid_out.closes[index]))
        return _moment(laid_out.opens[index])

    def _day(self, second):
        return datetime.fromtimestamp(second, self._timetable.tz).date()


class _LaidOut:
    """The open intervals of a range of days, with running totals. Never changes."""

    __slots__ = ("closes", "first", "last", "opens", "size", "totals")

    def __init__(self, timetable, first, last):
        self.first, self.last = first, last
        pairs = timetable.open_intervals(
            (first - MARGIN).astimezone(timetable.tz).date(),
            (last + MARGIN).astimezone(timetable.tz).date(),
        )
        self.size = len(pairs)
        self.opens = array("q", (opens for opens, _closes in pairs))
        self.closes = array("q", (closes for _opens, closes in pairs))
        # business seconds from the beginning to the end of each interval
        self.totals = array("q", accumulate(closes - opens for opens, closes in pairs))

    def elapsed(self, second):
        """Business seconds from the beginning to ``second``."""
        index = bisect_right(self.opens, second) - 1
        if index < 0:
            return 0
        return self.totals[index] - max(self.closes[index] - second, 0)


def _second(moment):
    return int(moment.timestamp() // 1)


def _moment(second):
    return datetime.fromtimestamp(second, timezone.utc)
