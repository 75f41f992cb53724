from datetime import timedelta

from odoo import api, fields, models

from .cycle import DROPPED, STATES

#: Message types of people. All others are written by machines: acknowledgements,
#: out-of-office replies, tracking notes; none of them asks or answers anything.
HUMAN_MESSAGES = ("comment", "email")
#: Changes of these may end the wait for an answer, or begin it anew.
ENDINGS = {"active", "duplicate_id", "stage_id"}
#: Changes of these may put the ticket under another policy.
CRITERIA = {
    "beneficiary_id",
    "category_id",
    "channel_id",
    "company_id",
    "partner_id",
    "team_id",
}


class HelpdeskTicket(models.Model):
    """Rule 1: the clock starts when a request is received and ends at the answer."""

    _inherit = "helpdesk.ticket"

    waiting_since = fields.Datetime(
        copy=False,
        index="btree_not_null",
        help="When the requester's first unanswered message was received.",
    )
    resend_count = fields.Integer(
        string="Reminders",
        copy=False,
        readonly=True,
        help="How often the requester wrote again while an answer was owed.",
    )
    sla_cycle_ids = fields.One2many(
        "support.sla.cycle",
        "ticket_id",
        string="SLA Cycles",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    sla_cycle_id = fields.Many2one(
        "support.sla.cycle",
        string="Running SLA Cycle",
        compute="_compute_sla_cycle_id",
        compute_sudo=True,
        store=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    sla_policy_id = fields.Many2one(
        related="sla_cycle_id.policy_id",
        string="SLA Policy",
        store=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    sla_deadline = fields.Datetime(
        related="sla_cycle_id.deadline",
        string="Promised Answer",
        store=True,
        index="btree_not_null",
    )
    sla_deadline_text = fields.Char(
        related="sla_cycle_id.deadline_text", string="Promised Answer (desk's clock)"
    )
    sla_state = fields.Selection(
        STATES,
        string="Promise",
        compute="_compute_sla_cycle_id",
        compute_sudo=True,
        store=True,
        help="State of the latest SLA cycle.",
    )
    previous_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Follows Ticket",
        copy=False,
        index="btree_not_null",
        help="Ticket that had been closed too long to be reopened.",
    )

    @api.depends("sla_cycle_ids.state")
    def _compute_sla_cycle_id(self):
        for ticket in self:
            latest = ticket.sla_cycle_ids.sorted()[:1]
            running = ticket.sla_cycle_ids.filtered(lambda c: c.state == "running")
            ticket.sla_cycle_id = running
            ticket.sla_state = (running or latest).state

    # -- what happens to the ticket ---------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        tickets = super().create([{"waiting_since": now, **vals} for vals in vals_list])
        # history that is entered or imported as closed: nobody waits for an answer
        finished = tickets.filtered(lambda ticket: ticket._get_end_reason())
        finished.waiting_since = False
        self._get_clock()._open(tickets - finished)
        return tickets

    def write(self, vals):
        may_end = bool(ENDINGS & vals.keys())
        finished = may_end and self.filtered(lambda ticket: ticket._get_end_reason())
        result = super().write(vals)
        if may_end:
            finished._restart_waiting()
            (self - finished)._stop_waiting()
        if CRITERIA & vals.keys():
            self._replan_cycle()
        return result

    def _get_clock(self):
        """The cycles, as the only one who may write them: the machine."""
        # sudo: cycles follow from what happens to tickets; no user may write them
        return self.env["support.sla.cycle"].sudo()

    def _get_running_cycles(self):
        return self._get_clock().browse(self.sudo().sla_cycle_id.ids)

    def _get_end_reason(self):
        """Why nobody is owed an answer on this ticket, or False if somebody may be."""
        self.ensure_one()
        if self.duplicate_id:
            return "duplicate"
        if self.closed:
            return "closed"
        return not self.active and "archived"

    def _stop_waiting(self):
        """Tickets that are over now: what was owed on them is dropped."""
        groups = self.grouped(lambda ticket: ticket._get_end_reason())
        for reason, tickets in groups.items():
            if reason:
                tickets._get_running_cycles()._drop(reason)
                tickets.waiting_since = False

    def _restart_waiting(self):
        """Tickets reopened: what was dropped is owed again, from now."""
        reopened = self.filtered(lambda ticket: not ticket._get_end_reason())
        reopened.closed_date = False
        reopened.filtered(
            lambda ticket: ticket.sla_state == DROPPED and not ticket.waiting_since
        ).waiting_since = fields.Datetime.now()
        self._get_clock()._open(reopened)

    def _replan_cycle(self):
        """Put the tickets under the policy that covers them now (rule 4).

        Running cycles are re-planned from their own start; a ticket that had no policy
        gets its cycle from the moment its requester began to wait.
        """
        waiting = self.filtered("waiting_since")
        if running := waiting._get_running_cycles():
            policies = self.env["support.sla.policy"]._match(running.ticket_id)
            running._replan(policies)
        self._get_clock()._open(waiting)

    # -- what is said on it -----------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_request(message):
            # sudo: requesters may write messages, not tickets
            self.sudo()._receive(message)
        return result

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if self._is_answer(message, recipients):
            # sudo: whoever may answer may stop the clock
            self.sudo()._answer(message)
        return recipients

    def _is_request(self, message):
        """Whether the message is a further one from the requester.

        The message that made the ticket is not: its cycle opened with the ticket.
        """
        message = message.sudo()  # sudo: a portal author cannot read subtypes
        return (
            message.message_type in HUMAN_MESSAGES
            and not message.subtype_id.internal
            and not message.is_internal
            and message.subtype_id != self._creation_subtype()
            and self._is_requester(message.author_id, message.email_from)
        )

    def _is_answer(self, message, recipients):
        """Whether the message is one that staff sent and that reaches the requester.

        :param list recipients: whom Odoo notifies, as ``_notify_thread`` returns them
        """
        message = message.sudo()  # sudo: mail addresses are not for everybody to read
        return (
            message.message_type in HUMAN_MESSAGES
            and bool(message.subtype_id)
            and not message.subtype_id.internal
            and not message.is_internal
            and bool(self._get_staff(message.author_id))
            and not self._is_requester(message.author_id)
            and self._reaches_requester(message, recipients)
        )

    @api.model
    def _get_staff(self, author):
        """The member of staff that a message's author is (empty if none).

        OdooBot is none, whatever it writes.
        """
        # sudo: users are not for portal authors to read
        return author.sudo().user_ids.filtered(lambda u: u.active and not u.share)[:1]

    def _reaches_requester(self, message, recipients):
        partners = message.partner_ids.browse(
            [data["id"] for data in recipients or [] if data["id"]]
        )
        if any(self._is_requester(p) for p in partners | message.partner_ids):
            return True
        written_to = (
            message.incoming_email_to,
            message.incoming_email_cc,
            message.outgoing_email_to,
        )
        return any(
            self._is_requester(self.env["res.partner"], address)
            for addresses in written_to
            for address in (addresses or "").split(",")
        )

    def _answer(self, message):
        """An answer left: nothing is owed any more."""
        user = self._get_staff(message.author_id)
        self._get_running_cycles()._answer(user, fields.Datetime.now())
        self.waiting_since = False

    def _receive(self, message):
        """A further message from the requester: rule 1."""
        self.ensure_one()
        received_at = min(message.date, fields.Datetime.now())
        if self._get_end_reason():
            self._receive_after_end(message, received_at)
        elif self.waiting_since:
            self._receive_resend()
        else:
            self._start_waiting(received_at)

    def _start_waiting(self, since):
        """The requester waits for an answer from this moment (naive UTC) on."""
        self.waiting_since = since
        self._get_clock()._open(self)

    def _receive_resend(self):
        """Rule 5: joins the thread and is counted; the clock runs on untouched."""
        self.resend_count += 1

    def _receive_after_end(self, message, received_at):
        """Reopen, or follow up in a new ticket what was closed too long ago."""
        original = self.duplicate_id
        if original and original._is_requester(message.author_id, message.email_from):
            return original._receive(message)
        days = timedelta(days=self.company_id.support_reopen_days)
        if not self.closed_date or received_at <= self.closed_date + days:
            self._reopen(received_at)
        else:
            self._follow_up(message, received_at)

    def _reopen(self, received_at):
        """A fresh cycle on a ticket that had been closed, from this moment (UTC) on."""
        vals = {"active": True, "duplicate_id": False, "waiting_since": received_at}
        if self.closed:
            stages = self.team_id._get_applicable_stages()
            vals["stage_id"] = stages.filtered(lambda stage: not stage.closed)[:1].id
        self.write(vals)

    def _follow_up(self, message, received_at):
        """A new ticket, linked to this one, about what the message says.

        :return: the new ticket
        """
        follow_up = self.with_context(support_routed_by_machine=True).create(
            {
                "name": self.name,
                "description": message.body or self.name,
                "previous_ticket_id": self.id,
                "waiting_since": received_at,
                "user_id": False,
                **{
                    name: self[name].id
                    for name in (
                        "partner_id",
                        "channel_id",
                        "category_id",
                        "team_id",
                        "department_id",
                        "company_id",
                    )
                },
                "team_by_hand": self.team_by_hand,
                "department_by_hand": self.department_by_hand,
                "partner_name": self.partner_name,
                "partner_email": self.partner_email,
            }
        )
        follow_up.message_subscribe(self.partner_id.ids)
        for attachment in message.attachment_ids:
            attachment.copy({"res_model": self._name, "res_id": follow_up.id})
        self._message_log(
            body=self.env._(
                "This ticket was closed long ago: the message continues in %(ticket)s.",
                ticket=follow_up._get_html_link(title=follow_up.number),
            )
        )
        return follow_up
