from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime

from . import hours_mixin as _hours_mixin  # noqa: F401 (extended here)


class SupportDiplomaSession(models.Model):
    """A time at which a programme is held: the hotline is open then (R3)."""

    _name = "support.diploma.session"
    _inherit = ["support.hours.mixin"]
    _description = "Diploma Session"
    _order = "start desc, id desc"
    _rec_name = "topic"

    program_id = fields.Many2one(
        "support.diploma.program",
        string="Programme",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="program_id.company_id")
    start = fields.Datetime(required=True, index=True)
    stop = fields.Datetime(string="End", required=True)
    topic = fields.Char()
    trainer_id = fields.Many2one("res.partner", index="btree_not_null")
    cancelled = fields.Boolean(
        help="The hotline is not opened for a cancelled session."
    )

    _ends_after_start = models.Constraint(
        "CHECK(stop > start)", "A session must end after it starts."
    )
    # Deferred, so that the check below can say which session is in the way
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(program_id, program_id, '[]') WITH &&,
            tsrange(start, stop) WITH &&
        ) WHERE (cancelled IS NOT TRUE) DEFERRABLE INITIALLY DEFERRED""",
        "A programme can only have one session at a time. Move or cancel one of them.",
    )

    @api.depends("program_id", "topic")
    def _compute_display_name(self):
        for session in self:
            parts = (session.program_id.name, session.topic)
            session.display_name = ": ".join(part for part in parts if part)

    @api.constrains("program_id", "start", "stop", "cancelled")
    def _check_overlap(self):
        held = self.filtered(lambda session: not session.cancelled)
        if not held:
            return
        others = self.search(
            [
                ("program_id", "in", held.program_id.ids),
                ("cancelled", "=", False),
                ("start", "<", max(held.mapped("stop"))),
                ("stop", ">", min(held.mapped("start"))),
            ],
            order="program_id, start, id",
        )
        for earlier, later in pairwise(others):
            same = earlier.program_id == later.program_id
            if same and later.start < earlier.stop and (earlier | later) & held:
                raise ValidationError(
                    self.env._(
                        "“%(later)s” starts at %(start)s, before “%(earlier)s” "
                        "ends at %(stop)s. Move or cancel one of them.",
                        later=later.display_name,
                        start=format_datetime(self.env, later.start),
                        earlier=earlier.display_name,
                        stop=format_datetime(self.env, earlier.stop),
                    )
                )

    # -- hours of desks -----------------------------------------------------------

    @api.model
    def _get_opening_domain(self, company_id):
        """Sessions that open the hotline of a company.

        :rtype: Domain
        """
        return Domain(
            [
                ("cancelled", "=", False),
                ("program_id.company_id", "in", [company_id, False]),
            ]
        )

    def _get_calendars(self):
        calendars = self.env["resource.calendar"]
        domain = Domain("open_during_sessions", "=", True)
        companies = self.program_id.company_id
        if all(program.company_id for program in self.program_id):
            domain &= Domain("company_id", "in", [*companies.ids, False])
        return calendars.search(domain)

    def _get_hours_fields(self):
        return {"program_id", "start", "stop", "cancelled"}
