from odoo import api, fields, models


class SupportSlaCycle(models.Model):
    """What this room adds to a cycle, and where it listens to the clock. Each step is
    told in the file that its comment names."""

    _inherit = "support.sla.cycle"

    level = fields.Integer(
        string="Tier", default=0, help="Tier reached; 0 before the deadline."
    )
    next_escalation_at = fields.Datetime(
        string="Next Step",
        help="When the time of the current holder is up. After the last tier, when "
        "the next reminder is sent.",
    )
    next_step_text = fields.Char(
        string="Answer Due",
        compute="_compute_texts",
        compute_sudo=True,  # readers of cycles need not see working times
        help="The next step in the time zone of the support desk and the language of "
        "the reader.",
    )
    escalation_ids = fields.One2many(
        "support.escalation", "cycle_id", string="Escalations"
    )

    _next_escalation_at = models.Index(
        "(next_escalation_at) WHERE state = 'running'",
    )

    @api.depends("next_escalation_at")
    def _compute_texts(self):
        for cycle in self:
            calendar = cycle.policy_id.calendar_id
            cycle.next_step_text = calendar._format_moment(cycle.next_escalation_at)
        return super()._compute_texts()

    # -- what happens to the clock ----------------------------------------------

    @api.model
    def _get_plan(self, policy, started_at, time):
        plan = super()._get_plan(policy, started_at, time)
        deadline = plan["deadline"]
        return {
            **plan,
            # climb.py
            "next_escalation_at": self._get_next_escalation_at(policy, deadline, time),
            # warning.py
            "warn_at": self._get_warning(policy, started_at, deadline, time),
        }

    def _planned(self):
        cycles = super()._planned()
        cycles._wake_cron()  # due.py
        cycles._move_activities()  # activity.py
        return cycles

    def _replan(self, policies):
        result = super()._replan(policies)
        self._hand_over()  # holder.py
        return result

    def _end(self, state, at, **vals):
        nothing_due = {
            "next_escalation_at": False,
            "warn_at": False,
            "pending_notice": False,
        }
        result = super()._end(state, at, **nothing_due, **vals)
        self.ticket_id._close_escalation_activities()  # activity.py
        return result

    def _revive(self, policies):
        result = super()._revive(policies)
        self._schedule_activities_again()  # activity.py
        return result

    def _go_on_from(self, dropped):
        result = super()._go_on_from(dropped)
        self._take_climbs(dropped)  # merged.py
        return result

    def _report_failure(self, error):
        result = super()._report_failure(error)
        self._try_again_later(error)  # failure.py
        return result

    def _plan_again_later(self, reason):
        result = super()._plan_again_later(reason)
        self.failure_ids.replan_reason = reason  # failure.py: before the next step
        return result

    def _catch_up(self):
        result = super()._catch_up()
        self.failure_ids.cycle_id._isolate(type(self)._plan_again)  # failure.py
        return result
