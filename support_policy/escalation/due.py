from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Cycles that one transaction of the cron takes up.
BATCH = 200
#: How long a cycle that failed is left alone before it is tried again.
RETRY_AFTER = timedelta(minutes=15)
#: Moments at which the cron is woken for one change.
WAKE_UPS = 100
A_SECOND = timedelta(seconds=1)


class SupportSlaCycle(models.Model):
    """The cron: finds what is due, climbs it, and never lets one record stop it."""

    _inherit = "support.sla.cycle"

    retry_at = fields.Datetime(help="When a step that has failed will be tried again.")

    @api.model
    def _cron_escalate(self):
        """Take up everything due, batch by batch, each committed by itself."""
        while True:
            done, remaining = self._escalate_due(limit=BATCH)
            left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
            if not (left and remaining):
                break
        self._wake_for_next()

    def _get_wake_ups(self):
        """Moments (naive UTC) at which something falls due for these cycles.

        The second of the deadline itself still counts as in time.

        :rtype: set of datetime
        """
        steps = {cycle.next_escalation_at + A_SECOND for cycle in self}
        return steps | set(self.mapped("warn_at")) - {False}

    def _wake_cron(self):
        """Have the cron run exactly then, not just every five minutes. Of very many
        moments, the first ones do: each run asks for the next (see ``_cron_escalate``).
        """
        if self:
            cron = self.env.ref("support_policy.cron_escalate")
            cron._trigger(at=sorted(self._get_wake_ups())[:WAKE_UPS])

    @api.model
    def _wake_for_next(self):
        """Have the cron run again exactly when the next step of any cycle is due. Runs
        as superuser."""
        now = fields.Datetime.now()
        running = Domain("state", "=", "running")
        coming = self.browse()
        for name in ("next_escalation_at", "warn_at"):
            domain = running & Domain(name, ">=", now)
            coming |= self.search(domain, order=name, limit=1)
        cron = self.env.ref("support_policy.cron_escalate")
        asked = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        cron._trigger(at=coming._get_wake_ups() - set(asked.mapped("call_at")))

    @api.model
    def _escalate_due(self, limit=None):
        """Warn, climb and remind all that is due now, one step each (R4).

        Rows that another worker holds are left to it. Safe to call again at any time:
        what has been done is not due any more.

        :param int limit: how many cycles to take up at the most; all, if None
        :return: how many were taken up, and how many this worker should still take up
        :rtype: tuple of int
        """
        # sudo: the clock runs for everybody, of whatever company
        clock = self.sudo()
        due = clock.search(clock._get_due_domain(), order="next_escalation_at, id")
        batch = due.try_lock_for_update(limit=limit)
        batch._isolate(clock._advance)
        remaining = len(due) - len(batch) if batch else 0
        if not remaining:
            clock._send_pending_notices()
        return len(batch), remaining

    @api.model
    def _get_due_domain(self):
        now = fields.Datetime.now()
        return (
            Domain("state", "=", "running")
            & (Domain("next_escalation_at", "<", now) | Domain("warn_at", "<=", now))
            & (Domain("retry_at", "=", False) | Domain("retry_at", "<=", now))
            # what is being re-planned may not be due at all
            & Domain("policy_id.replan_reason", "=", False)
        )

    @api.model
    def _advance(self, cycles):
        """One step for each cycle: warning, tier or reminder, whichever is due."""
        now = fields.Datetime.now()
        overdue = cycles.filtered(lambda cycle: cycle.next_escalation_at < now)
        (cycles - overdue)._warn()
        at_top = overdue.filtered(lambda cycle: not cycle._get_next_tier())
        at_top._remind().pending_notice = "reminder"
        (overdue - at_top)._climb("deadline")
        cycles.filtered("retry_at").retry_at = False

    def _try_again_later(self, error):
        """A step failed for this cycle: the helpdesk managers hear of it.

        :param Exception error: why
        """
        self.retry_at = fields.Datetime.now() + RETRY_AFTER
        self.company_id._tell_helpdesk_managers(
            self.ticket_id,
            lambda env: env._("This request could not be escalated"),
            note=str(error),
        )
