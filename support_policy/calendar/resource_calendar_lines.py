from odoo import models

from . import hours_mixin as _hours_mixin  # noqa: F401 (extended here)


class ResourceCalendarAttendance(models.Model):
    """A line of a desk's week."""

    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "support.hours.mixin"]

    def _get_calendars(self):
        return self.calendar_id._get_calendars()

    def _get_hours_fields(self):
        return {
            "calendar_id",
            "dayofweek",
            "day_period",
            "display_type",
            "hour_from",
            "hour_to",
            "week_type",
        }

    def _get_change_reason(self):
        return ", ".join(self.calendar_id.mapped("name"))


class ResourceCalendarLeaves(models.Model):
    """A time at which desks are closed."""

    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "support.hours.mixin"]

    def _get_calendars(self):
        """Those of the leave; without one, all of its company."""
        closing = self.filtered(lambda leave: not leave.resource_id)
        calendars = closing.calendar_id
        if everywhere := closing.filtered(lambda leave: not leave.calendar_id):
            calendars |= calendars.search(
                [("company_id", "in", [*everywhere.company_id.ids, False])]
            )
        return calendars

    def _get_hours_fields(self):
        return {
            "calendar_id",
            "company_id",
            "date_from",
            "date_to",
            "resource_id",
            "time_type",
        }
