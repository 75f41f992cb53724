from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ..calendar.business_time import BeyondHorizon
from ..calendar.utc import aware

#: How far deadlines usually lie ahead: what a calendar is loaded for at first.
USUAL_RANGE = timedelta(days=30)
#: How long ago those began that still wait.
USUAL_PAST = timedelta(days=366)
#: What decides which tickets a policy covers.
CRITERIA = {
    "active",
    "sequence",
    "company_id",
    "channel_ids",
    "beneficiary_ids",
    "category_ids",
    "team_ids",
}


class SupportSlaPolicy(models.Model):
    """Which requests are promised an answer, and within how many business hours."""

    _name = "support.sla.policy"
    _description = "SLA Policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy that matches a request applies."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    # deleting a criterion must not widen the promise to everything: it is refused
    channel_ids = fields.Many2many(
        "helpdesk.ticket.channel", string="Channels", ondelete="restrict"
    )
    beneficiary_ids = fields.Many2many(
        "support.beneficiary", string="Beneficiary Categories", ondelete="restrict"
    )
    category_ids = fields.Many2many(
        "helpdesk.ticket.category",
        string="Categories",
        ondelete="restrict",
        help="These categories and the ones below them.",
    )
    team_ids = fields.Many2many(
        "helpdesk.ticket.team",
        string="Teams",
        ondelete="restrict",
        help="These teams and, for a department, the teams below it.",
    )
    response_hours = fields.Float(
        string="Answer Within",
        required=True,
        help="Hours within the opening hours of the calendar. For a support desk that "
        "is open eight hours a day, 24 hours are three working days.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('is_support_desk', '=', True)]",
    )
    cycle_ids = fields.One2many("support.sla.cycle", "policy_id", string="SLA Cycles")

    _response_hours_positive = models.Constraint(
        "CHECK(response_hours > 0)",
        "Enter a response time of more than zero hours.",
    )

    @api.constrains("calendar_id", "company_id", "response_hours")
    def _check_calendar(self):
        self.calendar_id._check_countable()
        for policy in self:
            owner = policy.calendar_id.company_id
            if not (owner or policy.company_id):
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” has no company, so its holidays are "
                        "unknown. Set a company on the calendar or on “%(policy)s”.",
                        calendar=policy.calendar_id.name,
                        policy=policy.name,
                    )
                )
            if policy.company_id and owner and owner != policy.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” and the policy “%(policy)s” belong to "
                        "different companies. Choose a calendar of %(company)s.",
                        calendar=policy.calendar_id.name,
                        policy=policy.name,
                        company=policy.company_id.name,
                    )
                )
        self._check_reachable()

    def _check_reachable(self):
        """Refuse a promise that its calendar cannot keep within ten years."""
        now = fields.Datetime.now()
        for policy in self:
            try:
                time = policy._get_business_times(now)[policy]
                time.add(aware(now), policy.response_hours)
            except BeyondHorizon as never:
                raise ValidationError(
                    self.env._(
                        "With “%(calendar)s”, %(hours)s business hours take more "
                        "than ten years. Reduce the hours of the policy or extend "
                        "the opening hours of the calendar.",
                        calendar=policy.calendar_id.name,
                        hours=policy.response_hours,
                    )
                ) from never

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        policies = super().create(vals_list)
        policies.sudo()._rematch()  # sudo: see write
        return policies

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        # sudo: cycles are written by the clock only, whoever edits the policy
        policies = self.sudo()
        if self._get_promise_fields() & vals.keys():
            policies._replan_cycles(", ".join(policies.mapped("name")))
        if CRITERIA & vals.keys():
            policies._rematch()
        return result

    @api.model
    def _get_promise_fields(self):
        """Fields whose change moves the running cycles of the policy (R4)."""
        return {"response_hours", "calendar_id"}

    @api.model
    def _get_by_branch(self):
        """The active policies that cover branches of the categories or teams."""
        # archived criteria count: see _get_criteria
        return self.with_context(active_test=False).search(
            Domain("active", "=", True)
            & (Domain("category_ids", "!=", False) | Domain("team_ids", "!=", False))
        )

    @api.model
    def _match(self, tickets):
        """First policy, by sequence, whose filled criteria all fit.

        :param helpdesk.ticket tickets: in any number, of any companies
        :return: {ticket: policy}, the policy empty where none fits
        :rtype: dict
        """
        # sudo: which promise a ticket is under does not depend on who creates it
        all_criteria, tickets = self.sudo()._get_criteria(), tickets.sudo()
        return {
            ticket: self.browse(_find_first(all_criteria, _get_facts(ticket)))
            for ticket in tickets
        }

    @api.model
    @ormcache()
    def _get_criteria(self):
        """What every active policy covers, by sequence. Kept until a policy changes.

        :return: pairs of a policy's id and the ids it asks for (see ``_get_facts``), an
            empty set where it does not mind
        :rtype: tuple
        """
        # an archived channel is a criterion still, not the lack of one
        policies = self.with_context(active_test=False).search([("active", "=", True)])
        return tuple(
            (
                policy.id,
                tuple(
                    frozenset(policy[name].ids)
                    for name in (
                        "company_id",
                        "channel_ids",
                        "beneficiary_ids",
                        "category_ids",
                        "team_ids",
                    )
                ),
            )
            for policy in policies
        )

    def _get_business_times(self, since):
        """Business time of each policy's calendar, loaded once per calendar.

        :param datetime since: naive UTC; earliest moment that will be asked for
        :rtype: dict of {policy: BusinessTime}
        """
        now = aware(fields.Datetime.now())
        # what lies further back is laid out when it is asked for
        start, stop = max(aware(since), now - USUAL_PAST), now + USUAL_RANGE
        # a calendar that companies share is closed by the holidays of the policy's
        desks = {
            policy: policy.calendar_id.with_company(policy.company_id)
            for policy in self
        }
        times = {
            (desk, desk.env.company): desk.support_business_time(
                start, max(start, stop)
            )
            for desk in set(desks.values())
        }
        return {policy: times[desk, desk.env.company] for policy, desk in desks.items()}


def _find_first(all_criteria, facts):
    """Id of the first policy whose filled criteria all fit (R2), or False."""
    for policy_id, criteria in all_criteria:
        if all(
            not wanted or not wanted.isdisjoint(found)
            for wanted, found in zip(criteria, facts, strict=True)
        ):
            return policy_id
    return False


def _get_facts(ticket):
    """The ids that a policy may ask for; of trees, those of all ancestors as well."""
    return (
        ticket.company_id.ids,
        ticket.channel_id.ids,
        ticket.beneficiary_id.ids,
        _get_lineage(ticket.category_id),
        _get_lineage(ticket.team_id),
    )


def _get_lineage(node):
    return [int(part) for part in (node.parent_path or "").split("/") if part]
