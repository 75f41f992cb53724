from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import hours_mixin as _hours_mixin  # noqa: F401 (extended here)
from .ramadan import YEARS, calculated_days

SHIFTS = [("-1", "A day earlier"), ("0", "As calculated"), ("1", "A day later")]


class SupportMoonSighting(models.Model):
    """How the sighted moon differed from the calculated one, for a year's Ramadan."""

    _name = "support.moon.sighting"
    _inherit = ["support.hours.mixin"]
    _description = "Moon Sighting"
    _order = "hijri_year desc"
    _rec_name = "hijri_year"

    hijri_year = fields.Integer(
        required=True, aggregator=False, help="For example 1448, for Ramadan in 2027."
    )
    start_shift = fields.Selection(
        SHIFTS, string="Ramadan Begins", required=True, default="0"
    )
    end_shift = fields.Selection(
        SHIFTS, string="Ramadan Ends", required=True, default="0"
    )
    date_from = fields.Date(string="First Day", compute="_compute_dates")
    date_to = fields.Date(string="Last Day", compute="_compute_dates")

    _hijri_year_unique = models.UniqueIndex(
        "(hijri_year)", "There is already a line for this year. Edit that one instead."
    )

    @api.constrains("hijri_year")
    def _check_hijri_year(self):
        for sighting in self:
            if sighting.hijri_year not in YEARS:
                raise ValidationError(
                    self.env._(
                        "Enter a Hijri year from %(first)s to %(last)s instead of "
                        "%(year)s.",
                        first=YEARS[0],
                        last=YEARS[-1],
                        year=sighting.hijri_year,
                    )
                )

    @api.depends("hijri_year", "start_shift", "end_shift")
    def _compute_dates(self):
        for sighting in self:
            days = (False, False)
            if sighting.hijri_year in YEARS:
                days = sighting._get_days()
            sighting.date_from, sighting.date_to = days

    def _get_days(self):
        """First and last day of Ramadan as it really was, or will be (dates)."""
        first, last = calculated_days(self.hijri_year)
        return (
            first + timedelta(days=int(self.start_shift or 0)),
            last + timedelta(days=int(self.end_shift or 0)),
        )

    # -- hours of desks -----------------------------------------------------------

    def _get_calendars(self):
        calendars = self.env["resource.calendar"]
        return calendars.search([("ramadan_calendar_id", "!=", False)])

    def _get_hours_fields(self):
        return {"hijri_year", "start_shift", "end_shift"}

    def _get_change_reason(self):
        years = ", ".join(str(year) for year in self.mapped("hijri_year"))
        return self.env._("Ramadan %(years)s", years=years)
