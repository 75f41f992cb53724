from odoo import api, fields, models

from ...sla.cycle import LATE, MET, RUNNING
from . import client
from .event import NotYet
from .message import DELIVERED, FAILED, OUTGOING, QUEUED, READ, SENDING, SENT, STATES
from .text import isolate

RANK = {state: rank for rank, (state, _name) in enumerate(STATES)}
#: What WhatsApp says of a message, in our words.
TOLD = {
    "sent": SENT,
    "delivered": DELIVERED,
    "read": READ,
    "played": READ,
    "failed": FAILED,
}
ARRIVED = (SENT, DELIVERED, READ)
ACTIVITY = "support_policy.activity_whatsapp_failed"


class SupportWhatsappMessage(models.Model):
    """What became of what was sent; and that what failed is no answer (R5)."""

    _inherit = "support.whatsapp.message"

    @api.model
    def _handle_status(self, account, item):
        """WhatsApp tells how far a message has come; in any order, and repeatedly.

        :param payload.Status item: as it came
        :raises NotYet: while it is still being sent
        """
        row, state = self._find_sent(account, item), TOLD.get(item.state)
        if not row or not state:
            return
        if row.state == SENDING and row.try_at > fields.Datetime.now():
            raise NotYet
        row.whatsapp_id = row.whatsapp_id or item.whatsapp_id
        if RANK[state] <= RANK[row.state]:
            return
        if state == FAILED and client.passes(item.code):
            row._postpone(item.reason)
        elif state == FAILED:
            row._fail(item.reason)
        else:
            failed = row.state == FAILED
            row._set_arrived(state)
            if failed:
                row._arrive_after_all()

    @api.model
    def _find_sent(self, account, item):
        known = self._get_known(account, item.whatsapp_id)
        if not known and item.attempt_token:
            # before its id has been stored, our own token tells which it is
            known = self.search(
                [
                    ("account_id", "=", account.id),
                    ("attempt_token", "=", item.attempt_token),
                    ("whatsapp_id", "=", False),
                ],
                limit=1,
            )
        return known.filtered(lambda row: row.direction == OUTGOING)

    def _stay_unsent(self, reason):
        """It did not reach the requester: shown at the message, told to who wrote it,
        and the cycle runs on."""
        # a message that has failed in part is not sent in part
        queued = self.message_id.whatsapp_ids.filtered(lambda row: row.state == QUEUED)
        rows = self | queued
        rows._set_failed(reason)
        rows._show_state()
        if not self._is_automatic():
            self._withdraw()
            self._tell_author()

    def _is_automatic(self):
        """Whether the message is an acknowledgement: nobody waits for it."""
        return self.message_id.message_type == "auto_comment" or not self.ticket_id

    def _withdraw(self):
        """What failed was no answer. The next message that did not fail may be one;
        else the cycle runs on as if nothing had been sent."""
        cycle = self.cycle_id
        if cycle.state not in (MET, LATE):
            return
        later = self.ticket_id.whatsapp_message_ids.filtered(
            lambda row: row.direction == OUTGOING and row.id > self.id
        )
        others = (later.message_id - self.message_id).sorted("id")
        good = others.filtered(
            lambda message: (
                FAILED not in message.whatsapp_ids.mapped("state")
                and not message.whatsapp_ids[0]._is_automatic()
            )
        )[:1]
        given_at = good.whatsapp_ids[:1].written_at
        calls = self.ticket_id._get_other_answers(cycle.ended_at)
        call = min(calls, default=None, key=lambda answer: answer[0])
        if call and not (good and given_at <= call[0]):
            cycle._end_answered(call[1], call[0])
        elif good:
            cycle._end_answered(self.ticket_id._get_staff(good.author_id), given_at)
            good.whatsapp_ids.filtered(lambda row: not row.cycle_id).cycle_id = cycle
        else:
            self.ticket_id._withdraw_answer(cycle)

    def _arrive_after_all(self):
        """WhatsApp tells late that a message had arrived, which had been given up: it
        was the answer, at the time when it was sent."""
        cycle, ticket = self.cycle_id, self.ticket_id
        states = self.message_id.whatsapp_ids.mapped("state")
        if cycle.state != RUNNING or not {*states} <= {*ARRIVED}:
            return
        staff = ticket._get_staff(self.message_id.author_id)
        cycle._end_answered(staff, self.written_at)
        ticket.waiting_since = False
        ticket.activity_unlink([ACTIVITY])
        asked = self._find_written(
            ("ticket_id", "=", ticket.id),
            ("written_at", ">", self.written_at),
            order="written_at",
        )
        if asked:
            ticket._start_waiting(asked.written_at)

    def _tell_author(self):
        """An activity for who wrote it, and a note for everybody."""
        ticket, author = self.ticket_id, self.message_id.author_id
        ticket._log_changes(
            "support_policy.mt_whatsapp_failed", {ticket: isolate(self.reason or "")}
        )
        user = ticket._get_staff(author) or ticket.user_id
        if user and not ticket.activity_search([ACTIVITY]):
            ticket.activity_schedule(ACTIVITY, user_id=user.id, note=self.reason)
