from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    child_ids = fields.One2many(
        "helpdesk.ticket.team", "parent_id", string="Teams of this department"
    )

    def _get_department(self):
        """The department of a team: its topmost parent, or itself."""
        team = self
        while team.parent_id:
            team = team.parent_id
        return team
