from odoo import api, fields, models

from ..calendar.utc import aware
from .cycle import DROPPED, LATE, MET, RUNNING


class SupportSlaCycle(models.Model):
    """How cycles end (R1, R4), and how one that should not have ended runs on (R9)."""

    _inherit = "support.sla.cycle"

    def _end_answered(self, user, at):
        """A member of staff answered: the promise is kept, or was broken.

        The second of the deadline still counts as in time.

        :param res.users user: who answered
        :param datetime at: naive UTC, when
        """
        self._catch_up()  # judged by the deadline as it is now (replan.py)
        promised = self.filtered(lambda cycle: cycle.state != DROPPED)
        in_time = promised.filtered(lambda cycle: at <= cycle.deadline)
        in_time._end(MET, at, answered_by_id=user.id)
        (promised - in_time)._end(LATE, at, answered_by_id=user.id)

    def _drop(self, reason):
        """Nobody owes an answer any more, though none was given: neither met nor late.

        :param str reason: one of ``drop_reason``
        """
        self._end(DROPPED, fields.Datetime.now(), drop_reason=reason)

    def _end(self, state, at, **vals):
        """The one place where cycles end.

        :param str state: what became of the promise
        :param datetime at: naive UTC, when
        """
        if not self:
            return
        times = self.policy_id._get_business_times(min(self.mapped("started_at")))
        for cycle in self:
            time = times[cycle.policy_id]
            # a clock that was set back has measured nothing
            hours = max(0, time.hours_between(aware(cycle.started_at), aware(at)))
            hours = round(hours * 60) / 60  # seconds are nobody's business
            cycle.write(
                {"state": state, "ended_at": at, "business_hours": hours, **vals}
            )

    # -- taken back -------------------------------------------------------------

    @api.model
    def _find_dropped(self, tickets):
        """The cycles of what these tickets' requesters wait for, that were dropped.

        :param list tickets: that have no running cycle
        """
        found = self.browse()
        for ticket in tickets:
            # sudo: requesters do not see the field
            found |= ticket.sudo().sla_cycle_ids.filtered(
                lambda cycle, since=ticket.waiting_since: (
                    cycle.started_at == since
                    and cycle.state == DROPPED
                    and cycle.drop_reason != "joined"
                )
            )[:1]
        return self.browse(found.ids)

    def _forget_answer(self, reason):
        """What had ended it was no answer: it is dropped, unless it runs on.

        :param str reason: why the ticket is over, False if it is not
        """
        vals = {"drop_reason": reason or "no_policy", "answered_by_id": False}
        self._end(DROPPED, self.ended_at, **vals)

    def _revive(self, policies):
        """Their end was a mistake: they run on, from their own start, under the policy
        that covers them now (R9).

        :param dict policies: {cycle: policy}
        """
        self.write(
            {
                "state": RUNNING,
                "ended_at": False,
                "business_hours": 0,
                "answered_by_id": False,
                "drop_reason": False,
            }
        )
        self.flush_model(["state"])
        self._write_plans(policies)

    def _go_on_from(self, dropped):
        """Hook: the clock of a duplicate runs on in these.

        :param support.sla.cycle dropped: on the duplicate, may be empty
        """
