import re
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

#: After how long a step that failed is tried again: the first time, the second, ...;
#: the last stays.
DELAYS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(days=1),
)
#: Requests that a report names.
NAMED = 10
#: Characters of an error that a report gives.
LENGTH = 500


def get_delay(attempts):
    """How long to wait after so many attempts in vain, and this one."""
    return DELAYS[min(attempts, len(DELAYS) - 1)]


def get_text(error):
    return f"{type(error).__name__}: {error}"[:LENGTH]


def get_cause(text):
    """The error, whichever record it speaks of."""
    return re.sub(r"\d+", "#", text.partition("\n")[0])


class SupportEscalationFailure(models.Model):
    """A cycle whose step failed, and when it is tried again (R10). It is a table of its
    own because the cycle itself, or its ticket, may refuse to be written."""

    _name = "support.escalation.failure"
    _description = "Failed Step"

    cycle_id = fields.Many2one("support.sla.cycle", required=True, ondelete="cascade")
    attempts = fields.Integer()
    retry_at = fields.Datetime()
    error = fields.Text()
    replan_reason = fields.Char(
        help="What has changed, if it is the plan that failed: that comes first then."
    )
    told = fields.Boolean(help="Whether someone who can fix it has been informed.")

    _cycle = models.UniqueIndex("(cycle_id)", "This cycle's failure is already known.")
    _untold = models.Index("(id) WHERE told IS NOT TRUE")

    def _count_attempt(self, error):
        """Once more in vain: the next attempt is later than the last.

        :param Exception error: why
        """
        self.ensure_one()
        self.write(
            {
                "attempts": self.attempts + 1,
                "retry_at": fields.Datetime.now() + get_delay(self.attempts),
                "error": get_text(error),
                "told": False,
            }
        )

    @api.model
    def _get_reports(self):
        """What is to be told: one report for each company and cause.

        :return: callables (see ``_get_words``)
        """
        untold = self.search([("told", "=", False)])
        groups = untold.grouped(
            lambda one: (one.cycle_id.company_id, get_cause(one.error))
        )
        for failures in groups.values():
            yield partial(failures._tell)

    def _tell(self):
        self.told = True
        self._report(self.cycle_id.ticket_id, self[0].error)

    @api.model
    def _report(self, tickets, text):
        """Report what failed with these tickets, of one company, once for each cause.

        :param str text: of the error
        """
        company, cause = tickets.company_id, get_cause(text)
        numbers = tickets.mapped("number")
        named = ", ".join(numbers[:NAMED]) + ("…" if len(numbers) > NAMED else "")
        self.env["support.incident"]._report(
            f"step failed: {company.id}: {cause}",
            company,
            company._get_helpdesk_managers(),
            lambda env: env._("Requests cannot be escalated"),
            note=f"{named}\n{text}",
        )

    @api.autovacuum
    def _gc_failures(self):
        """What has ended is not tried again."""
        self.search([("cycle_id.state", "!=", "running")]).unlink()


class SupportSlaCycle(models.Model):
    _inherit = "support.sla.cycle"

    failure_ids = fields.One2many("support.escalation.failure", "cycle_id")
    retry_at = fields.Datetime(
        related="failure_ids.retry_at",
        help="When a step that has failed will be tried again.",
    )

    def _try_again_later(self, error):
        """A step failed for this cycle; the cron tells of it (see ``_get_words``).

        :param Exception error: why
        """
        failure = self.failure_ids or self.failure_ids.create({"cycle_id": self.id})
        failure._count_attempt(error)

    def _plan_again(self):
        """Plan afresh those for which that has failed.

        :return: these cycles
        """
        failures = self.failure_ids.filtered("replan_reason")
        for failure in failures:
            failure.cycle_id._replan_for(failure.replan_reason)
        cycles = failures.cycle_id
        cycles.ticket_id._replan_cycle()
        failures.unlink()
        return cycles

    def _forget_failures(self):
        """What had failed and was tried again has succeeded."""
        now = fields.Datetime.now()
        self.failure_ids.filtered(
            lambda one: one.retry_at <= now and not one.replan_reason
        ).unlink()
