import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..calendar.business_time import BeyondHorizon
from . import policy as _policy  # noqa: F401 (extended here)
from .attempt import attempt, forget, isolate
from .cycle import RUNNING

_logger = logging.getLogger(__name__)

#: Up to so many cycles are re-planned where the change is made, more by the cron.
AT_ONCE = 500
#: Cycles that one transaction of the cron re-plans.
BATCH = 1000
#: The words of a note that opening hours, or the policy's, have moved the deadline.
HOURS_CHANGED = "support_policy.mt_deadline_moved"


class SupportSlaPolicy(models.Model):
    """Every open deadline follows its desk's hours (R3 and R4)."""

    _inherit = "support.sla.policy"

    replan_reason = fields.Char(
        readonly=True,
        copy=False,
        help="What has changed, as long as running deadlines wait to be recalculated.",
    )

    rematch = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its scope has changed, and waiting tickets are still to be matched.",
    )

    def _replan_cycles(self, reason):
        """Plan the running cycles of these policies afresh, from their own start.

        Many of them are left to the cron; until then, none of them climbs.

        :param str reason: what has changed, in a few words
        """
        cycles = self.env["support.sla.cycle"]
        domain = cycles._get_running_domain(self)
        if cycles.search_count(domain, limit=AT_ONCE + 1) > AT_ONCE:
            self.replan_reason = reason or ", ".join(self.mapped("name"))
            self.env.ref("support_policy.cron_replan")._trigger()
        else:
            cycles.search(domain)._replan_alone(reason)

    def _rematch(self):
        """Put every ticket that waits, also one without a clock, under the policy that
        covers it now: these have changed (R9).

        Very many are left to the cron; until then, none of these policies' climbs.
        """
        tickets = self.env["helpdesk.ticket"]
        domain = tickets._get_waiting_domain()
        if tickets.search_count(domain, limit=AT_ONCE + 1) > AT_ONCE:
            self.write(
                {"replan_reason": ", ".join(self.mapped("name")), "rematch": True}
            )
            self.env.ref("support_policy.cron_replan")._trigger()
        elif self:
            tickets.search(domain)._match_again()

    @api.model
    def _cron_replan(self):
        """Plan afresh what waits for it, batch by batch, each committed by itself.

        Starting again after an interruption does no harm: a cycle's plan follows from
        its own start.
        """
        policies = self.with_context(active_test=False)
        for policy in policies.search([("replan_reason", "!=", False)]):
            try:
                policy._work_off()
            except Exception as error:  # the next one is not to blame
                forget(self.env)
                _logger.error("SLA policy %s: not done", policy.id, exc_info=error)

    def _work_off(self):
        """All that waits because this policy has changed."""
        asked_at, reason = self.write_date, self.replan_reason
        cycles, tickets = self.env["support.sla.cycle"], self.env["helpdesk.ticket"]
        running = cycles._get_running_domain(self)
        self._batch(cycles, running, lambda batch: batch._replan_alone(reason))
        if self.rematch:
            waiting = tickets._get_waiting_domain()
            self._batch(tickets, waiting, lambda batch: batch._match_again())
        self.invalidate_recordset()
        if self.write_date == asked_at:
            self.write({"replan_reason": False, "rematch": False})
        else:  # something else has changed meanwhile
            self.env.ref("support_policy.cron_replan")._trigger()
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _batch(self, records, domain, step):
        """Take a step with what matches, batch by batch; each is committed before the
        next. One that loses a race is done again, half as large (R10).

        :param callable step: takes a batch
        :raises psycopg2.OperationalError: a single record lost its race
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        last, limit = 0, BATCH
        while batch := records.search(
            domain & Domain("id", ">", last), limit=limit, order="id"
        ):
            try:
                step(batch)
                commit_progress(len(batch))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if limit == 1:
                    raise
                limit = (min(limit, len(batch)) + 1) // 2
                forget(self.env)
            else:
                last = batch[-1].id
                limit = min(limit * 2, BATCH)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _get_waiting_domain(self):
        return Domain("waiting_since", "!=", False)

    def _match_again(self):
        """Put tickets that wait under the policies that cover them now. Runs as
        superuser. One that refuses fails alone (R10)."""
        tickets = type(self)
        isolate(self, tickets._replan_cycle, tickets._note_unmatched)

    def _note_unmatched(self, error):
        _logger.error("Ticket %s: not matched again", self.id, exc_info=error)
        if cycle := self._get_running_cycles():
            cycle._note_unplanned(error, cycle.policy_id.name)
        elif untold := attempt(self.env, self._report_unmatched, error):
            _logger.error("Ticket %s: nor was it told", self.id, exc_info=untold)

    def _report_unmatched(self, error):
        """Hook: a ticket without a clock could not be matched. Must not write to it."""


class SupportSlaCycle(models.Model):
    _inherit = "support.sla.cycle"

    @api.model
    def _get_running_domain(self, policies):
        return Domain("state", "=", RUNNING) & Domain("policy_id", "in", policies.ids)

    def _catch_up(self):
        """Plan those afresh to which the job has not come yet."""
        for cycle in self.filtered("policy_id.replan_reason"):
            cycle._replan_alone(cycle.policy_id.replan_reason)
            if cycle.policy_id.rematch:
                cycle.ticket_id._match_again()

    def _replan_alone(self, reason):
        """The same so that one that is poisoned fails alone (R10)."""
        isolate(
            self,
            lambda some: some._replan_for(reason),
            lambda one, error: one._note_unplanned(error, reason),
        )

    def _note_unplanned(self, error, reason):
        self._note_failure(error)
        if untold := attempt(self.env, self._plan_again_later, reason):
            _logger.error("SLA cycle %s: plan forgotten", self.id, exc_info=untold)

    def _plan_again_later(self, reason):
        """Hook: planning afresh has failed, as is noted. Must not write to the cycle.

        :param str reason: what has changed, in a few words
        """

    def _replan_for(self, reason):
        """Plan afresh with the same policy, because its hours have changed.

        :param str reason: what has changed, in a few words
        """
        policies = {cycle: cycle.policy_id for cycle in self}
        self._move(policies, HOURS_CHANGED, dict.fromkeys(self, reason))

    def _move(self, policies, subtype, reasons):
        """Plan running cycles by these policies, and note in the chatter what moved.

        :param dict policies: {cycle: policy}
        :param str subtype: XML id of the words that say what happened
        :param dict reasons: {cycle: why, in a few words}
        """
        self.fetch()  # see _write_plans
        old = {cycle: cycle.deadline for cycle in self}
        self._write_plans(policies)
        moved = self.filtered(lambda cycle: cycle.deadline != old[cycle])
        moved.ticket_id._log_changes(
            subtype,
            {cycle.ticket_id: reasons[cycle] for cycle in moved},
            {
                cycle.ticket_id: [("sla_deadline", old[cycle], cycle.deadline)]
                for cycle in moved
            },
        )

    def _write_plans(self, policies):
        """Plan running cycles by these policies, and store what differs.

        :param dict policies: {cycle: policy}
        """
        if not self:
            return
        self.fetch()  # all in one query, not a thousand at a time
        matched = self.env["support.sla.policy"].concat(*set(policies.values()))
        times = matched._get_business_times(min(self.mapped("started_at")))
        changed = {}
        for cycle, policy in policies.items():
            try:
                plan = cycle._get_plan(policy, cycle.started_at, times[policy])
            except BeyondHorizon:
                # one tier with impossible hours must not stop the others
                _logger.error("%s: no plan within ten years", cycle.display_name)
                continue
            plan["policy_id"] = policy.id
            if any(cycle._read_plain(name) != value for name, value in plan.items()):
                changed[cycle] = plan
        cycles = self.browse(cycle.id for cycle in changed)
        cycles._update_all([*changed.values()])
        cycles.fetch()
        cycles._planned()

    def _read_plain(self, name):
        return self._fields[name].convert_to_write(self[name], self)

    def _update_all(self, vals_list):
        """Write these values to these cycles, and to the tickets that show them, with
        two queries for all. (Odoo's own ``write`` needs two for every hundred: with ten
        thousand open tickets, a moved Eid would lock the helpdesk for a minute.)

        :param list vals_list: the same columns for each cycle
        """
        if not self:
            return
        tickets = self.env["helpdesk.ticket"]
        # stored copies of a cycle's fields: {field of the ticket: field of the cycle}
        copies = {
            name: field.related.partition(".")[2]
            for name, field in tickets._fields.items()
            if field.store and (field.related or "").startswith("sla_cycle_id.")
        }
        self.env.flush_all()
        names = sorted(vals_list[0])
        types = {name: SQL(self._fields[name].column_type[1]) for name in names}
        self.env.execute_query(
            SQL(
                """UPDATE support_sla_cycle cycle
                      SET write_uid = %s, write_date = %s, %s
                     FROM unnest(%s::int[], %s) AS plan(id, %s)
                    WHERE cycle.id = plan.id RETURNING cycle.id""",
                self.env.uid,
                self.env.cr.now(),
                SQL(", ").join(
                    SQL("%s = plan.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in names
                ),
                self.ids,
                SQL(", ").join(
                    SQL(
                        "%s::%s[]",
                        [vals[name] or None for vals in vals_list],
                        types[name],
                    )
                    for name in names
                ),
                SQL(", ").join(SQL.identifier(name) for name in names),
            )
        )
        self.env.execute_query(
            SQL(
                """UPDATE helpdesk_ticket ticket SET %s FROM support_sla_cycle cycle
                    WHERE ticket.sla_cycle_id = cycle.id AND cycle.id = ANY(%s)
                RETURNING ticket.id""",
                SQL(", ").join(
                    SQL("%s = cycle.%s", SQL.identifier(copy), SQL.identifier(name))
                    for copy, name in copies.items()
                ),
                self.ids,
            )
        )
        self.invalidate_recordset(names)
        tickets.invalidate_model([*copies])
