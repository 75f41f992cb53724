from odoo import models


class HelpdeskTicketStage(models.Model):
    """A stage that becomes, or stops being, one of closed tickets ends, or reopens, all
    that are in it (R9)."""

    _inherit = "helpdesk.ticket.stage"

    def write(self, vals):
        if "closed" not in vals:
            return super().write(vals)
        # sudo: tickets follow, whoever edits stages
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        inside = tickets.search([("stage_id", "in", self.ids)])
        finished = inside.filtered(lambda ticket: ticket._get_end_reason())
        result = super().write(vals)
        inside._follow_end(finished)
        return result
