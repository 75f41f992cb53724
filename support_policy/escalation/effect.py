from collections import defaultdict

from odoo import models

from . import escalation as _escalation  # noqa: F401 (extended here)


class SupportEscalation(models.Model):
    """What an escalation changes, in batches: the cost is in what is due (R4)."""

    _inherit = "support.escalation"

    def _put_into_effect(self):
        """Move the cycles up, hand over the tickets, and tell everybody in Odoo."""
        self._move_cycles()
        self._assign_tickets()
        self._log_in_chatter()
        self.ticket_id._close_escalation_activities()
        self._schedule_activities()

    def _move_cycles(self):
        groups = defaultdict(self.browse)
        for escalation in self:
            reached = (escalation.level, escalation.to_user_id, escalation.answer_by)
            groups[reached] |= escalation
        for (level, holder, answer_by), escalations in groups.items():
            escalations.cycle_id.write(
                {
                    "level": level,
                    "holder_id": holder.id,
                    "next_escalation_at": answer_by,
                    "pending_notice": "escalation",
                }
            )
        self.cycle_id._wake_cron()

    def _assign_tickets(self):
        """To the new holder; with nobody to give it to, it stays where it is."""
        groups = defaultdict(self.browse)
        for escalation in self:
            groups[escalation.to_user_id, escalation.tier_id.priority] |= escalation
        for (holder, priority), escalations in groups.items():
            vals = {"user_id": holder.id} if holder else {}
            if priority:
                vals["priority"] = priority
            # the note below tells it once, in the reader's language; a thousand
            # "assigned to you" mails would only hide the digest
            escalations.ticket_id.with_context(tracking_disable=True).write(vals)

    def _log_in_chatter(self):
        for trigger, escalations in self.grouped("trigger").items():
            escalations.ticket_id._log_changes(
                f"support_policy.mt_escalated_{trigger}",
                {escalation.ticket_id: escalation.reason for escalation in escalations},
                {
                    escalation.ticket_id: escalation._get_tracked_changes()
                    for escalation in escalations
                },
            )

    def _get_tracked_changes(self):
        self.ensure_one()
        changes = [("escalation_level", self.level - 1, self.level)]
        if self.to_user_id and self.to_user_id != self.from_user_id:
            changes.append(("user_id", self.from_user_id, self.to_user_id))
        return changes
