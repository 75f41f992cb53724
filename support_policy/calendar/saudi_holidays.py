"""Saudi public holidays, as the library ``holidays`` knows them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import hijridate
import holidays

COUNTRY = "SA"
#: Years of which both the Saudi week and the Hijri calendar are known.
YEARS = range(2014, 2077)


@dataclass
class Holiday:
    """Whole days in a row on which one holiday is kept."""

    name: str
    arabic_name: str
    first: date
    #: follows the moon, and the library has no announced date
    estimated: bool
    last: date = field(init=False)

    def __post_init__(self):
        self.last = self.first

    @property
    def key(self):
        """The same for the same holiday, wherever the moon moves it.

        A Gregorian year may have one Eid twice, a Hijri year has no holiday twice.
        """
        year = hijridate.Gregorian.fromdate(self.first).to_hijri().year
        return f"{self.name} {year}"


def saudi_holidays(first_year, last_year):
    """The holidays that begin in these years, sorted.

    :param int first_year: Gregorian
    :param int last_year: the same
    :return: list of ``Holiday``
    """
    # a year more at both ends, for what goes on over New Year
    years = range(first_year - 1, last_year + 2)
    english = holidays.country_holidays(COUNTRY, years=years, language="en_US")
    arabic = holidays.country_holidays(COUNTRY, years=years, language="ar")
    labelled = holidays.country_holidays(
        COUNTRY, years=years, language="en_US", islamic_show_estimated=True
    )
    result = []
    for day in sorted(english):
        goes_on = (
            result
            and result[-1].last == day - timedelta(days=1)
            and english[day].startswith(result[-1].name)
        )
        if not goes_on:
            estimated = labelled[day] != english[day]
            result.append(Holiday(english[day], arabic[day], day, estimated))
        result[-1].last = day
    return [found for found in result if first_year <= found.first.year <= last_year]
