from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportSlaPolicy(models.Model):
    _inherit = "support.sla.policy"

    ladder_id = fields.Many2one(
        "support.escalation.ladder",
        string="Escalation Ladder",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.ref(
            "support_policy.ladder_standard", raise_if_not_found=False
        ),
    )
    warning_hours = fields.Float(
        string="Warn Before",
        default=4.0,
        help="How many business hours before the deadline the assigned person, or "
        "else the team, is warned. Zero means no warning.",
    )

    _warning_hours_not_negative = models.Constraint(
        "CHECK(warning_hours >= 0)",
        "The number of hours to warn before the deadline cannot be negative.",
    )

    @api.constrains("ladder_id", "company_id")
    def _check_ladder(self):
        for policy in self:
            owner = policy.ladder_id.company_id
            if policy.company_id and owner and owner != policy.company_id:
                raise ValidationError(
                    self.env._(
                        "The ladder “%(ladder)s” and the policy “%(policy)s” "
                        "belong to different companies. Choose a ladder of "
                        "%(company)s.",
                        ladder=policy.ladder_id.name,
                        policy=policy.name,
                        company=policy.company_id.name,
                    )
                )

    @api.model
    def _get_promise_fields(self):
        return super()._get_promise_fields() | {"ladder_id", "warning_hours"}

    def write(self, vals):
        result = super().write(vals)
        if "ladder_id" in vals:
            self._hand_over()
        return result

    def _hand_over(self):
        """Another tier may have what runs under these policies."""
        cycles = self.env["support.sla.cycle"]
        cycles._hand_over_where(cycles._get_running_domain(self))
