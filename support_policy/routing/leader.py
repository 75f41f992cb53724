from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    leader_ids = fields.Many2many(
        "res.users",
        string="Leaders",
        compute="_compute_leader_ids",
        compute_sudo=True,
        recursive=True,
        help="The leaders of the team and of the teams above it.",
    )

    @api.depends("user_id", "parent_id.leader_ids")
    def _compute_leader_ids(self):
        for team in self:
            team.leader_ids = team.user_id | team.parent_id.leader_ids


class HelpdeskTicket(models.Model):
    """Who leads a ticket: the one answer to it, for buttons, rules and records."""

    _inherit = "helpdesk.ticket"

    leader_ids = fields.Many2many(
        "res.users",
        string="Leaders",
        compute="_compute_leader_ids",
        compute_sudo=True,
        search="_search_leader_ids",
        groups="base.group_user",
        help="The leader of the ticket's team, and everybody above them.",
    )

    @api.depends("team_id.leader_ids", "department_id.user_id")
    def _compute_leader_ids(self):
        for ticket in self:
            ticket.leader_ids = ticket.team_id.leader_ids | ticket.department_id.user_id

    @api.model
    def _search_leader_ids(self, operator, value):
        """The same for a search; it costs one query on teams, however deep they lie.

        :rtype: Domain
        """
        if operator != "in" or False in value:
            return NotImplemented
        teams = self.env["helpdesk.ticket.team"].with_context(active_test=False)
        led = teams.search([("user_id", "in", value)]).ids
        return Domain("team_id", "child_of", led) | Domain("department_id", "in", led)

    def _is_led_by(self, user):
        """Whether somebody leads the ticket's team or stands above it. Helpdesk
        managers stand above all.

        :param res.users user: of the staff
        :rtype: bool
        """
        self.ensure_one()
        return user in self.leader_ids or user.has_group(
            "helpdesk_mgmt.group_helpdesk_manager"
        )


class ResUsers(models.Model):
    _inherit = "res.users"

    def _is_leader(self):
        """Whether somebody leads any team or department.

        :rtype: bool
        """
        self.ensure_one()
        # sudo: also one of a company that the person does not work in at present
        teams = self.env["helpdesk.ticket.team"].sudo()
        return bool(teams.search_count([("user_id", "=", self.id)], limit=1))
