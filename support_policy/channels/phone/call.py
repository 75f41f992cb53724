from datetime import timedelta

from odoo import api, fields, models

from ...calendar.utc import aware

ANSWERED, MISSED, VOICEMAIL = "answered", "missed", "voicemail"
OUTCOMES = [
    (ANSWERED, "Answered"),
    (MISSED, "Missed"),
    (VOICEMAIL, "Voicemail"),
]


class SupportPhoneCall(models.Model):
    """One call to the hotline. An answered one is its own answer; any other is owed one
    within the policy's time, from the moment of the call (R2)."""

    _name = "support.phone.call"
    _description = "Call"
    _order = "started_at desc, id desc"
    _rec_name = "number"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one("res.partner", string="Caller", index=True)
    number = fields.Char(index=True)
    outcome = fields.Selection(OUTCOMES, required=True)
    started_at = fields.Datetime(required=True)
    seconds = fields.Integer(string="Length (seconds)")
    user_id = fields.Many2one("res.users", string="Answered by")
    outside_hours = fields.Boolean(
        help="The hotline was closed when the call came in.",
    )
    exchange_id = fields.Many2one(
        "support.phone.exchange", ondelete="restrict", index="btree_not_null"
    )
    call_uid = fields.Char(
        string="Call Id", help="As the exchange knows it: no call is logged twice."
    )

    _once = models.UniqueIndex(
        "(exchange_id, call_uid) WHERE exchange_id IS NOT NULL",
        "This call has been logged already.",
    )
    _seconds_positive = models.Constraint(
        "CHECK(seconds >= 0)", "A call lasts zero seconds or more."
    )

    @api.model
    def _log(self, vals, ticket=None, ticket_vals=None, voicemail=None):
        """Log a call: on a ticket of the caller's, or on one made for it.

        :param dict vals: values of the call
        :param helpdesk.ticket ticket: what the call is about, if there is one already
        :param dict ticket_vals: values of the ticket to make otherwise
        :param tuple voicemail: file name and content
        :return: the call
        """
        channel = self._get_channel(ticket, ticket_vals)
        vals = {**vals, "outside_hours": not channel._is_open(vals["started_at"])}
        moment = vals["started_at"]
        if ticket:
            ticket._receive_call(moment, reminds=vals["outcome"] != ANSWERED)
        else:
            ticket = self.env["helpdesk.ticket"].create(
                {**ticket_vals, "channel_id": channel.id, "waiting_since": moment}
            )
        call = self.create({**vals, "ticket_id": ticket.id})
        call._note(voicemail)
        if call.outcome == ANSWERED:
            ticket._answer_call(call)
        return call

    @api.model
    def _get_logged(self, exchange, call_uid):
        """The call that an exchange has reported before (empty if it has not)."""
        return self.search(
            [("exchange_id", "=", exchange.id), ("call_uid", "=", call_uid)], limit=1
        )

    @api.model
    def _get_channel(self, ticket, ticket_vals):
        company = self.env["res.company"].browse((ticket_vals or {}).get("company_id"))
        company = ticket.company_id if ticket else company
        return self.env["helpdesk.ticket.channel"]._get_by_code("phone", company)

    def _note(self, voicemail):
        """The call, in the ticket's chatter, for staff."""
        self.ticket_id._log_changes(
            f"support_policy.mt_call_{self.outcome}", {self.ticket_id: self._describe()}
        )
        if voicemail:
            name, content = voicemail
            note = self.ticket_id.message_ids[:1]
            note.attachment_ids = self.env["ir.attachment"].create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": self.ticket_id._name,
                    "res_id": self.ticket_id.id,
                }
            )

    def _describe(self):
        """Number, and how long the call lasted: figures, so no words to translate."""
        length = timedelta(seconds=self.seconds or 0)
        return f"\u2066{self.number or '—'} · {length}\u2069"


class HelpdeskTicketChannel(models.Model):
    _inherit = "helpdesk.ticket.channel"

    def _is_open(self, moment):
        """Whether somebody is there at a moment (naive UTC); always, without hours.

        :rtype: bool
        """
        # sudo: when a desk is open is for everybody to know
        desk = self.sudo().calendar_id
        if not desk:
            return True
        moment = aware(moment)
        return desk.support_business_time(moment, moment).is_open(moment)


class HelpdeskTicket(models.Model):
    """Calls on a ticket."""

    _inherit = "helpdesk.ticket"

    call_ids = fields.One2many(
        "support.phone.call",
        "ticket_id",
        string="Calls",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def _receive_call(self, moment, reminds):
        """There is a call about this ticket: R1, as for a message.

        :param datetime moment: naive UTC
        :param bool reminds: whether it asks for an answer, and is none itself
        """
        self.ensure_one()
        ticket = self.sudo()  # sudo: only the machine moves the clock
        if ticket._get_end_reason():
            ticket._reopen_waiting(moment)
        elif ticket.waiting_since:
            if reminds:
                ticket._start_earlier(moment)
                ticket._count_resend()
        else:
            ticket._start_waiting(moment)

    def _get_other_answers(self, since):
        # sudo: whoever sends messages need not see calls
        calls = self.sudo().call_ids.filtered(
            lambda call: call.outcome == ANSWERED and call.started_at >= since
        )
        answers = [(call.started_at, call.user_id) for call in calls]
        return super()._get_other_answers(since) + answers

    def _answer_call(self, call):
        """An answered call is the answer, given when it began."""
        ticket = self.sudo()  # sudo: only the machine moves the clock
        # a call logged late answers nothing that came in after it
        if ticket.waiting_since and ticket.waiting_since <= call.started_at:
            ticket._get_running_cycles()._end_answered(call.user_id, call.started_at)
            ticket.waiting_since = False
