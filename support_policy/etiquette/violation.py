from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REPORTED, STUDIED, ACTIONED, DISMISSED = STATES = (
    "reported",
    "studied",
    "actioned",
    "dismissed",
)
#: What compliance officers may write, and only before the case is decided. All else is
#: written by the steps of the case.
OFFICERS_WRITE = {"user_id", "decision", "action_id", "referred_to_id"}


class SupportViolation(models.Model):
    """A recorded breach of the etiquette, with its evidence and its study (R6).

    Cases are opened by closing a ticket, moved by their buttons, and never deleted.
    """

    _name = "support.violation"
    _description = "Violation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "reported_at desc, id desc"
    _mail_post_access = "read"

    name = fields.Char(string="Case", readonly=True, default="/")
    active = fields.Boolean(
        default=True, help="Not active if closing the ticket was undone."
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Requester",
        ondelete="restrict",
        index="btree_not_null",
    )
    rule_ids = fields.Many2many(
        "support.etiquette.rule",
        string="Rules Broken",
        required=True,
        ondelete="restrict",
        context={"active_test": False},
    )
    reason = fields.Text(required=True)
    concerned_ids = fields.Many2many(
        "res.partner",
        string="Also Informed",
        help="Supervising body or programme coordinator, informed in addition to the "
        "requester.",
    )
    state = fields.Selection(
        [
            (REPORTED, "Reported"),
            (STUDIED, "Reviewed"),
            (ACTIONED, "Action Taken"),
            (DISMISSED, "Dismissed"),
        ],
        required=True,
        default=REPORTED,
        tracking=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Compliance Officer",
        tracking=True,
        index="btree_not_null",
        domain="[('id', 'in', officer_ids)]",
    )
    officer_ids = fields.Many2many("res.users", compute="_compute_officer_ids")
    reported_by_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    reported_at = fields.Datetime(required=True)
    decision = fields.Text(
        tracking=True, help="Why action is taken, or why the violation is dismissed."
    )
    action_id = fields.Many2one(
        "support.violation.action", ondelete="restrict", tracking=True
    )
    refers = fields.Boolean(related="action_id.refers")
    referred_to_id = fields.Many2one(
        "res.partner", string="Supervising Body", tracking=True
    )
    restricted_until = fields.Date(
        string="Restricted to E-mail Until", readonly=True, tracking=True
    )
    decided_by_id = fields.Many2one("res.users", ondelete="restrict")
    decided_at = fields.Datetime()

    # what closing has ended, and undoing within minutes brings back
    cycle_id = fields.Many2one("support.sla.cycle", string="Dropped Cycle")
    previous_stage_id = fields.Many2one("helpdesk.ticket.stage")
    waited_since = fields.Datetime()

    _one_open_case = models.UniqueIndex(
        "(ticket_id) WHERE state IN ('reported', 'studied') AND active",
        "A violation on this ticket is already under review.",
    )
    _decided_in_writing = models.Constraint(
        "CHECK(state NOT IN ('actioned', 'dismissed') OR (decision IS NOT NULL"
        " AND decided_by_id IS NOT NULL AND decided_at IS NOT NULL))",
        "A decided case needs a written decision, with its author and date.",
    )
    _actioned_with_action = models.Constraint(
        "CHECK(state != 'actioned' OR action_id IS NOT NULL)",
        "Choose the action to take.",
    )
    _nobody_judges_their_own = models.Constraint(
        "CHECK(decided_by_id != reported_by_id)",
        "Nobody can decide a case that they reported.",
    )

    @api.depends("name", "ticket_id.number")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name} ({case.ticket_id.number})"

    @api.depends("company_id")
    def _compute_officer_ids(self):
        for case in self:
            officers = case.company_id._get_compliance_officers()
            case.officer_ids = officers.filtered(case._may_be_judged_by)

    # -- who may write what -----------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        sequences = self.env["ir.sequence"]
        return super().create(
            [
                {**vals, "name": sequences.next_by_code("support.violation")}
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if not self.env.su:
            self._check_officers_write(vals)
        result = super().write(vals)
        if "user_id" in vals:
            # sudo: of an officer who may not, the activity is taken away all the same
            self.sudo()._hand_over()
        return result

    def _check_officers_write(self, vals):
        written = {
            name for name in vals if not name.startswith(("message_", "activit"))
        }
        if written - OFFICERS_WRITE:
            raise AccessError(
                self.env._(
                    "Cases are opened by closing a ticket and moved on with their "
                    "buttons."
                )
            )
        if written and any(case.state in (ACTIONED, DISMISSED) for case in self):
            raise UserError(
                self.env._("This case has been decided and can no longer be changed.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Cases cannot be deleted. They are kept as a record.")
        )
