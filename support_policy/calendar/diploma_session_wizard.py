from datetime import datetime, timedelta

import pytz
from dateutil.rrule import DAILY, rrule

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_duration
from odoo.tools.date_utils import float_to_time

from odoo.addons.base.models.res_partner import _tz_get

#: In the order of the Saudi week, with Python's numbers.
WEEKDAYS = {
    "sunday": 6,
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
}
#: More than anybody means, so a wrong year in a date does not fill the calendar.
LONGEST_TERM = timedelta(days=400)


class SupportDiplomaSessionWizard(models.TransientModel):
    """Lays a programme's weekly sessions over a term."""

    _name = "support.diploma.session.wizard"
    _description = "Plan Weekly Sessions"

    program_id = fields.Many2one(
        "support.diploma.program", string="Programme", required=True
    )
    date_from = fields.Date(string="Term Begins", required=True)
    date_to = fields.Date(string="Term Ends", required=True)
    sunday = fields.Boolean()
    monday = fields.Boolean()
    tuesday = fields.Boolean()
    wednesday = fields.Boolean()
    thursday = fields.Boolean()
    friday = fields.Boolean()
    saturday = fields.Boolean()
    hour_from = fields.Float(string="From", required=True, default=18.0)
    hour_to = fields.Float(
        string="To",
        required=True,
        default=20.0,
        help="If this is earlier than the start, the session ends on the next day.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self._get_default_tz(),
        help="Time zone of these hours, wherever you are.",
    )
    topic = fields.Char()
    trainer_id = fields.Many2one("res.partner")
    summary = fields.Char(compute="_compute_summary")

    @api.model
    def _get_default_tz(self):
        """That of the hotline, for which sessions are entered."""
        calendars = self.env["resource.calendar"]
        hotline = calendars.search([("open_during_sessions", "=", True)], limit=1)
        return hotline.tz or self.env.user.tz or "Asia/Riyadh"

    @api.constrains("date_from", "date_to")
    def _check_term(self):
        for wizard in self:
            if not timedelta() <= wizard.date_to - wizard.date_from <= LONGEST_TERM:
                raise ValidationError(
                    self.env._(
                        "The term must end after it starts and last no more than "
                        "%(days)s days. Correct its dates.",
                        days=LONGEST_TERM.days,
                    )
                )

    @api.constrains("hour_from", "hour_to")
    def _check_hours(self):
        for wizard in self:
            in_day = 0 <= wizard.hour_from < 24 and 0 <= wizard.hour_to <= 24
            if not in_day or wizard.hour_from == wizard.hour_to:
                raise ValidationError(
                    self.env._(
                        "Enter two different times between 0:00 and 24:00 instead "
                        "of %(start)s and %(stop)s.",
                        start=format_duration(wizard.hour_from),
                        stop=format_duration(wizard.hour_to),
                    )
                )

    @api.depends("date_from", "date_to", "hour_from", "hour_to", "tz", *WEEKDAYS)
    def _compute_summary(self):
        for wizard in self:
            days = wizard._get_days()
            wizard.summary = self.env._(
                "%(number)s sessions of %(duration)s h",
                number=len(days),
                duration=format_duration(
                    (wizard.hour_to - wizard.hour_from) % 24 or 24
                ),
            )

    def _get_days(self):
        """The dates of the term that fall on the chosen weekdays."""
        self.ensure_one()
        weekdays = [number for name, number in WEEKDAYS.items() if self[name]]
        if not (weekdays and self.date_from and self.date_to):
            return []
        until = min(self.date_to, self.date_from + LONGEST_TERM)
        return [*rrule(DAILY, self.date_from, until=until, byweekday=weekdays)]

    def action_plan(self):
        """Make the sessions; all, or none if one of them is refused.

        :return: action that shows them
        :raises ValidationError: if there are none, or one is in another's way
        """
        self.ensure_one()
        days = self._get_days()
        if not days:
            raise ValidationError(
                self.env._(
                    "The term has no sessions on these days. Choose days of the week "
                    "that fall within it."
                )
            )
        night = timedelta(days=self.hour_to <= self.hour_from)
        sessions = self.env["support.diploma.session"].create(
            [
                {
                    "program_id": self.program_id.id,
                    "topic": self.topic,
                    "trainer_id": self.trainer_id.id,
                    "start": self._get_moment(day, self.hour_from),
                    "stop": self._get_moment(day + night, self.hour_to),
                }
                for day in days
            ]
        )
        action = self.program_id.action_open_sessions()
        return action | {"context": {"initial_date": sessions[-1].start}}

    def _get_moment(self, day, hour):
        """A time of the day in the wizard's zone, as Odoo stores it (naive UTC)."""
        if hour == 24:
            day, hour = day + timedelta(days=1), 0
        local = datetime.combine(day, float_to_time(hour))
        moment = pytz.timezone(self.tz).localize(local).astimezone(pytz.utc)
        return moment.replace(tzinfo=None)
