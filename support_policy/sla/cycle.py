import logging

from odoo import api, fields, models

from ..calendar.business_time import BeyondHorizon
from ..calendar.utc import aware, naive
from .attempt import attempt, isolate

#: The words of a note that another policy has moved the deadline.
POLICY_CHANGED = "support_policy.mt_policy_changed"
_logger = logging.getLogger(__name__)

RUNNING, MET, LATE, DROPPED = "running", "met", "late", "dropped"
STATES = [
    (RUNNING, "Waiting for an answer"),
    (MET, "Answered in time"),
    (LATE, "Answered late"),
    (DROPPED, "Dropped"),
]


class SupportSlaCycle(models.Model):
    """One answer owed, from the requester's first unanswered message to the answer.

    Only the clock writes cycles: nobody has the right to, and the methods below run as
    superuser. History is never deleted or reused.
    """

    _name = "support.sla.cycle"
    _description = "SLA Cycle"
    _order = "started_at desc, id desc"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, ondelete="cascade", index=True
    )
    policy_id = fields.Many2one(
        "support.sla.policy", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, precompute=True, index=True
    )
    started_at = fields.Datetime(required=True)
    deadline = fields.Datetime(required=True)
    deadline_text = fields.Char(
        string="SLA Deadline",
        compute="_compute_texts",
        compute_sudo=True,  # readers of cycles need not see working times
        help="The deadline in the time zone of the support desk and the language of "
        "the reader.",
    )
    state = fields.Selection(STATES, required=True, default=RUNNING, index=True)
    ended_at = fields.Datetime()
    business_hours = fields.Float(
        help="Business hours from the start to the end of the cycle."
    )
    answered_by_id = fields.Many2one("res.users", index="btree_not_null")
    drop_reason = fields.Selection(
        [
            ("closed", "Ticket closed without an answer"),
            ("archived", "Ticket archived"),
            ("duplicate", "Marked as a duplicate"),
            ("no_policy", "No policy covers the ticket any more"),
            ("joined", "Joined an earlier request that is still unanswered"),
        ],
    )

    _one_running = models.UniqueIndex(
        "(ticket_id) WHERE state = 'running'",
        "This ticket already has a running cycle.",
    )
    _ends_after_start = models.Constraint(
        "CHECK(state = 'running' OR ended_at IS NOT NULL)",
        "An ended cycle needs an end date.",
    )

    @api.depends("ticket_id", "started_at")
    def _compute_display_name(self):
        for cycle in self:
            cycle.display_name = cycle.ticket_id.number

    @api.depends("deadline", "policy_id.calendar_id.tz")
    @api.depends_context("lang")
    def _compute_texts(self):
        for cycle in self:
            calendar = cycle.policy_id.calendar_id
            cycle.deadline_text = calendar._format_moment(cycle.deadline)

    # -- opening and planning ---------------------------------------------------

    @api.model
    def _open(self, tickets):
        """Open a cycle for every ticket whose requester waits and has none running. One
        that was dropped, though what it promised is owed again, runs on (R9).

        Tickets that no policy covers get none; they are found by "No policy".

        :param helpdesk.ticket tickets: each starts from its own ``waiting_since``
        :return: the cycles
        """
        tickets = tickets.filtered(lambda t: t.waiting_since and not t.sla_cycle_id)
        if not tickets:
            return self.browse()
        # the index must see that earlier cycles of these tickets have ended
        self.flush_model(["state"])
        policies = self.env["support.sla.policy"]._match(tickets)
        revived = self._find_dropped([ticket for ticket in tickets if policies[ticket]])
        revived._revive({cycle: policies[cycle.ticket_id] for cycle in revived})
        return revived | self._open_new(tickets - revived.ticket_id, policies)

    @api.model
    def _open_new(self, tickets, policies):
        """Cycles of their own for tickets that a policy covers.

        :param dict policies: {ticket: policy, may be empty}
        :return: the cycles
        """
        if not tickets:
            return self.browse()
        matched = self.env["support.sla.policy"].concat(*set(policies.values()))
        times = matched._get_business_times(min(tickets.mapped("waiting_since")))
        vals_list = []
        for ticket in tickets:
            policy = policies[ticket]
            if not policy:
                continue
            vals = {
                "ticket_id": ticket.id,
                "policy_id": policy.id,
                "started_at": ticket.waiting_since,
            }
            try:
                vals.update(self._get_plan(policy, ticket.waiting_since, times[policy]))
            except BeyondHorizon:
                # the ticket itself must never be lost to an impossible calendar
                _logger.error("%s: no deadline within ten years", policy.name)
                continue
            vals_list.append(vals)
        return self.create(vals_list)._planned()

    @api.model
    def _get_plan(self, policy, started_at, time):
        """What follows from a policy and a start: R2.

        :param datetime started_at: naive UTC
        :param BusinessTime time: of the policy's calendar
        :return: values of the cycle
        :raises BeyondHorizon: if the deadline is more than ten years away
        """
        deadline = time.add(aware(started_at), policy.response_hours)
        return {"deadline": naive(deadline)}

    def _planned(self):
        """Hook: the cycles have been opened or re-planned.

        :return: ``self``
        """
        return self

    def _replan(self, policies):
        """Plan running cycles afresh, from their own start (R4).

        :param dict policies: {ticket: policy that covers it now}
        """
        covered = self.filtered(lambda cycle: policies[cycle.ticket_id])
        (self - covered)._drop("no_policy")
        policy_of = {cycle: policies[cycle.ticket_id] for cycle in covered}
        names = {cycle: policy.name for cycle, policy in policy_of.items()}
        covered._move(policy_of, POLICY_CHANGED, names)

    # -- one bad record never stops the others ----------------------------------

    def _isolate(self, step):
        """Run a step on these cycles so that a poisoned one fails alone (R10).

        :param callable step: takes the cycles
        :raises Exception: one that is nobody's fault (see ``attempt``)
        """
        isolate(self, step, type(self)._note_failure)

    def _note_failure(self, error):
        """Whatever becomes of the note, the others go on.

        :param Exception error: why a step failed for this cycle
        """
        _logger.error("SLA cycle %s: a step failed", self.id, exc_info=error)
        if untold := attempt(self.env, self._report_failure, error):
            _logger.error("SLA cycle %s: nor was it noted", self.id, exc_info=untold)

    def _report_failure(self, error):
        """Hook: a step failed for this cycle. Must not write to what failed: the cycle
        and its ticket.

        :param Exception error: why
        """
