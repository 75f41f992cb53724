from odoo import fields, models

from ..calendar.utc import aware, naive


class SupportSlaCycle(models.Model):
    """A warning some business hours before the deadline, while it can still be kept."""

    _inherit = "support.sla.cycle"

    warn_at = fields.Datetime(
        help="When the warning is due; empty once it has been sent."
    )

    warned_at = fields.Datetime(help="When the last warning was sent.")

    _warn_at = models.Index("(warn_at) WHERE state = 'running'")

    def _get_warning(self, policy, started_at, deadline, time):
        """When to warn (naive UTC), or False: a promise shorter than the warning, or
        one that has been broken, needs none; nor does one that has been warned of,
        unless its deadline moves so far that a warning lies ahead again."""
        if self.level or not 0 < policy.warning_hours < policy.response_hours:
            return False
        moment = naive(time.subtract(aware(deadline), policy.warning_hours))
        gone = self.warned_at and moment <= fields.Datetime.now()
        return moment if moment > started_at and not gone else False

    def _warn(self):
        """The assigned person, or the team, is told that time is running out."""
        now = fields.Datetime.now()
        self.write({"warn_at": False, "warned_at": now, "pending_notice": "warning"})

    def _skip_warning(self):
        """Who climbs before the warning was due is not warned any more."""
        self.filtered("warn_at").warn_at = False
