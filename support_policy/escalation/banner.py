from odoo import api, fields, models

from ..calendar.utc import aware

#: A deadline this near, in business hours, is shown as urgent.
URGENT_HOURS = 4
URGENCY_CLASSES = {
    "calm": "alert-success",
    "urgent": "alert-warning",
    "breached": "alert-danger",
}


class HelpdeskTicket(models.Model):
    """What an agent must see in one glance: who owes an answer, by when, what next."""

    _inherit = "helpdesk.ticket"

    sla_urgency = fields.Selection(
        [("calm", "In time"), ("urgent", "Urgent"), ("breached", "Breached")],
        compute="_compute_sla_remaining",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    sla_remaining_hours = fields.Float(
        compute="_compute_sla_remaining",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Business hours left until the SLA deadline; negative once it has passed.",
    )
    sla_remaining = fields.Char(
        string="Time Left",
        compute="_compute_sla_remaining",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Business time left until the SLA deadline.",
    )
    sla_banner = fields.Html(
        compute="_compute_sla_banner",
        compute_sudo=True,  # the post is held by the same person whoever reads it
        sanitize=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends("sla_deadline")
    @api.depends_context("lang")
    def _compute_sla_remaining(self):
        now = fields.Datetime.now()
        times = self._get_running_cycles().policy_id._get_business_times(now)
        for ticket in self:
            cycle = ticket._get_running_cycles()
            hours = 0.0
            if cycle:
                time = times[cycle.policy_id]
                hours = time.hours_between(aware(now), aware(cycle.deadline))
            ticket.sla_remaining_hours = hours
            ticket.sla_remaining = bool(cycle) and self._format_business_hours(hours)
            ticket.sla_urgency = bool(cycle) and _get_urgency(
                hours, now > cycle.deadline
            )

    @api.depends(
        "answer_due_at",
        "sla_remaining",
        "sla_state",
        "team_id",
        "user_id",
        "waiting_since",
    )
    @api.depends_context("lang")
    def _compute_sla_banner(self):
        for ticket in self:
            ticket.sla_banner = self.env["ir.qweb"]._render(
                "support_policy.helpdesk_ticket_banner",
                {
                    "ticket": ticket,
                    "cycle": ticket._get_running_cycles(),
                    "urgency_class": URGENCY_CLASSES.get(ticket.sla_urgency),
                },
                minimal_qcontext=True,
            )

    @api.model
    def _format_business_hours(self, hours):
        """Business time ahead or (negative) behind, short enough for a list."""
        if hours < 0:
            return self.env._("%(hours)s h %(minutes)s min late", **_split(hours))
        return self.env._("%(hours)s h %(minutes)s min", **_split(hours))

    @api.model
    def _describe_business_hours(self, hours):
        """The same as a sentence."""
        if hours < 0:
            return self.env._(
                "%(hours)s h %(minutes)s min of business time ago", **_split(hours)
            )
        return self.env._(
            "in %(hours)s h %(minutes)s min of business time", **_split(hours)
        )

    def _get_next_post(self):
        """The tier that gets this ticket next, and the person in that post now. Runs as
        superuser.

        :return: tier (empty after the last one) and user (empty if the post is vacant)
        :rtype: tuple
        """
        self.ensure_one()
        tier = self._get_running_cycles()._get_next_tier()
        holder = tier._find_holder(self)[0] if tier else self.env["res.users"]
        return tier, holder


def _get_urgency(hours, breached):
    if breached:
        return "breached"
    return "urgent" if hours <= URGENT_HOURS else "calm"


def _split(hours):
    """Business hours as whole hours and minutes, without the sign."""
    minutes = round(abs(hours) * 60)
    return {"hours": minutes // 60, "minutes": minutes % 60}
