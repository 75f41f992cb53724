from odoo import fields, models

from .call import ANSWERED


class HelpdeskTicket(models.Model):
    """Calls on a ticket."""

    _inherit = "helpdesk.ticket"

    call_ids = fields.One2many(
        "support.phone.call",
        "ticket_id",
        string="Calls",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def _get_other_answers(self, since):
        # sudo: whoever sends messages need not see calls
        calls = self.sudo().call_ids.filtered(
            lambda call: call.outcome == ANSWERED and call.started_at >= since
        )
        answers = [(call.started_at, call.user_id) for call in calls]
        return super()._get_other_answers(since) + answers

    def _answer_call(self, user, moment):
        """An answered call is the answer, given when it began. Runs as superuser.

        :param res.users user: who answered (empty, if the exchange does not say)
        :param datetime moment: naive UTC
        """
        self._take_lock()
        if self._get_end_reason():
            # the call is only noted; but what was owed is not owed again
            if self.waited_since and self.waited_since <= moment:
                self.waited_since = False
            return
        if not self.waiting_since:
            self._start_waiting(moment)
        # a call logged late answers nothing that came in after it
        if self.waiting_since <= moment:
            self._settle(user, moment)
