from odoo import fields, models

TRIGGERS = [
    ("deadline", "Time ran out"),
    ("resend", "The requester asked again"),
    ("manual", "Manual"),
]


class SupportEscalation(models.Model):
    """One climb of one cycle to one tier: history, written by the clock only."""

    _name = "support.escalation"
    _description = "Escalation"
    _order = "escalated_at desc, id desc"

    cycle_id = fields.Many2one(
        "support.sla.cycle", required=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    tier_id = fields.Many2one(
        "support.escalation.tier", required=True, ondelete="restrict", index=True
    )
    level = fields.Integer(required=True)
    trigger = fields.Selection(TRIGGERS, required=True)
    reason = fields.Char(help="Why it was escalated manually.")
    due_at = fields.Datetime(
        required=True,
        help="When the time of the previous tier was up, or the SLA deadline passed.",
    )
    escalated_at = fields.Datetime(
        required=True, help="When the escalation actually happened."
    )
    answer_by = fields.Datetime(
        required=True, help="When the new holder's time to answer ends."
    )
    from_user_id = fields.Many2one("res.users", string="From")
    to_user_id = fields.Many2one("res.users", string="To", index="btree_not_null")

    _once_per_level = models.UniqueIndex(
        "(cycle_id, level)", "This cycle has already reached this tier."
    )

    def _compute_display_name(self):
        for escalation in self:
            escalation.display_name = (
                f"{escalation.ticket_id.number}: {escalation.tier_id.name}"
            )

    def _name_office(self):
        """Who has a request since it climbed: the office, never the person.

        :return: empty, if nobody has it, or it has left the ladder's posts
        :rtype: str
        """
        ticket, holder = self.ticket_id, self.cycle_id.holder_id
        if not holder:
            return ""
        for tier in self.tier_id.ladder_id.tier_ids.sorted("level"):
            # a vacant post goes to the next person up
            if tier.level >= self.level and tier._get_post(ticket)[1] == holder:
                return tier._name_office(ticket)
        if holder == ticket.company_id.support_executive_id:
            return self.env._("the Deputy CEO's office")
        return ""
