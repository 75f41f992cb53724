from odoo import api, models
from odoo.exceptions import ValidationError


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.constrains("attendance_ids", "schedule_type", "duration_based")
    def _check_still_countable(self):
        """A calendar that policies count with cannot become one they cannot."""
        if not self._is_told_later():
            self._check_used_hours()

    def _check_used_hours(self):
        desks = self._get_policies().calendar_id
        (desks | desks.ramadan_calendar_id)._check_countable()

    @api.constrains("ramadan_calendar_id")
    def _check_ramadan_countable(self):
        self.ramadan_calendar_id._check_countable()

    def _get_policies(self):
        """All policies that count with these hours, archived ones with running cycles
        among them. Runs as superuser: those the editor may not see depend on the
        calendar all the same."""
        policies = self.env["support.sla.policy"]
        return policies.with_context(active_test=False).search(
            [
                "|",
                ("calendar_id", "in", self.ids),
                ("calendar_id.ramadan_calendar_id", "in", self.ids),
            ]
        )

    def _reload_hours(self, reason):
        result = super()._reload_hours(reason)
        self._check_used_hours()
        policies = self._get_policies()
        policies._check_reachable()
        policies._replan_cycles(reason)
        return result

    def _check_countable(self):
        """Refuse calendars whose opening hours are invented or missing.

        :raises ValidationError: naming the calendar and the way out
        """
        for calendar in self:
            if calendar.schedule_type == "flexible":
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” has a flexible schedule, so its opening "
                        "hours are unknown. Choose a calendar with fixed hours.",
                        calendar=calendar.name,
                    )
                )
            if calendar.duration_based:
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” defines durations instead of opening "
                        "hours. Choose a calendar with start and end times.",
                        calendar=calendar.name,
                    )
                )
            if not calendar._get_global_attendances():
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” is never open, so no deadline could be "
                        "set. Add opening hours to it or choose another calendar.",
                        calendar=calendar.name,
                    )
                )
