from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from .saudi_holidays import YEARS, saudi_holidays

STATES = [
    ("new", "Will be added"),
    ("calendars", "Will close more support desks"),
    ("kept", "Already loaded"),
    ("moved", "Kept as edited here"),
    ("removed", "Remains archived"),
]


class SupportPublicHolidayWizard(models.TransientModel):
    """Load Saudi public holidays: shows what it will add, and adds nothing twice."""

    _name = "support.public.holiday.wizard"
    _description = "Load Saudi Public Holidays"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    year_from = fields.Integer(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
    )
    year_to = fields.Integer(
        string="To",
        required=True,
        default=lambda self: fields.Date.context_today(self).year + 1,
    )
    calendar_ids = fields.Many2many(
        "resource.calendar",
        string="Closed Desks",
        required=True,
        domain="[('is_support_desk', '=', True),"
        " ('company_id', 'in', [company_id, False])]",
        default=lambda self: self.env["support.public.holiday"]._get_default_calendars(
            self.env.company
        ),
    )
    line_ids = fields.One2many(
        "support.public.holiday.wizard.line",
        "wizard_id",
        string="Holidays",
        compute="_compute_line_ids",
        store=True,
    )

    @api.constrains("year_from", "year_to")
    def _check_years(self):
        for wizard in self:
            if not YEARS[0] <= wizard.year_from <= wizard.year_to <= YEARS[-1]:
                raise ValidationError(
                    self.env._(
                        "Enter years from %(first)s to %(last)s, with the earlier "
                        "year first.",
                        first=YEARS[0],
                        last=YEARS[-1],
                    )
                )

    @api.depends("company_id", "year_from", "year_to", "calendar_ids")
    def _compute_line_ids(self):
        for wizard in self:
            lines = [Command.create(vals) for vals in wizard._get_plan()]
            wizard.line_ids = [Command.clear(), *lines]

    def _get_plan(self):
        """What loading would do, holiday by holiday.

        :return: values of the lines
        :rtype: list of dict
        """
        self.ensure_one()
        if not YEARS[0] <= self.year_from <= self.year_to <= YEARS[-1]:
            return []  # while somebody types; saving is refused
        found = saudi_holidays(self.year_from, self.year_to)
        loaded = self._get_loaded()
        known = {present.key: present for present in loaded}
        arabic = self.env.lang and self.env.lang.startswith("ar")
        plan = []
        for holiday in found:
            present = known.get(holiday.key, self.env["support.public.holiday"])
            plan.append(
                {
                    "key": holiday.key,
                    "name": arabic and holiday.arabic_name or holiday.name,
                    "english_name": holiday.name,
                    "arabic_name": holiday.arabic_name,
                    "date_from": present.date_from or holiday.first,
                    "date_to": present.date_to or holiday.last,
                    "estimated": present.estimated if present else holiday.estimated,
                    "holiday_id": present.id,
                    "state": self._get_state(present, holiday, loaded),
                }
            )
        return plan

    def _get_loaded(self):
        """The holidays that have been loaded before, also the removed ones."""
        holidays = self.env["support.public.holiday"].with_context(active_test=False)
        return holidays.search(
            [("company_id", "=", self.company_id.id), ("key", "!=", False)]
        )

    def _get_state(self, present, holiday, loaded):
        if not present:
            return "new"
        if not present.active:
            return "removed"
        if self._get_new_calendars(present, loaded):
            return "calendars"
        moved = (present.date_from, present.date_to) != (holiday.first, holiday.last)
        return "moved" if moved else "kept"

    def _get_new_calendars(self, present, loaded):
        """Desks that no holiday of that year has been loaded for. A desk that others of
        its year close was taken off this one by somebody: it stays off."""
        year = present.date_from.year
        same_year = loaded.filtered(lambda other: other.date_from.year == year)
        return self.calendar_ids._origin - same_year.calendar_ids

    def action_load(self):
        """Add what the preview says, and show all holidays.

        :return: action
        """
        self.ensure_one()
        self._load()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "support_policy.support_public_holiday_action"
        )

    def _load(self):
        """:return: the new holidays
        :rtype: support.public.holiday
        """
        lines = self.line_ids
        more = lines.filtered(lambda line: line.state == "calendars").holiday_id
        loaded = self._get_loaded()
        added = {holiday: self._get_new_calendars(holiday, loaded) for holiday in more}
        for holiday, calendars in added.items():
            holiday.calendar_ids |= calendars
        return lines.filtered(lambda line: line.state == "new")._create_holidays()


class SupportPublicHolidayWizardLine(models.TransientModel):
    """One holiday of the preview."""

    _name = "support.public.holiday.wizard.line"
    _description = "Public Holiday to Load"
    _order = "date_from, id"

    wizard_id = fields.Many2one(
        "support.public.holiday.wizard", required=True, ondelete="cascade"
    )
    holiday_id = fields.Many2one("support.public.holiday", ondelete="cascade")
    key = fields.Char(required=True)
    name = fields.Char(required=True)
    english_name = fields.Char(required=True)
    arabic_name = fields.Char(required=True)
    date_from = fields.Date(string="First Day", required=True)
    date_to = fields.Date(string="Last Day", required=True)
    weekdays = fields.Char(string="Days", compute="_compute_weekdays")
    estimated = fields.Boolean()
    state = fields.Selection(STATES, required=True)

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_weekdays(self):
        for line in self:
            days = [line.date_from, line.date_to]
            names = [format_date(self.env, day, date_format="EEEE") for day in days]
            line.weekdays = " – ".join(dict.fromkeys(names))

    def _create_holidays(self):
        created = self.env["support.public.holiday"].create(
            [
                {
                    "name": line.name,
                    "company_id": line.wizard_id.company_id.id,
                    "date_from": line.date_from,
                    "date_to": line.date_to,
                    "calendar_ids": line.wizard_id.calendar_ids.ids,
                    "estimated": line.estimated,
                    "key": line.key,
                }
                for line in self
            ]
        )
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for holiday, line in zip(created, self, strict=True):
            names = {
                code: line.arabic_name if code.startswith("ar") else line.english_name
                for code in ("en_US", *languages)
            }
            holiday.update_field_translations("name", names)
        return created
