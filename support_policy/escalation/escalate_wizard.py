from odoo import fields, models
from odoo.exceptions import UserError


class SupportEscalateWizard(models.TransientModel):
    """A manager sends a ticket one tier up before its time is over, and says why."""

    _name = "support.escalate.wizard"
    _description = "Escalate Manually"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_escalate(self):
        """Climb one tier with trigger ``manual``.

        :raises UserError: nothing is owed on the ticket, it is at the top, or somebody
            else is changing it
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        # what is being planned afresh; it may end by that
        self.ticket_id._get_running_cycles()._catch_up()
        cycle = self.ticket_id._get_running_cycles()
        if not cycle:
            raise UserError(
                self.env._(
                    "This ticket is not waiting for an answer, so it cannot be "
                    "escalated."
                )
            )
        if not cycle._get_next_tier():
            raise UserError(
                self.env._("This ticket is already at the highest tier of its ladder.")
            )
        if not cycle._try_lock():
            raise UserError(
                self.env._(
                    "Somebody else is changing this ticket at this moment. Please try "
                    "again."
                )
            )
        cycle._climb("manual", reason=self.reason)
        cycle._send_notices()
        return {"type": "ir.actions.act_window_close"}
