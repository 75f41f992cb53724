import logging
from datetime import datetime, time, timedelta

import psycopg2
import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: How long before an estimated holiday the policy admins are asked to confirm it.
CONFIRM_BEFORE = timedelta(days=21)


class SupportPublicHoliday(models.Model):
    """Whole days on which desks are closed (R3), in the zone of each desk.

    Odoo's own leaves are moments, which shift when somebody abroad types them. These
    are dates; they keep a leave on every desk that they close.
    """

    _name = "support.public.holiday"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Public Holiday"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(
        default=True,
        help="Archive a holiday that is not observed, so that it is not loaded again.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    date_from = fields.Date(string="First Day", required=True, tracking=True)
    date_to = fields.Date(
        string="Last Day",
        compute="_compute_date_to",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        tracking=True,
    )
    calendar_ids = fields.Many2many(
        "resource.calendar",
        string="Closed Desks",
        required=True,
        check_company=True,
        domain="[('is_support_desk', '=', True),"
        " ('company_id', 'in', [company_id, False])]",
        default=lambda self: self._get_default_calendars(self.env.company),
    )
    estimated = fields.Boolean(
        tracking=True,
        help="The date depends on the sighting of the moon and has not "
        "been announced yet.",
    )
    key = fields.Char(
        readonly=True,
        copy=False,
        help="Identifies the holiday, so that it is not loaded twice.",
    )
    leave_ids = fields.One2many("resource.calendar.leaves", "public_holiday_id")

    _check_company_auto = True

    _ends_after_start = models.Constraint(
        "CHECK(date_to >= date_from)",
        "A holiday must end on or after the day it starts.",
    )
    _key_unique = models.UniqueIndex(
        "(company_id, key) WHERE key IS NOT NULL",
        "This holiday has already been loaded.",
    )

    @api.model
    def _get_default_calendars(self, company):
        """The support desks of a company; other working times are not ours to close.

        :rtype: resource.calendar
        """
        return self.env["resource.calendar"].search(
            [("company_id", "=", company.id), ("is_support_desk", "=", True)]
        )

    @api.depends("date_from")
    def _compute_date_to(self):
        for holiday in self:
            if holiday.date_from:
                holiday.date_to = holiday.date_from + holiday._origin._get_length()

    def _get_length(self):
        """Days from the first to the last: a holiday that moves keeps its length."""
        if not (self.date_from and self.date_to):
            return timedelta()
        return self.date_to - self.date_from

    @api.model_create_multi
    def create(self, vals_list):
        holidays = super().create(vals_list)
        holidays._set_leaves()
        return holidays

    def write(self, vals):
        if "date_from" in vals and "date_to" not in vals:
            first = fields.Date.to_date(vals["date_from"])
            for length, holidays in self.grouped(lambda h: h._get_length()).items():
                holidays.write({**vals, "date_to": first and first + length})
            return True
        result = super().write(vals)
        if {"active", "calendar_ids", "date_from", "date_to", "name"} & vals.keys():
            self._set_leaves()
        if vals.get("estimated") is False or vals.get("active") is False:
            self.activity_unlink(["support_policy.activity_confirm_holiday"])
        return result

    def unlink(self):
        # the database would delete the leaves too, but no desk would hear of it
        # sudo: the leaves follow from the holiday, whoever may edit that
        self.sudo().leave_ids.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_loaded(self):
        if loaded := self.filtered("key"):
            raise UserError(
                self.env._(
                    "Archive “%(holiday)s” instead of deleting it, so that it does "
                    "not come back when holidays are loaded again.",
                    holiday=loaded[0].name,
                )
            )

    def _set_leaves(self):
        """Give every desk its leave, changing only what differs."""
        self.flush_recordset()  # days in the wrong order are refused in our words
        # sudo: the leaves follow from the holiday, whoever may edit that
        for holiday in self.sudo():
            closed = (
                holiday.calendar_ids if holiday.active else holiday.calendar_ids[:0]
            )
            leaves = holiday.leave_ids
            for leave in leaves:
                if leave.calendar_id not in closed:
                    leave.unlink()
                    continue
                vals = holiday._get_leave_vals(leave.calendar_id)
                leave.write({k: v for k, v in vals.items() if leave[k] != v})
            missing = closed - holiday.leave_ids.calendar_id
            leaves.create(
                [
                    {
                        "calendar_id": calendar.id,
                        "company_id": holiday.company_id.id,
                        "public_holiday_id": holiday.id,
                        **holiday._get_leave_vals(calendar),
                    }
                    for calendar in missing
                ]
            )

    def _get_leave_vals(self, calendar):
        """From the first midnight to the last second, on the desk's clock."""
        tz = pytz.timezone(calendar.tz)
        start = tz.localize(datetime.combine(self.date_from, time.min))
        stop = tz.localize(datetime.combine(self.date_to, time(23, 59, 59)))
        return {
            "name": self.name,
            "date_from": start.astimezone(pytz.utc).replace(tzinfo=None),
            "date_to": stop.astimezone(pytz.utc).replace(tzinfo=None),
        }

    def action_confirm(self):
        """The dates have been announced as they stand here."""
        self.estimated = False

    # -- every year ---------------------------------------------------------------

    @api.model
    def _cron_prepare_next_year(self):
        """Load this and the next year for every company, and have dates confirmed."""
        this_year = fields.Date.context_today(self).year
        wizards = self.env["support.public.holiday.wizard"]
        desks = self.env["resource.calendar"].search(
            [("is_support_desk", "=", True), ("company_id", "!=", False)]
        )
        for company, calendars in desks.grouped("company_id").items():
            # what people find in the chatter and on their desks' time off
            wizards = wizards.with_context(lang=company.partner_id.lang)
            values = {
                "company_id": company.id,
                "year_from": this_year,
                "year_to": this_year + 1,
                "calendar_ids": calendars.ids,
            }
            try:
                with self.env.cr.savepoint():
                    wizards.create(values)._load()._ask_for_confirmation()
            except psycopg2.OperationalError:
                raise  # a lost race or connection: done again with the next run
            except Exception:
                # the other companies have theirs; the next run is in a month
                _logger.exception("%s: holidays were not prepared", company.name)

    def _ask_for_confirmation(self):
        """An activity for every policy admin, for what is estimated and to come."""
        today = fields.Date.context_today(self)
        admins = self.env.ref("support_policy.group_policy_admin").all_user_ids
        for holiday in self:
            if not holiday.estimated or holiday.date_from < today:
                continue
            for admin in admins.filtered("active"):
                if holiday.company_id not in admin.company_ids:
                    continue
                holiday.activity_schedule(
                    "support_policy.activity_confirm_holiday",
                    date_deadline=max(holiday.date_from - CONFIRM_BEFORE, today),
                    user_id=admin.id,
                )


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    public_holiday_id = fields.Many2one(
        "support.public.holiday", ondelete="cascade", index="btree_not_null"
    )


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _move_public_holidays(self):
        """Whole days are the desk's own days, also after its clock has changed."""
        # sudo: the same desk may have holidays that its editor may not see
        holidays = self.env["support.public.holiday"].sudo()
        holidays.search([("calendar_ids", "in", self.ids)])._set_leaves()
