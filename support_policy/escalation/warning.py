from odoo import api, fields, models

from ..calendar.utc import aware, naive


class SupportSlaCycle(models.Model):
    """A warning some business hours before the deadline, while it can still be kept."""

    _inherit = "support.sla.cycle"

    warn_at = fields.Datetime(
        help="When the warning falls due; empty once it has gone."
    )

    _warn_at = models.Index("(warn_at) WHERE state = 'running'")

    @api.model
    def _get_plan(self, policy, started_at, time):
        plan = super()._get_plan(policy, started_at, time)
        plan["warn_at"] = self._get_warning(policy, started_at, plan["deadline"], time)
        return plan

    def _get_warning(self, policy, started_at, deadline, time):
        """When to warn (naive UTC), or False: a promise shorter than the warning, or
        one that has been broken, needs none; nor does one that has been warned of,
        unless its deadline moves so far that a warning lies ahead again."""
        if self.level or not 0 < policy.warning_hours < policy.response_hours:
            return False
        moment = naive(time.subtract(aware(deadline), policy.warning_hours))
        gone = self and not self.warn_at and moment <= fields.Datetime.now()
        return moment if moment > started_at and not gone else False

    def _get_wake_ups(self):
        return super()._get_wake_ups() | set(self.mapped("warn_at")) - {False}

    def _warn(self):
        """The assigned person, or the team, is told that time is running out."""
        self.write({"warn_at": False, "pending_notice": "warning"})

    def _climb(self, trigger, reason=False):
        self.filtered("warn_at").warn_at = False
        return super()._climb(trigger, reason=reason)
