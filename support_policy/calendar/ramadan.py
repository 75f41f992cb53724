"""Ramadan by the Umm al-Qura calendar, for the years that its tables cover."""

from datetime import timedelta

import hijridate

MONTH = 9
#: Hijri years 1400 to 1499: 1980 to 2076.
YEARS = range(1400, 1500)


def calculated_days(year):
    """First and last day of Ramadan of a Hijri year, before anyone has seen the moon.

    :param int year: such as 1447
    :return: pair of dates
    """
    month = hijridate.Hijri(year, MONTH, 1)
    first = month.to_gregorian()
    return first, first + timedelta(days=month.month_length() - 1)


def all_days(sighted):
    """Every Ramadan, sorted.

    :param dict sighted: {year: pair of dates} where the moon decided otherwise
    :return: tuple of pairs of first and last day
    """
    return tuple(sighted.get(year) or calculated_days(year) for year in YEARS)
