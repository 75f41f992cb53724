from odoo import fields, models


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Handled by",
        index="btree_not_null",
        help="Team that gets the tickets of this category. Empty: as the parent "
        "category says.",
    )
    department_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Department",
        domain="[('parent_id', '=', False)]",
        help="Department whose manager answers for this kind of problem. Empty: as the "
        "parent category says, else the department of the team.",
    )

    def _get_routed(self, field_name):
        """Value of ``field_name`` on this category, else on its nearest ancestor.

        :param str field_name: ``team_id`` or ``department_id``
        :rtype: helpdesk.ticket.team (empty if none of them says)
        """
        category = self
        while category and not category[field_name]:
            category = category.parent_id
        return category[field_name]
