from collections import namedtuple
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..calendar.business_time import BeyondHorizon
from ..calendar.utc import aware, naive

#: Moments of a request's way through the policy; ``moment`` is naive UTC.
Step = namedtuple("Step", "event title person moment text")

# The picture, in its own units
WIDTH, MARGIN, TOP, BAR = 1000, 48, 56, 46
COLOURS = {
    "received": "#0d6efd",
    "warning": "#fd7e14",
    "deadline": "#dc3545",
    "tier": "#6f42c1",
    "reminder": "#6f42c1",
}
#: As many days at the most are named below the bar.
DAY_LABELS = 14


class SupportPolicySimulator(models.TransientModel):
    """What the policy does with a request that nobody answers; nothing is stored."""

    _name = "support.policy.simulator"
    _description = "Policy Simulator"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    channel_id = fields.Many2one(
        "helpdesk.ticket.channel",
        required=True,
        default=lambda self: self.env["helpdesk.ticket.channel"]._get_by_code(
            "email", self.env.company
        ),
    )
    beneficiary_id = fields.Many2one(
        "support.beneficiary", string="Beneficiary Category"
    )
    category_id = fields.Many2one("helpdesk.ticket.category")
    received_at = fields.Datetime(
        string="Received", required=True, default=fields.Datetime.now
    )
    policy_id = fields.Many2one(
        "support.sla.policy", string="SLA Policy", compute="_compute_policy_id"
    )
    # as superuser: who holds a post, and when a desk is closed, does not depend on what
    # the person who asks may see
    deadline = fields.Datetime(
        string="SLA Deadline", compute="_compute_timeline", compute_sudo=True
    )
    timeline = fields.Html(
        compute="_compute_timeline", compute_sudo=True, sanitize=False
    )

    def _compute_display_name(self):
        self.display_name = self.env._("Policy Simulator")

    @api.depends("company_id", "channel_id", "beneficiary_id", "category_id")
    def _compute_policy_id(self):
        for simulator in self:
            ticket = simulator._get_ticket()
            policies = self.env["support.sla.policy"]
            simulator.policy_id = policies._match(ticket)[ticket]

    @api.depends("policy_id", "received_at")
    @api.depends_context("lang")
    def _compute_timeline(self):
        for simulator in self:
            simulator.deadline = False
            simulator.timeline = False
            if not simulator.received_at:
                continue
            values = {"simulator": simulator, "steps": []}
            try:
                if simulator.policy_id:
                    steps = simulator._get_steps()
                    simulator.deadline = simulator._find_step(steps, "deadline").moment
                    picture = simulator._get_picture(steps)
                    values = {"simulator": simulator, "steps": steps, **picture}
            except BeyondHorizon:
                values["beyond_horizon"] = True
            simulator.timeline = self.env["ir.qweb"]._render(
                "support_policy.support_policy_timeline", values, minimal_qcontext=True
            )

    def _get_ticket(self):
        """The request, as far as the policy looks at it; in memory only."""
        self.ensure_one()
        return self.env["helpdesk.ticket"].new(
            {
                "company_id": self.company_id.id,
                "channel_id": self.channel_id.id,
                "beneficiary_id": self.beneficiary_id.id,
                "category_id": self.category_id.id,
            }
        )

    # -- what happens -------------------------------------------------------------

    def _get_business_time(self):
        return self.policy_id._get_business_times(self.received_at)[self.policy_id]

    def _get_steps(self):
        """Everything that happens to the request, as long as nobody answers.

        :rtype: list of Step
        :raises BeyondHorizon: if it takes more than ten years
        """
        policy, time = self.policy_id, self._get_business_time()
        ticket = self._get_ticket()
        plan = ticket._get_clock()._get_plan(policy, self.received_at, time)
        text = policy.calendar_id._format_moment
        steps = [
            Step(
                "received",
                self.env._("Received"),
                ticket.team_id.name or "",
                self.received_at,
                text(self.received_at),
            )
        ]
        if plan["warn_at"]:
            steps.append(
                Step(
                    "warning",
                    self.env._("Warning"),
                    ticket.team_id.name or "",
                    plan["warn_at"],
                    text(plan["warn_at"]),
                )
            )
        reached = plan["deadline"]
        steps.append(
            Step("deadline", self.env._("Deadline"), "", reached, text(reached))
        )
        for tier in policy.ladder_id.tier_ids.sorted("level"):
            holder = tier._find_holder(ticket)[0]
            person = holder.name or self.env._("Vacant: assigned to nobody")
            title = f"{tier.level}. {tier.name}"
            steps.append(Step("tier", title, person, reached, text(reached)))
            reached = tier._get_due(reached, time)
        steps.append(
            Step(
                "reminder",
                self.env._("Reminder every business day"),
                steps[-1].person,
                reached,
                text(reached),
            )
        )
        return steps

    def _find_step(self, steps, event):
        return next(step for step in steps if step.event == event)

    # -- the picture --------------------------------------------------------------

    def _get_picture(self, steps):
        """Shapes of the timeline, from right to left for those who read so.

        :return: values for the template
        """
        tz = pytz.timezone(self.policy_id.calendar_id.tz)
        first, last = (
            self._get_midnight(tz, step.moment) for step in (steps[0], steps[-1])
        )
        last += timedelta(days=1)
        span = (last - first).total_seconds()
        rtl = self.env["res.lang"]._get_data(code=self.env.lang).direction == "rtl"

        def place(moment):
            share = (moment - first).total_seconds() / span
            x = MARGIN + share * (WIDTH - 2 * MARGIN)
            return round(WIDTH - x if rtl else x, 1)

        def band(start, stop, **others):
            left, right = sorted((place(start), place(stop)))
            return {"x": left, "width": round(right - left, 1), **others}

        time = self._get_business_time()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        named = days[:: -(-len(days) // DAY_LABELS)]
        return {
            "width": WIDTH,
            "top": TOP,
            "bar": BAR,
            "whole": band(first, last),
            "open": [band(*pair) for pair in time.intervals(first, last)],
            "holidays": [
                band(max(start, first), min(stop, last), name=name)
                for name, start, stop in self._get_holidays(first, last)
            ],
            "days": [
                {
                    "x": place(day),
                    "name": format_date(
                        self.env, day.astimezone(tz), date_format="EEE d MMM"
                    ),
                }
                for day in named[:-1]
            ],
            "lines": [place(day) for day in days],
            "marks": self._get_marks(steps, place),
        }

    def _get_marks(self, steps, place):
        """The steps' numbers, those too near to each other on several levels."""
        marks, previous, level = [], None, 0
        for number, step in enumerate(steps, 1):
            x = place(aware(step.moment))
            near = previous is not None and abs(x - previous) < 22
            level = (level + 1) % 3 if near else 0
            previous = x
            marks.append(
                {
                    "x": x,
                    "y": TOP - 12 - 17 * level,
                    "number": number,
                    "colour": COLOURS[step.event],
                }
            )
        return marks

    @api.model
    def _get_midnight(self, tz, moment):
        local = aware(moment).astimezone(tz).replace(tzinfo=None)
        return tz.localize(local.replace(hour=0, minute=0, second=0, microsecond=0))

    def _get_holidays(self, first, last):
        """Names and times of what closes the desk between two moments."""
        leaves = self.env["resource.calendar.leaves"]
        calendar = self.policy_id.calendar_id
        domain = calendar._get_closing_domain(
            (calendar.company_id or self.policy_id.company_id).id
        )
        found = leaves.search(
            domain
            & Domain("date_to", ">", naive(first))
            & Domain("date_from", "<", naive(last))
        )
        return [
            (
                leave.public_holiday_id.name or leave.name or "",
                aware(leave.date_from),
                aware(leave.date_to),
            )
            for leave in found
        ]
