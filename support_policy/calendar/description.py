from datetime import timedelta

import pytz
from babel.dates import get_day_names, get_timezone_location

from odoo import api, fields, models
from odoo.tools import format_datetime, get_lang
from odoo.tools.misc import babel_locale_parse

from .utc import aware, naive


class ResourceCalendar(models.Model):
    """Moments and hours of a desk, in words for people."""

    _inherit = "resource.calendar"

    def _get_date(self, moment):
        """The date of a moment (naive UTC) on the desk's own clock.

        :rtype: datetime.date
        """
        self.ensure_one()
        return aware(moment).astimezone(pytz.timezone(self.tz)).date()

    @api.model
    def _get_support_desk(self):
        """The desk by whose clock moments are told that no policy speaks of.

        :rtype: resource.calendar, as superuser: its clock is for everybody to read
        """
        # sudo: see above
        return self.env.ref("support_policy.calendar_support_desk").sudo()

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

    def _describe_week(self):
        """The weekly hours, days with the same ones together.

        :return: such as ``[("Sunday – Thursday", "08:00 – 16:00")]``, from Sunday on,
            in the language of the environment
        :rtype: list of tuple
        """
        self.ensure_one()
        names = get_day_names(locale=babel_locale_parse(get_lang(self.env).code))
        week = self._get_week()
        groups = []
        for day in (6, 0, 1, 2, 3, 4, 5):
            if groups and groups[-1][1] == week[day]:
                groups[-1][0].append(names[day])
            else:
                groups.append(([names[day]], week[day]))
        return [
            (
                days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}",
                ", ".join(f"{_clock(start)} – {_clock(stop)}" for start, stop in hours),
            )
            for days, hours in groups
            if hours
        ]

    def _describe_opening(self):
        """Whether the desk is open now, until when, or when it opens.

        :return: such as "Open now, until Thursday 26 November, 16:00 (Riyadh time)", in
            the language of the environment
        :rtype: str
        """
        now = aware(fields.Datetime.now())
        time = self.support_business_time(now, now)
        if not time.is_open(now):
            return self.env._(
                "Closed now, opens %(moment)s",
                moment=self._format_moment(naive(time.next_open(now))),
            )
        _opens, closes = time.intervals(now, now + timedelta(days=7))[0]
        if closes == now + timedelta(days=7):
            return self.env._("Open now, round the clock")
        return self.env._(
            "Open now, until %(moment)s", moment=self._format_moment(naive(closes))
        )


def _clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"
