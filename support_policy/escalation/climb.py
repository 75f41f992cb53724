from odoo import fields, models

from ..calendar.utc import aware, naive


class SupportSlaCycle(models.Model):
    """R4: one tier at a time, each with its full time."""

    _inherit = "support.sla.cycle"

    reminded_at = fields.Datetime(
        help="When the holder of the last tier was last reminded."
    )

    def _get_next_escalation_at(self, policy, deadline, time):
        """When the next tier is due: history stays, so what has climbed already counts
        from when it really reached its tier. A promise that moved later takes the step
        with it.

        :return: naive UTC
        """
        if not self.level:
            return deadline
        ladder = policy.ladder_id
        reached_at = self._get_last_escalation().escalated_at
        due = ladder._get_present_tier(self.level)._get_due(reached_at, time)
        due = self._hold_back(due, deadline)
        at_top = not ladder._get_tier(self.level + 1)
        if at_top and self.reminded_at and self.reminded_at >= due:
            return naive(time.next_day(aware(self.reminded_at)))
        return due

    def _hold_back(self, due, deadline):
        """No step is due before a promise that has moved later since it was broken.

        :param datetime due: naive UTC, when the tier's own time is over
        :return: naive UTC
        """
        broken = self._get_first_escalation()
        return max(due, deadline) if broken and deadline > broken.due_at else due

    def _get_first_escalation(self):
        """The climb with which the promise was broken (empty before the deadline)."""
        return self.escalation_ids.filtered(lambda climb: climb.level == 1)

    def _get_last_escalation(self):
        """The climb to the present tier (empty before the deadline)."""
        return self.escalation_ids.filtered(
            lambda climb: climb.level == climb.cycle_id.level
        )

    def _get_tier(self):
        """The present tier (empty before the deadline)."""
        self.ensure_one()
        return self.policy_id.ladder_id._get_present_tier(self.level)

    def _get_next_tier(self):
        """The tier above the present one (empty at the top of the ladder)."""
        self.ensure_one()
        return self.policy_id.ladder_id._get_tier(self.level + 1)

    def _climb(self, trigger, reason=False):
        """Take every cycle one tier up, and give its ticket to who is there.

        Cycles at the top of their ladder stay there.

        :param str trigger: ``deadline``, ``resend`` or ``manual``
        :param str reason: why, if by hand
        :return: the escalations, one for each cycle that climbed
        """
        self._skip_warning()
        now = fields.Datetime.now()
        times = self.policy_id._get_business_times(now)
        dues, vals_list = {}, []
        for cycle in self:
            tier = cycle._get_next_tier()
            if not tier:
                continue
            ticket = cycle.ticket_id
            due = (tier, cycle.policy_id)  # many tickets share the same due time
            if due not in dues:
                dues[due] = tier._get_due(now, times[cycle.policy_id])
            vals_list.append(
                {
                    "cycle_id": cycle.id,
                    "ticket_id": ticket.id,
                    "tier_id": tier.id,
                    "level": tier.level,
                    "trigger": trigger,
                    "reason": reason,
                    "due_at": cycle.next_escalation_at,
                    "escalated_at": now,
                    "answer_by": cycle._hold_back(dues[due], cycle.deadline),
                    "from_user_id": ticket.user_id.id,
                    "to_user_id": tier._find_holder(ticket)[0].id,
                }
            )
        escalations = self.env["support.escalation"].create(vals_list)
        escalations._put_into_effect()
        return escalations

    def _remind(self):
        """After the last tier's time: once every business day until there is an answer.

        :return: the cycles whose holder is reminded now
        """
        self._hand_over()  # holder.py
        now = fields.Datetime.now()
        times = self.policy_id._get_business_times(now)
        reminded = self.browse()
        for cycle in self:
            time = times[cycle.policy_id]
            if time.is_business_day(aware(now)):
                reminded |= cycle
                cycle.reminded_at = now
                cycle.next_escalation_at = naive(time.next_day(aware(now)))
            else:
                cycle.next_escalation_at = naive(time.next_open(aware(now)))
        self._wake_cron()
        return reminded
