from odoo import models

from . import cycle as _cycle  # noqa: F401 (extended here)


class SupportSlaCycle(models.Model):
    """A duplicate that has climbed is not asked to start again on its original (R9)."""

    _inherit = "support.sla.cycle"

    def _take_climbs(self, dropped):
        """Stand at the duplicate's tier, if it is the higher one; its history is taken
        over, and stays where it was too.

        :param support.sla.cycle dropped: on the duplicate, may be empty
        """
        if not (self and dropped.level > self.level):
            return
        climbs = dropped.escalation_ids.filtered(lambda one: one.level > self.level)
        here = {"cycle_id": self.id, "ticket_id": self.ticket_id.id}
        for climb in climbs.sorted("level"):
            climb.copy(here)
            if climb.tier_id.priority:
                self.ticket_id.priority = climb.tier_id.priority
        self.write({"level": dropped.level, "reminded_at": dropped.reminded_at})
        self._write_plans({self: self.policy_id})
        self._hand_over()
