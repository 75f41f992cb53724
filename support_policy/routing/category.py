from odoo import fields, models
from odoo.fields import Domain

#: What decides the department of the tickets below.
TREE = {"department_id", "parent_id"}


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Handled by",
        index="btree_not_null",
        help="Team that handles the tickets of this category. If empty, the team of "
        "the parent category applies.",
    )
    department_id = fields.Many2one(
        "helpdesk.ticket.team",
        domain="[('parent_id', '=', False)]",
        help="Department whose manager is responsible for this kind of problem. If "
        "empty, the department of the parent category applies, or else that of the "
        "team.",
    )

    def write(self, vals):
        result = super().write(vals)
        if TREE & vals.keys():
            below = Domain("category_id", "child_of", self.ids)
            self.env["helpdesk.ticket.team"]._follow_tree(below)
        return result

    def _get_routed(self, field_name, company):
        """Value of ``field_name`` on this category, else on its nearest ancestor.

        A category that companies share may name one company's team: it says nothing
        about the tickets of the others.

        :param str field_name: ``team_id`` or ``department_id``
        :param res.company company: of the ticket
        :rtype: helpdesk.ticket.team (empty if none of them says)
        """
        # sudo: where a request goes does not depend on what its writer may read
        category = self.sudo()
        while category:
            team = category[field_name]
            if team and team.company_id <= company:
                return team.with_env(self.env)
            category = category.parent_id
        return self.env["helpdesk.ticket.team"]
