from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from . import cycle as _cycle  # noqa: F401 (extended here)

#: The words of a note that another person has the request now.
HANDED_OVER = "support_policy.mt_handed_over"


class SupportSlaCycle(models.Model):
    """Who has a request at the tier it has reached. They are found anew at every step
    and reminder, and whenever posts change hands (R4, R9)."""

    _inherit = "support.sla.cycle"

    holder_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        help="Who was given the request at the tier it has reached.",
    )

    @api.model
    def _hand_over_where(self, domain):
        """Posts have changed hands: what has climbed to them moves, and who gets it is
        told at once.

        :param Domain domain: which cycles may be concerned
        """
        # sudo: the clock hands over, whoever fills posts
        clock = self.sudo()
        climbed = Domain("state", "=", "running") & Domain("level", ">", 0)
        clock.search(climbed & domain)._hand_over_now()

    def _hand_over_now(self):
        """Find the holders anew, and tell them at once. Runs as superuser."""
        self._isolate(lambda cycles: cycles._hand_over())
        self._send_notices()

    def _hand_over(self):
        """Give what has climbed to whoever holds the post of its tier now.

        :return: the cycles whose holder has changed
        """
        holders, moved = {}, defaultdict(self.browse)
        climbed = self.filtered(lambda one: one.state == "running" and one.level)
        for cycle in climbed:
            tier, ticket = cycle._get_tier(), cycle.ticket_id
            holder = holders[cycle] = tier._find_holder(ticket)[0]
            if holder != cycle.holder_id:
                moved[holder] |= cycle
            elif holder and not ticket.user_id:
                ticket.user_id = holder  # a corrected team has emptied it
        for holder, cycles in moved.items():
            cycles._give_to(holder)
        return self.browse().concat(*moved.values())

    def _give_to(self, holder):
        """Ticket and activity move; with nobody to give them to, the ticket stays.

        Whom the former holder has passed a ticket on to keeps it.

        :param res.users holder: may be empty
        """
        tickets = self.ticket_id.browse()
        for cycle in self if holder else ():
            user, former = cycle.ticket_id.user_id, cycle.holder_id
            if not (user.active and former) or user == former:
                tickets |= cycle.ticket_id
        former = {ticket: ticket.user_id for ticket in tickets}
        # see _assign_tickets: they are told once
        tickets.with_context(tracking_disable=True).user_id = holder
        changed = tickets.filtered(lambda ticket: former[ticket] != holder)
        changed._log_changes(
            HANDED_OVER,
            dict.fromkeys(changed),
            {ticket: [("user_id", former[ticket], holder)] for ticket in changed},
        )
        self.write({"holder_id": holder.id, "pending_notice": "escalation"})
        self.ticket_id._close_escalation_activities()
        self._get_last_escalation()._schedule_activities()
