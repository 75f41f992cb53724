from odoo import models

from . import escalation as _escalation  # noqa: F401 (extended here)

ACTIVITY = "support_policy.activity_escalation"


class SupportEscalation(models.Model):
    """Who got the request finds it among their activities."""

    _inherit = "support.escalation"

    def _schedule_activities(self):
        """An activity for the holder, due on the day the tier's time is up."""
        values = {
            # somebody may have deleted it: the climb goes on without
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                ACTIVITY, raise_if_not_found=False
            ),
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
                    "user_id": escalation.cycle_id.holder_id.id,
                    "date_deadline": escalation.cycle_id._get_due_date(),
                    "summary": escalation.with_context(
                        lang=escalation.cycle_id.holder_id.lang
                    ).tier_id.name,
                }
                for escalation in self.filtered("cycle_id.holder_id")
            ]
        )


class SupportSlaCycle(models.Model):
    """The activities follow the clock."""

    _inherit = "support.sla.cycle"

    def _move_activities(self):
        """The holders' activities follow when the tier's time has moved."""
        climbed = self.filtered("level")
        activities = climbed.ticket_id._get_escalation_activities()
        cycles = {cycle.ticket_id.id: cycle for cycle in climbed}
        for activity in activities:
            cycle = cycles[activity.res_id]
            # once overdue and reminded of, it stays so: the reminders are what moves
            if not (cycle.reminded_at and activity.state == "overdue"):
                due_date = cycle._get_due_date()
                if activity.date_deadline != due_date:
                    activity.date_deadline = due_date

    def _schedule_activities_again(self):
        """The end was a mistake: the holders are asked for an answer again."""
        climbed = self.filtered("level")
        climbed._hand_over()  # holder.py: asks those whom it gives something to
        asked = {*climbed.ticket_id._get_escalation_activities().mapped("res_id")}
        forgotten = climbed.filtered(lambda cycle: cycle.ticket_id.id not in asked)
        forgotten._get_last_escalation()._schedule_activities()

    def _get_due_date(self):
        """Date, in the desk's own time zone, on which the tier's time is up."""
        self.ensure_one()
        return self.policy_id.calendar_id._get_date(self.next_escalation_at)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _get_escalation_activities(self):
        """The open activities of holders; without those that are done, whatever the
        context asks for."""
        return self.activity_search([ACTIVITY], additional_domain=[("active", "=", 1)])

    def _close_escalation_activities(self):
        """The activities of holders who are no longer asked for an answer. Runs as
        superuser: an agent's answer also settles those of the people above them."""
        self._get_escalation_activities().action_archive()
