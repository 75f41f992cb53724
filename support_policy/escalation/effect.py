from collections import defaultdict

from odoo import models

ACTIVITY = "support_policy.activity_escalation"


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
            groups[escalation.level, escalation.answer_by] |= escalation
        for (level, answer_by), escalations in groups.items():
            escalations.cycle_id.write(
                {
                    "level": level,
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

    def _schedule_activities(self):
        """An activity for the new holder, due on the day the tier's time is up."""
        values = {
            "activity_type_id": self.env.ref(ACTIVITY).id,
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
        }
        # quick update: our own notice is written by the digest, not one per activity
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.create(
            [
                {
                    **values,
                    "res_id": escalation.ticket_id.id,
                    "user_id": escalation.to_user_id.id,
                    "date_deadline": escalation.cycle_id._get_due_date(),
                    "summary": escalation.with_context(
                        lang=escalation.to_user_id.lang
                    ).tier_id.name,
                }
                for escalation in self.filtered("to_user_id")
            ]
        )


class SupportSlaCycle(models.Model):
    _inherit = "support.sla.cycle"

    def _planned(self):
        cycles = super()._planned()
        cycles.filtered("level")._move_activities()
        return cycles

    def _revive(self):
        result = super()._revive()
        self.filtered("level")._get_last_escalation()._schedule_activities()
        return result

    def _move_activities(self):
        """The holders' activities follow when the tier's time has moved."""
        activities = self.ticket_id.activity_search([ACTIVITY])
        due_date = {cycle.ticket_id.id: cycle._get_due_date() for cycle in self}
        for activity in activities:
            # one that is overdue stays so: then the reminders are what moves
            moved = activity.date_deadline != due_date[activity.res_id]
            if moved and activity.state != "overdue":
                activity.date_deadline = due_date[activity.res_id]

    def _get_due_date(self):
        """Date, in the desk's own time zone, on which the tier's time is up."""
        self.ensure_one()
        return self.policy_id.calendar_id._get_date(self.next_escalation_at)
