from odoo import api, fields, models


class SupportChannelLine(models.AbstractModel):
    """A line of ours that brings requests in: a number, an exchange."""

    _name = "support.channel.line"
    _description = "Line of a Channel"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", help="Receives the requests whose category has no team."
    )
    category_id = fields.Many2one(
        "helpdesk.ticket.category", help="Category of the tickets created."
    )
    url = fields.Char(string="Address", compute="_compute_url")

    _goes_somewhere = models.Constraint(
        "CHECK(team_id IS NOT NULL OR category_id IS NOT NULL)",
        "Choose a team or a category to receive the requests.",
    )

    @api.depends_context("uid")
    def _compute_url(self):
        for line in self:
            address = f"{line.get_base_url()}{line._get_path()}"
            line.url = address if line.id else False

    def _get_path(self):
        """Where the other side calls us, without the server's name."""
        raise NotImplementedError
