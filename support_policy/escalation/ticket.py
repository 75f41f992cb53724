from odoo import api, fields, models
from odoo.fields import Domain

from .failure import get_text

#: Changes of these may give a ticket to another tier's holder.
PLACE = {"category_id", "company_id", "department_id", "team_id"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # who has a request is not for requesters to know
    user_id = fields.Many2one(groups="base.group_user")
    user_ids = fields.Many2many(groups="base.group_user")
    escalation_level = fields.Integer(
        related="sla_cycle_id.level",
        string="Escalation Tier",
        store=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    answer_due_at = fields.Datetime(
        related="sla_cycle_id.next_escalation_at",
        string="Answer Due",
        store=True,
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="When the time of the current holder is up and the next tier takes over.",
    )
    escalation_ids = fields.One2many(
        "support.escalation",
        "ticket_id",
        string="Escalations",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def write(self, vals):
        result = super().write(vals)
        if PLACE & vals.keys():
            climbed = self._get_running_cycles().filtered("level")
            climbed._hand_over_now()  # holder.py
        return result

    @api.depends("company_id.support_executive_id")
    def _compute_leader_ids(self):
        result = super()._compute_leader_ids()
        for ticket in self:
            ticket.leader_ids |= ticket.company_id.support_executive_id
        return result

    @api.model
    def _search_leader_ids(self, operator, value):
        domain = super()._search_leader_ids(operator, value)
        if domain is NotImplemented:
            return domain
        return domain | Domain("company_id.support_executive_id", operator, value)

    @api.model
    def _get_clock_fields(self):
        return super()._get_clock_fields() | {"answer_due_at", "escalation_level"}

    def _notify_thread_with_out_of_office_get_additional_users(self, *args, **kwargs):
        # sudo: Odoo looks for the holder's absence whoever writes, also requesters
        ticket = self.sudo()
        return super(
            HelpdeskTicket, ticket
        )._notify_thread_with_out_of_office_get_additional_users(*args, **kwargs)

    def _could_be_opened_by(self, user):
        """Whether record rules would let somebody write this ticket if it were
        assigned to them.

        :param res.users user: of the staff
        """
        if not self._origin:  # of the simulator: no rule knows it
            return True
        rules = self.env["ir.rule"].with_user(user)
        rules = rules.with_context(allowed_company_ids=user.company_ids.ids)
        # sudo: the rules of that person are evaluated, not those of who is signed in
        theirs = self.sudo().new({"user_id": user.id}, origin=self)
        return bool(theirs.filtered_domain(rules._compute_domain(self._name, "write")))

    def _report_unmatched(self, error):
        result = super()._report_unmatched(error)
        self.env["support.escalation.failure"]._report(self, get_text(error))
        return result

    def _count_resend(self):
        result = super()._count_resend()
        now = fields.Datetime.now()
        self._get_running_cycles()._catch_up()  # what is being planned afresh
        cycle = self._get_running_cycles().filtered(
            lambda cycle: not cycle.level and cycle.deadline < now
        )
        # a row that is locked is being climbed by the cron at this moment
        late = cycle._try_lock()
        late._isolate(lambda cycle: cycle._climb("resend"))
        late._send_notices()
        return result

    def action_escalate(self):
        """Open the form that asks a manager why the ticket should climb."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Escalate"),
            "res_model": "support.escalate.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
