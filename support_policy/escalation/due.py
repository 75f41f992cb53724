from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..sla.attempt import forget

#: Cycles that one transaction of the cron takes up.
BATCH = 200
#: Moments at which the cron is woken for one change.
WAKE_UPS = 100
A_SECOND = timedelta(seconds=1)
#: When the cron looks again for what somebody else held.
SOON = timedelta(seconds=30)


class SupportSlaCycle(models.Model):
    """The cron: climbs what is due. Facts come first, words after (R10)."""

    _inherit = "support.sla.cycle"

    @api.model
    def _cron_escalate(self):
        """Take up everything due, batch by batch, each committed by itself; then say
        it, each piece of words committed by itself."""
        if self._climb_in_batches():
            self._say_in_pieces()
            self._wake_for_next()

    @api.model
    def _climb_in_batches(self):
        """A batch that loses a race is done again, half as large. A single cycle that
        loses it again is left for later, with those before it.

        :return: whether nothing is left to this worker
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        limit, left, remaining, skipped = BATCH, 1, 1, 0
        while left and remaining:
            try:
                done, remaining = self.sudo()._climb_due(limit, skipped)
                left = commit_progress(done, remaining=remaining)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                forget(self.env)
                # the first due has lost; or, if that one is locked, it loses once more
                skipped += limit == 1
                limit = max(limit // 2, 1)
            else:
                limit = min(limit * 2, BATCH)
        return not remaining

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
        """Have the cron run again exactly when the next step of any cycle is due, and
        soon, if somebody is just working on what is due already. Runs as superuser."""
        now = fields.Datetime.now()
        running = Domain("state", "=", "running")
        coming = self.browse()
        for name in ("next_escalation_at", "warn_at"):
            domain = running & Domain(name, ">=", now)
            coming |= self.search(domain, order=name, limit=1)
        moments = coming._get_wake_ups()
        if self.search_count(self._get_due_domain(), limit=1):
            moments.add(now + SOON)
        cron = self.env.ref("support_policy.cron_escalate")
        asked = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        cron._trigger(at=moments - set(asked.mapped("call_at")))

    @api.model
    def _escalate_due(self, limit=None):
        """Warn, climb and remind all that is due now, one step each (R4), and say it;
        all of it in the caller's transaction.

        Rows that another worker holds are left to it. Safe to call again at any time:
        what has been done is not due any more.

        :param int limit: how many cycles to take up at the most; all, if None
        :return: how many were taken up, and how many this worker should still take up
        :rtype: tuple of int
        """
        # sudo: the clock runs for everybody, of whatever company
        clock = self.sudo()
        taken, remaining = clock._climb_due(limit)
        if not remaining:
            clock._say_all()
        return taken, remaining

    @api.model
    def _climb_due(self, limit=None, skipped=0):
        """The facts of ``_escalate_due``: nobody is told. Runs as superuser.

        :param int skipped: how many of the first due are left for later
        """
        order = "next_escalation_at, id"
        due = self.search(self._get_due_domain(), order=order, offset=skipped)
        batch = due._try_lock(limit)
        batch._isolate(self._advance)
        return len(batch), len(due) - len(batch) if batch else 0

    def _try_lock(self, limit=None):
        """Lock these cycles together with their tickets, which every step writes too.

        What somebody else holds is skipped. So nothing is waited for, and no order of
        locks can end in a deadlock.

        :param int limit: how many to lock at the most
        :return: those that are locked now, in the same order
        """
        if not self:
            return self
        rows = self.env.execute_query(
            SQL(
                """
                SELECT cycle.id
                  FROM unnest(%s) WITH ORDINALITY AS wanted(id, place)
                  JOIN support_sla_cycle cycle ON cycle.id = wanted.id
                  JOIN helpdesk_ticket ticket ON ticket.id = cycle.ticket_id
              ORDER BY wanted.place
                 LIMIT %s
            FOR NO KEY UPDATE OF ticket, cycle SKIP LOCKED
                """,
                self.ids,
                limit,
            )
        )
        return self.browse(cycle_id for [cycle_id] in rows)

    @api.model
    def _get_due_domain(self):
        now = fields.Datetime.now()
        # by their ids: so few cost the two indexes nothing
        unplanned = self.failure_ids.search([("replan_reason", "!=", False)]).cycle_id
        return (
            self._get_untroubled_domain()
            & (
                Domain("next_escalation_at", "<", now)
                | Domain("warn_at", "<=", now)
                | Domain("id", "in", unplanned.ids)
            )
            # what is being re-planned may not be due at all
            & Domain("policy_id.replan_reason", "=", False)
        )

    @api.model
    def _get_untroubled_domain(self):
        """Running cycles, without those whose step failed and is tried again later."""
        later = [("retry_at", ">", fields.Datetime.now())]
        troubled = Domain("failure_ids", "any", later)
        return Domain("state", "=", "running") & ~troubled

    @api.model
    def _advance(self, cycles):
        """One step for each cycle: a plan that failed before, or else the warning, tier
        or reminder that is due."""
        cycles -= cycles._plan_again()
        now = fields.Datetime.now()
        overdue = cycles.filtered(lambda cycle: cycle.next_escalation_at < now)
        (cycles - overdue)._warn()
        at_top = overdue.filtered(lambda cycle: not cycle._get_next_tier())
        at_top._remind().pending_notice = "reminder"
        (overdue - at_top)._climb("deadline")
        cycles._forget_failures()
