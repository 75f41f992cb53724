from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    child_ids = fields.One2many(
        "helpdesk.ticket.team", "parent_id", string="Teams of this department"
    )

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self._follow_tree(Domain("team_id", "child_of", self.ids))
        return result

    @api.model
    def _follow_tree(self, domain):
        """Hook: teams or categories have moved; open tickets below them go along (R9).

        :param Domain domain: the tickets below them
        :return: those that are open, as superuser
        """
        # sudo: tickets follow, whoever edits trees
        tickets = self.env["helpdesk.ticket"].sudo()
        tickets = tickets.search(Domain("closed", "=", False) & domain)
        self.env.add_to_compute(tickets._fields["department_id"], tickets)
        return tickets

    def _get_department(self):
        """The department of a team: its topmost parent, or itself."""
        team = self
        while team.parent_id:
            team = team.parent_id
        return team
