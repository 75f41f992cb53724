from odoo import api, models
from odoo.exceptions import ValidationError

STAGE = "support_policy.stage_violation"


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    @api.model
    def _get_violation_stage(self):
        """The stage of tickets cancelled for a violation.

        :rtype: helpdesk.ticket.stage
        """
        return self.env.ref(STAGE)

    @api.constrains("active", "closed", "close_from_portal", "company_id", "team_ids")
    def _check_violation_stage(self):
        known = self.env.ref(STAGE, raise_if_not_found=False)
        stage = self & known if known else self.browse()  # it is just being made
        shared = not (stage.company_id or stage.team_ids)
        if stage and not (
            stage.active and stage.closed and shared and not stage.close_from_portal
        ):
            raise ValidationError(
                self.env._(
                    "The stage “%(stage)s” is used to cancel tickets of all teams "
                    "for violations. Keep it active, closed, shared by all teams "
                    "and companies, and not selectable on the portal.",
                    stage=stage.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_violation_stage(self):
        if self & self._get_violation_stage():
            raise ValidationError(
                self.env._(
                    "Tickets are cancelled for violations in this stage. You can "
                    "rename it, but not delete it."
                )
            )
