"""When a desk is open: its week, what closes it, what opens it besides. No database."""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)


class Timetable:
    """R3 as plain data, laid out over any range of days.

    Open is ``(week - closures) | openings``: a holiday closes the weekly hours, a
    diploma session opens the desk also then. Moments are whole seconds since 1970.

    :param tzinfo tz: zone of the desk (pytz), in which its days and hours are meant
    :param tuple week: for 14 days, those of even weeks from Monday on and then those of
        odd ones, the hours as pairs of minutes since midnight
    :param closures: pairs of moments, in any order
    :param openings: the same
    :param tuple season_week: hours that replace ``week`` in the season; None if none do
    :param season: the season's pairs of first and last day (dates), sorted
    """

    def __init__(self, tz, week, closures=(), openings=(), season_week=None, season=()):
        self.tz = tz
        self._week = week
        self._closures = union(closures)
        self._openings = union(openings)
        self._season_week = season_week
        self._season = season
        self._season_starts = [first for first, _last in season]

    def open_intervals(self, first, last):
        """Open pairs on all local days from ``first`` to ``last``.

        :return: sorted, disjoint pairs of moments; none crosses midnight
        :rtype: list
        """
        days = [*_days(first, last + DAY)]
        midnights = [self._moment(day) for day in days]
        begin, end = midnights[0], midnights[-1]
        weekly = self._lay_weeks(days[:-1], midnights)
        openings = split(clip(self._openings, begin, end), midnights)
        return union([*difference(weekly, self._closures), *openings])

    def _lay_weeks(self, days, midnights):
        """The weekly hours, as on the desk's clock when summer time begins or ends."""
        result = []
        for index, day in enumerate(days):
            midnight = midnights[index]
            odd_day = midnights[index + 1] - midnight != 86400
            for opens, closes in self._hours(day):
                if odd_day:
                    pair = (self._moment(day, opens), self._moment(day, closes))
                else:
                    pair = (midnight + opens * 60, midnight + closes * 60)
                if pair[0] < pair[1]:
                    result.append(pair)
        return union(result)

    def _hours(self, day):
        """The day's pairs of minutes. Weeks are even or odd as Odoo numbers them."""
        week = self._season_week if self._is_season(day) else self._week
        is_odd = (day.toordinal() - 1) // 7 % 2
        return week[day.weekday() + 7 * is_odd]

    def _is_season(self, day):
        if self._season_week is None:
            return False
        index = bisect_right(self._season_starts, day) - 1
        return index >= 0 and day <= self._season[index][1]

    def _moment(self, day, minutes=0):
        """Moment at which the desk's clock shows this time of the day."""
        if minutes >= 24 * 60:
            day, minutes = day + DAY, 0
        clock = datetime.combine(day, time(minutes // 60, minutes % 60))
        return int(self.tz.localize(clock).timestamp())


def _days(first, stop):
    for ordinal in range(first.toordinal(), stop.toordinal() + 1):
        yield date.fromordinal(ordinal)


# -- sorted lists of half-open pairs ---------------------------------------------------


def union(pairs):
    """Pairs in order, overlapping ones as one. Touching ones stay apart: midnight."""
    result = []
    for start, stop in sorted(pairs):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return result


def difference(pairs, holes):
    """What is left of ``pairs`` outside ``holes``; both as ``union`` returns them."""
    result = []
    first = 0
    for start, stop in pairs:
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        index = first
        while index < len(holes) and holes[index][0] < stop:
            if holes[index][0] > start:
                result.append((start, holes[index][0]))
            start = holes[index][1]
            index += 1
        if start < stop:
            result.append((start, stop))
    return result


def clip(pairs, begin, end):
    """What lies between ``begin`` and ``end``."""
    return [
        (max(start, begin), min(stop, end))
        for start, stop in pairs
        if start < end and stop > begin
    ]


def split(pairs, moments):
    """The same pairs, cut at each of the sorted ``moments``."""
    result = []
    for start, stop in pairs:
        index = bisect_right(moments, start)
        while index < len(moments) and moments[index] < stop:
            result.append((start, moments[index]))
            start = moments[index]
            index += 1
        result.append((start, stop))
    return result


def join(pairs):
    """Touching pairs as one, for people to read."""
    result = []
    for start, stop in pairs:
        if result and start == result[-1][1]:
            result[-1] = (result[-1][0], stop)
        else:
            result.append((start, stop))
    return result
