from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..calendar.utc import aware, naive

#: Who gets the requests of a tier, and how long they have.
STEP = {
    "answer_within",
    "assignee",
    "floor_minutes",
    "hours",
    "ladder_id",
    "level",
    "user_id",
}


class SupportEscalationTier(models.Model):
    """Who gets an unanswered request, and how long they have."""

    _name = "support.escalation.tier"
    _description = "Escalation Tier"
    _order = "ladder_id, level, id"

    ladder_id = fields.Many2one(
        "support.escalation.ladder", required=True, ondelete="cascade", index=True
    )
    level = fields.Integer(required=True, default=1)
    name = fields.Char(required=True, translate=True)
    assignee = fields.Selection(
        [
            ("team_leader", "Team leader"),
            ("department_manager", "Department manager"),
            ("executive", "Deputy CEO"),
            ("user", "A specific person"),
        ],
        required=True,
        default="team_leader",
    )
    user_id = fields.Many2one(
        "res.users", string="Person", domain="[('share', '=', False)]"
    )
    answer_within = fields.Selection(
        [("hours", "Business hours"), ("same_day", "The same business day")],
        required=True,
        default="hours",
    )
    hours = fields.Float(
        default=24.0, help="Business hours, according to the policy's calendar."
    )
    floor_minutes = fields.Integer(
        string="Minimum Time Left (minutes)",
        default=60,
        help="If less than this is left of the business day, the time lasts until the "
        "end of the next one.",
    )
    remind_team = fields.Boolean(help="The whole team receives the notice as well.")
    mail_department = fields.Boolean(
        string="Notify the Department",
        help="The department's mailbox receives the notice as well.",
    )
    priority = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]._fields["priority"].selection
        ),
        help="Priority that the ticket is given. If empty, the ticket keeps its own.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Notice",
        domain="[('model', '=', 'support.sla.cycle')]",
        default=lambda self: self.env.ref(
            "support_policy.mail_template_escalation", raise_if_not_found=False
        ),
        ondelete="restrict",
    )

    _hours_positive = models.Constraint(
        "CHECK(answer_within <> 'hours' OR hours > 0)",
        "Enter more than zero business hours for the tier.",
    )
    _floor_not_negative = models.Constraint(
        "CHECK(floor_minutes >= 0)", "The number of minutes cannot be negative."
    )
    _level_positive = models.Constraint("CHECK(level > 0)", "Tier numbers start at 1.")

    @api.constrains("assignee", "user_id")
    def _check_user(self):
        for tier in self:
            if tier.assignee == "user" and not tier.user_id:
                raise ValidationError(
                    self.env._(
                        "Choose the person who receives the requests of the tier "
                        "“%(tier)s”.",
                        tier=tier.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers.ladder_id._tiers_changed()
        return tiers

    def write(self, vals):
        before = self.ladder_id
        result = super().write(vals)
        if STEP & vals.keys():
            (before | self.ladder_id)._tiers_changed()
        return result

    def unlink(self):
        ladders = self.ladder_id
        result = super().unlink()
        ladders.exists()._tiers_changed()
        return result

    def _get_due(self, reached_at, time):
        """Until when the holder of this tier has time to answer.

        :param datetime reached_at: naive UTC, when the request really got here
        :param BusinessTime time: of the policy's calendar
        :return: naive UTC
        """
        self.ensure_one()
        reached_at = aware(reached_at)
        if self.answer_within == "same_day":
            return naive(time.end_of_day(reached_at, at_least=self.floor_minutes / 60))
        return naive(time.add(reached_at, self.hours))

    def _get_post(self, ticket):
        """Where the tier's post is described, and who holds it.

        :return: the record whose form names the holder (team, department, company or
            tier) and the user, who may be empty or archived
        :rtype: tuple
        """
        self.ensure_one()
        if self.assignee == "user":
            return self, self.user_id
        if self.assignee == "executive":
            return ticket.company_id, ticket.company_id.support_executive_id
        team = ticket.team_id
        if self.assignee == "department_manager":
            team = ticket.department_id
        return team, team.user_id

    def _name_office(self, ticket):
        """The post of this tier, as people outside know it.

        :rtype: str
        """
        self.ensure_one()
        if self.assignee == "executive":
            return self.env._("the Deputy CEO's office")
        if self.assignee == "department_manager":
            return self.env._(
                "the department “%(name)s”", name=ticket.department_id.name
            )
        if self.assignee == "team_leader":
            return self.env._("the leader of “%(name)s”", name=ticket.team_id.name)
        return f"“{self.name}”"

    def _find_holder(self, ticket):
        """Who gets the ticket at this tier: a post that is vacant, or whose holder
        cannot act, goes to the next person up.

        :return: the user (empty if there is nobody at all), and the tiers whose posts
            were found vacant on the way
        :rtype: tuple
        """
        vacant = self.browse()
        for tier in self.ladder_id.tier_ids.sorted("level"):
            if tier.level < self.level:
                continue
            user = tier._get_post(ticket)[1]
            if user._can_hold(ticket):
                return user, vacant
            vacant |= tier
        executive = ticket.company_id.support_executive_id
        return executive.filtered(lambda user: user._can_hold(ticket)), vacant

    def _get_form(self, ticket):
        """Where somebody fills this tier's post: a form that has activities.

        :return: a team or department; empty, if the ticket has none
        """
        post = self._get_post(ticket)[0]
        # companies and tiers have no activities: the department's form is nearest
        is_team = post._name == "helpdesk.ticket.team"
        return is_team and post or ticket.department_id

    def _report_vacant(self, form, company):
        """Tell the helpdesk managers that nobody receives this tier's requests (R4).

        :param helpdesk.ticket.team form: where the post is filled; may be empty
        :param res.company company: whose requests find it vacant
        """
        self.ensure_one()
        self.env["support.incident"]._report(
            f"vacant post: {company.id}: {self.id}: {form.id}",
            company,
            company._get_helpdesk_managers(),
            lambda env: env._(
                "Vacant: nobody receives the requests of the tier “%(tier)s”",
                tier=self.with_env(env).name,
            ),
            record=form,
        )
