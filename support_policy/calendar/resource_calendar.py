from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from . import ramadan
from .business_time import BusinessTime
from .hours_mixin import LATER
from .timetable import Timetable
from .utc import aware

A_SECOND = timedelta(seconds=1)
#: Where a transaction keeps what it does not share.
MINE = "support_business_time"


class ResourceCalendar(models.Model):
    """The hours of a desk (R3): its week, minus holidays, plus diploma sessions."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "support.hours.mixin"]

    name = fields.Char(translate=True)
    is_support_desk = fields.Boolean(
        string="Support Desk",
        help="SLA deadlines are calculated with these hours, and public holidays "
        "close the desk.",
    )
    open_during_sessions = fields.Boolean(
        string="Open During Diploma Sessions",
        help="In addition to its weekly hours, on any day, including public holidays.",
    )
    ramadan_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Hours in Ramadan",
        domain="[('id', '!=', id), ('company_id', 'in', [company_id, False])]",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        help="In Ramadan, according to the Umm al-Qura calendar, the weekly hours of "
        "this calendar replace the usual ones. If empty, the usual hours apply.",
    )

    @api.constrains("ramadan_calendar_id")
    def _check_ramadan_calendar(self):
        for calendar in self:
            if calendar.ramadan_calendar_id == calendar:
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” cannot be its own Ramadan calendar. Create "
                        "a second calendar with the Ramadan hours.",
                        calendar=calendar.name,
                    )
                )

    # -- business time ------------------------------------------------------------

    @api.private
    def support_business_time(self, start, stop):
        """Business time of this calendar (R3), for its company.

        The instance is shared between callers until a change of hours, holidays,
        sessions or Ramadan. A transaction that has changed something sees that, and
        keeps it to itself until it is committed.

        :param datetime start: aware; beginning of the range that will be asked for
        :param datetime stop: aware; its end. Answers beyond it are found all the same
        :rtype: BusinessTime
        :raises BeyondHorizon: outside the years 1970 to 2119
        """
        self.ensure_one()
        # sudo: a deadline is the same whoever computes it, so the reader's own
        # access to working times and leaves must not matter
        calendar = self.sudo()
        company = calendar.company_id or self.env.company
        time = calendar._get_business_time(company.id)
        time.include(start, stop)
        return time

    def _get_business_time(self, company_id):
        if not self.env.registry.cache_invalidated:
            return self._get_shared_business_time(company_id)
        # Odoo empties this cache when the transaction, or a part of it, is rolled back
        mine = self.env.cr.cache.setdefault(MINE, {})
        key = (self.id, company_id)
        if key not in mine:
            mine[key] = BusinessTime(self._get_timetable(company_id))
        return mine[key]

    @ormcache("self.id", "company_id")
    def _get_shared_business_time(self, company_id):
        return BusinessTime(self._get_timetable(company_id))

    def _get_timetable(self, company_id):
        """All that opens and closes this desk, as plain data.

        :param int company_id: whose holidays and sessions count; another company's
            never do, although the superuser's cron can see them
        :rtype: Timetable
        """
        season = self.ramadan_calendar_id
        return Timetable(
            pytz.timezone(self.tz),
            self._get_week(),
            closures=self._get_closures(company_id),
            openings=self._get_openings(company_id),
            season_week=season._get_week() if season else None,
            season=season and ramadan.all_days(self._get_sighted_ramadans()),
        )

    def _get_week(self):
        """Hours by day of Odoo's two weeks, which differ in two weeks mode only."""
        week = [[] for _day in range(14)]
        for line in self.attendance_ids:
            if not line._is_work_period():
                continue
            hours = (round(line.hour_from * 60), round(line.hour_to * 60))
            weeks = (0, 1)
            if self.two_weeks_calendar:
                weeks = (int(line.week_type),)
            for number in weeks:
                week[int(line.dayofweek) + 7 * number].append(hours)
        return tuple(tuple(sorted(day)) for day in week)

    def _get_closing_domain(self, company_id):
        """Leaves that close this desk for a company: not those of one person."""
        return Domain(
            [
                ("time_type", "=", "leave"),
                ("resource_id", "=", False),
                ("calendar_id", "in", [self.id, False]),
                ("company_id", "in", [company_id, False]),
            ]
        )

    def _get_closures(self, company_id):
        leaves = self.env["resource.calendar.leaves"]
        domain = self._get_closing_domain(company_id)
        return [
            (_second(start), _second(_end_of_minute(stop)))
            for start, stop in leaves._get_moments(domain, "date_from", "date_to")
        ]

    def _get_openings(self, company_id):
        if not self.open_during_sessions:
            return []
        sessions = self.env["support.diploma.session"]
        domain = sessions._get_opening_domain(company_id)
        return [
            (_second(start), _second(stop))
            for start, stop in sessions._get_moments(domain, "start", "stop")
        ]

    def _get_sighted_ramadans(self):
        sightings = self.env["support.moon.sighting"].search(
            [("hijri_year", ">=", ramadan.YEARS[0])]
        )
        return {sighting.hijri_year: sighting._get_days() for sighting in sightings}

    # -- changes ------------------------------------------------------------------

    def _get_calendars(self):
        """A calendar's own hours, and those that it lends to others in Ramadan."""
        return self | self.search([("ramadan_calendar_id", "in", self.ids)])

    def _get_hours_fields(self):
        return {
            "attendance_ids",
            "attendance_ids_1st_week",
            "attendance_ids_2nd_week",
            "company_id",
            "global_leave_ids",
            "leave_ids",
            "open_during_sessions",
            "ramadan_calendar_id",
            "two_weeks_calendar",
            "tz",
        }

    def write(self, vals):
        if not self._get_hours_fields() & vals.keys():
            return super().write(vals)
        later = self.with_context(support_hours_later=LATER)
        result = super(ResourceCalendar, later).write(vals)
        self._hours_changed(self._get_affected_calendars())
        if "tz" in vals:
            self._move_public_holidays()  # public_holiday.py
        return result

    def switch_calendar_type(self):
        later = self.with_context(support_hours_later=LATER)
        result = super(ResourceCalendar, later).switch_calendar_type()
        self._hours_changed(self._get_affected_calendars())
        return result

    def switch_based_on_duration(self):
        later = self.with_context(support_hours_later=LATER)
        result = super(ResourceCalendar, later).switch_based_on_duration()
        self._hours_changed(self._get_affected_calendars())
        return result

    def _reload_hours(self, reason):
        """Forget what is known of these calendars' hours, in all workers. Runs as
        superuser.

        :param str reason: what has changed, in a few words
        """
        if self:
            forget = self.env.registry.clear_cache
            forget()
            self.env.cr.cache.pop(MINE, None)
            # another thread may have read the old hours again before the commit
            self.env.cr.postcommit.add(forget)


def _second(stored):
    return int(aware(stored).timestamp())


def _end_of_minute(stored):
    """Odoo's holidays end at 23:59:59, and mean midnight."""
    return stored + A_SECOND if stored.second == 59 else stored
