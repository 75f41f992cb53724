from datetime import timedelta

from odoo import api, fields, models

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
        string="Call ID",
        help="Identifier given by the exchange, so that no call is logged twice.",
    )

    _once = models.UniqueIndex(
        "(exchange_id, call_uid) WHERE exchange_id IS NOT NULL",
        "This call has already been logged.",
    )
    _seconds_positive = models.Constraint(
        "CHECK(seconds >= 0)", "The length of a call cannot be negative."
    )

    @api.model
    def _log(self, inbound, vals, voicemail=None):
        """Log a call, on the ticket that the intake finds or makes for it.

        Runs as superuser: only the form and the exchange log calls.

        :param inbound.Inbound inbound: the call
        :param dict vals: values of the call
        :param tuple voicemail: file name and content
        :return: the call
        """
        now = fields.Datetime.now()
        moment = inbound.get_moment(now)
        channel = self.env["helpdesk.ticket.channel"].browse(inbound.channel_id)
        taken = self.env["helpdesk.ticket"]._take_in(inbound)
        call = self.create(
            {
                **vals,
                "ticket_id": taken.ticket.id,
                "partner_id": taken.requester.partner.id,
                # as it was reported; the clock goes by the moment that it is given
                "started_at": min(inbound.claimed_at, now),
                "outside_hours": not channel._is_open(moment),
            }
        )
        call._note(voicemail)
        if call.outcome == ANSWERED:
            call.ticket_id._answer_call(call.user_id, moment)
        return call

    @api.model
    def _get_logged(self, exchange, call_uid):
        """The call that an exchange has reported before (empty if it has not)."""
        return self.search(
            [("exchange_id", "=", exchange.id), ("call_uid", "=", call_uid)], limit=1
        )

    def _note(self, voicemail):
        """The call, in the ticket's chatter, for staff."""
        self.ticket_id._log_changes(
            f"support_policy.mt_call_{self.outcome}", {self.ticket_id: self._describe()}
        )
        if voicemail:
            note = self.ticket_id.message_ids[:1]
            note.attachment_ids = self.ticket_id._attach(*voicemail)

    def _describe(self):
        """Number, and how long the call lasted: figures, so no words to translate."""
        length = timedelta(seconds=self.seconds or 0)
        return f"\u2066{self.number or '—'} · {length}\u2069"
