from odoo import fields, models

from . import hours_mixin as _hours_mixin  # noqa: F401 (extended here)


class SupportDiplomaProgram(models.Model):
    """A diploma programme, whose sessions open the hotline (R3)."""

    _name = "support.diploma.program"
    _inherit = ["support.hours.mixin"]
    _description = "Diploma Programme"
    _order = "name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Only the support desks of this company open for its sessions. If empty, "
        "those of all companies do.",
    )
    session_ids = fields.One2many(
        "support.diploma.session", "program_id", string="Sessions"
    )
    session_count = fields.Integer(compute="_compute_session_count")

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "Another programme already has this code.",
    )

    def _compute_session_count(self):
        counts = dict(
            self.env["support.diploma.session"]._read_group(
                [("program_id", "in", self.ids)], ["program_id"], ["__count"]
            )
        )
        for program in self:
            program.session_count = counts.get(program, 0)

    def action_open_sessions(self):
        """The programme's sessions, in a calendar."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_policy.support_diploma_session_action"
        )
        return action | {
            "domain": [("program_id", "=", self.id)],
            "context": {"default_program_id": self.id},
        }

    # -- hours of desks -----------------------------------------------------------

    def _get_calendars(self):
        return self.session_ids._get_calendars()

    def _get_hours_fields(self):
        return {"company_id"}
