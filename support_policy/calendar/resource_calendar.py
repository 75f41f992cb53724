from datetime import datetime, time, timedelta

import pytz
from babel.dates import get_timezone_location

from odoo import api, models
from odoo.tools import format_datetime, get_lang
from odoo.tools.misc import babel_locale_parse

from .business_time import BusinessTime

HALF_A_SECOND = timedelta(microseconds=500_000)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.private
    def support_business_time(self, start, stop):
        """Business time of this calendar (rule 3).

        :param datetime start: aware; beginning of the range that will be asked for
        :param datetime stop: aware; its end. Answers beyond it are found all the same
        :rtype: BusinessTime
        """
        self.ensure_one()
        # sudo: a deadline is the same whoever computes it, so the reader's own
        # access to working times and leaves must not matter
        calendar = self.sudo()
        return BusinessTime(
            calendar._support_open_intervals, pytz.timezone(calendar.tz), start, stop
        )

    def _support_open_intervals(self, start, stop):
        """Opening hours minus the holidays of this calendar and its company, on all
        the local days that ``start`` and ``stop`` touch.

        :return: sorted ``(open, close)`` pairs of aware UTC datetimes, whole seconds
        """
        tz = pytz.timezone(self.tz)
        start = _midnight(tz, start)
        stop = _midnight(tz, stop + timedelta(days=1))
        attendances = self._attendance_intervals_batch(start, stop)[False]
        leaves = self._leave_intervals_batch(
            start, stop, domain=self._support_leave_domain()
        )[False]
        return [
            (_whole_second(opens), _whole_second(closes))
            for opens, closes, _records in attendances - leaves
        ]

    def _support_leave_domain(self):
        """Holidays that close this desk: another company's never do, although the
        superuser's cron can see them."""
        return [
            ("time_type", "=", "leave"),
            ("company_id", "in", [self.company_id.id, False]),
        ]

    def _format_moment(self, moment):
        """A moment as the desk's clock shows it, whatever the reader's own time zone.

        :param datetime moment: naive UTC
        :return: such as "Thursday 26 November, 12:30 (Riyadh time)", in the language of
            the environment; empty if there is no moment
        :rtype: str
        """
        if not moment:
            return ""
        self.ensure_one()
        locale = babel_locale_parse(get_lang(self.env).code)
        return self.env._(
            "%(day)s, %(time)s (%(city)s time)",
            day=format_datetime(self.env, moment, self.tz, "EEEE d MMMM"),
            time=format_datetime(self.env, moment, self.tz, "HH:mm"),
            city=get_timezone_location(self.tz, locale=locale, return_city=True),
        )


def _midnight(tz, moment):
    return tz.localize(datetime.combine(moment.astimezone(tz), time.min))


def _whole_second(moment):
    """UTC, rounded: Odoo ends a day that lasts to 24:00 at 23:59:59.999999."""
    return (moment.astimezone(pytz.utc) + HALF_A_SECOND).replace(microsecond=0)
