from odoo import api, fields, models
from odoo.exceptions import AccessError

from .cycle import STATES

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
    """R1: the clock starts when a request is received and ends at the answer."""

    _inherit = "helpdesk.ticket"

    waiting_since = fields.Datetime(
        copy=False,
        index="btree_not_null",
        help="When the requester's first unanswered message was received.",
    )
    waited_since = fields.Datetime(
        copy=False,
        help="Since when the requester had waited in vain when staff ended the ticket. "
        "Taking that back gives the old clock back.",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    resend_count = fields.Integer(
        string="Reminders",
        copy=False,
        readonly=True,
        help="How often the requester wrote again while waiting for an answer.",
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
        string="SLA Deadline",
        store=True,
        index="btree_not_null",
    )
    sla_deadline_text = fields.Char(
        related="sla_cycle_id.deadline_text", string="SLA Deadline (desk time)"
    )
    sla_state = fields.Selection(
        STATES,
        string="SLA Status",
        compute="_compute_sla_cycle_id",
        compute_sudo=True,
        store=True,
        help="What became of the latest promise; empty if the requester waits without "
        "one.",
    )

    @api.depends("sla_cycle_ids.state", "sla_cycle_ids.drop_reason", "waiting_since")
    def _compute_sla_cycle_id(self):
        for ticket in self:
            running = ticket.sla_cycle_ids.filtered(lambda c: c.state == "running")
            ticket.sla_cycle_id = running
            # what has joined an earlier request shares that one's fate
            own = ticket.sla_cycle_ids.filtered(lambda c: c.drop_reason != "joined")
            latest = own.browse() if ticket.waiting_since else own.sorted()[:1]
            ticket.sla_state = (running or latest).state

    # -- what happens to the ticket ---------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # of a ticket that the machine makes nobody waits, unless it says so
        usual = {"waiting_since": False} if self._is_quiet() else {}
        tickets = super().create(
            [
                {**vals, "waiting_since": _get_start({**usual, **vals})}
                for vals in vals_list
            ]
        )
        # history that is entered or imported as closed: nobody waits for an answer
        finished = tickets.filtered(lambda ticket: ticket._get_end_reason())
        finished.sudo().waiting_since = False  # sudo: see write
        self._get_clock()._open(tickets - finished)
        return tickets

    def write(self, vals):
        if not self.env.su and self._get_clock_fields() & vals.keys():
            raise AccessError(
                self.env._(
                    "The waiting time and the deadline are set automatically. "
                    "Answer the request, or ask a manager to escalate it."
                )
            )
        reroutes = self._may_reroute(vals)
        may_end = reroutes or bool(ENDINGS & vals.keys())
        finished = may_end and self.filtered(lambda ticket: ticket._get_end_reason())
        # sudo: an original need not be among those that the editor may see
        before = self.sudo() if "duplicate_id" in vals else ()
        former = {one: (one._get_originals(), one.waited_since) for one in before}
        result = super().write(vals)
        if may_end:
            self._follow_end(finished)
        if former:
            self._follow_originals(former, finished)  # duplicate.py
        if reroutes or CRITERIA & vals.keys():
            self._replan_cycle()
        return result

    def _may_reroute(self, vals):
        """Whether the team, and with it the stage, may be another one afterwards.

        :param dict vals: what is being written
        """
        if "category_id" in vals or "team_id" in vals:
            return True
        return "user_id" in vals and not all(ticket.team_id for ticket in self)

    @api.model
    def _get_clock_fields(self):
        """Fields that only the clock writes; whoever may write tickets may not."""
        return {
            "waiting_since",
            "waited_since",
            "own_waiting_since",
            "resend_count",
            "sla_cycle_id",
            "sla_deadline",
            "sla_policy_id",
            "sla_state",
        }

    def _get_clock(self):
        """The cycles, as the only one who may write them: the machine."""
        # sudo: cycles follow from what happens to tickets; no user may write them
        return self.env["support.sla.cycle"].sudo()

    def _get_running_cycles(self):
        # sudo: the same; requesters do not see the field
        return self._get_clock().browse(self.sudo().sla_cycle_id.ids)

    def _get_end_reason(self):
        """Why nobody is owed an answer on this ticket, or False if somebody may be."""
        self.ensure_one()
        if self.duplicate_id:
            return "duplicate"
        if self.closed:
            return "closed"
        return not self.active and "archived"

    def _follow_end(self, finished):
        """What is over now waits no more; what was, and is not any more, waits again.

        :param helpdesk.ticket finished: those of these that were over before
        """
        finished._restart_waiting()
        (self - finished)._stop_waiting()

    def _stop_waiting(self):
        """Tickets that are over now: what was owed on them is dropped; and remembered,
        unless their own requester has ended them (R9)."""
        # sudo: see write
        groups = self.sudo().grouped(lambda ticket: ticket._get_end_reason())
        groups.pop(False, None)
        for reason, tickets in groups.items():
            undated = tickets.filtered(lambda one: one.closed and not one.closed_date)
            undated.closed_date = fields.Datetime.now()
            tickets._get_running_cycles()._drop(reason)
            owed = tickets.filtered("waiting_since")
            for since, waiting in owed.grouped("waiting_since").items():
                remembered = not self.env.user.share and since
                waiting.write({"waiting_since": False, "waited_since": remembered})

    def _restart_waiting(self):
        """Tickets whose end was taken back: what was owed on them is owed again, since
        when it was (R9)."""
        reopened = self.filtered(lambda ticket: not ticket._get_end_reason())
        reopened.closed_date = False
        owed = reopened.sudo().filtered(  # sudo: see write
            lambda ticket: ticket.waited_since and not ticket.waiting_since
        )
        for since, tickets in owed.grouped("waited_since").items():
            tickets.write({"waiting_since": since, "waited_since": False})
        self._get_clock()._open(reopened)

    def _settle(self, user, moment):
        """The requester has been answered: nothing is owed any more. Runs as superuser.

        :param res.users user: who answered, may be empty
        :param datetime moment: naive UTC
        """
        self._get_running_cycles()._end_answered(user, moment)
        # should the answer fail, own_waiting_since is needed again
        self.write({"waiting_since": False, "waited_since": False})
        self._settle_linked(user, moment)  # duplicate.py

    def _replan_cycle(self):
        """Put the tickets under the policy that covers them now (R4).

        Running cycles are re-planned from their own start; a ticket that had no policy
        gets its cycle from the moment its requester began to wait.
        """
        waiting = self.filtered("waiting_since")
        if running := waiting._get_running_cycles():
            policies = self.env["support.sla.policy"]._match(running.ticket_id)
            moved = running.filtered(
                lambda cycle: cycle.policy_id != policies[cycle.ticket_id]
            )
            moved._replan(policies)
        self._get_clock()._open(waiting)


def _get_start(vals):
    """When the clock of a new ticket starts: now, or when the request that is written
    down came in; False if nobody waits. Never in the future."""
    now = fields.Datetime.now()
    since = fields.Datetime.to_datetime(vals.get("waiting_since", now))
    return since and min(since, now)
