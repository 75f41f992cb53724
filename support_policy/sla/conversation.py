from odoo import api, fields, models

from .message import QUIET


class HelpdeskTicket(models.Model):
    """R1, as it is heard in the chatter: who asks, and what is an answer."""

    _inherit = "helpdesk.ticket"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_request(message):
            # sudo: requesters may write messages, not tickets
            self.sudo()._hear_request(message)
        return result

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if self._is_notification_scheduled(kwargs.get("scheduled_date")):
            return recipients  # Odoo calls again when it leaves
        if self._is_answer(message, recipients):
            # sudo: whoever may answer may stop the clock
            self.sudo()._record_answer(message)
        return recipients

    def _is_request(self, message):
        """Whether the message is a further one from the requester.

        The message that made the ticket is not: its cycle opened with the ticket.
        """
        message = message.sudo()  # sudo: a portal author cannot read subtypes
        return (
            message._is_between_people()
            and not self._is_quiet()
            and not self._is_forged(message)
            and message.subtype_id != self._creation_subtype()
            and self._is_requester(message.author_id, message.email_from)
        )

    def _is_answer(self, message, recipients):
        """Whether the message is one that staff sent and that reaches the requester.

        :param list recipients: whom Odoo notifies, as ``_notify_thread`` returns them
        """
        message = message.sudo()  # sudo: mail addresses are not for everybody to read
        return self._is_from_staff(message) and self._reaches_requester(
            message, recipients
        )

    def _is_from_staff(self, message):
        """Whether a member of staff wrote it to people outside, in their own name, on
        a request that is not their own."""
        return (
            message._is_between_people()
            and not self._is_quiet()
            and not self._is_forged(message)
            and bool(self._get_staff(message.author_id))
            and not self._is_requester(message.author_id)
        )

    def _is_quiet(self):
        """Whether the machine posts what was said elsewhere, or about tickets."""
        return self.env.context.get("support_quiet") is QUIET

    def _is_forged(self, message):
        """Whether somebody outside claims, by RPC, another's name.

        (Odoo's own routes post as superuser, for an author they have checked.)
        """
        user = self.env.user
        return not self.env.su and user.share and message.author_id != user.partner_id

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

    def _record_answer(self, message):
        """An answer left: nothing is owed any more."""
        self._take_lock()
        user = self._get_staff(message.author_id)
        self._settle(user, fields.Datetime.now())

    def _get_other_answers(self, since):
        """Hook: what else has answered the requester after an answer, and when. Here:
        what staff sent to them by e-mail.

        :param datetime since: naive UTC, of that answer
        :rtype: list of tuples of a moment (naive UTC) and a user
        """
        mails = self.message_ids.filtered(
            lambda message: (
                message.date > since
                and self._is_from_staff(message)
                and self._is_mailed_to_requester(message)
            )
        )
        return [(mail.date, self._get_staff(mail.author_id)) for mail in mails]

    def _is_mailed_to_requester(self, message):
        """Whether an e-mail of this message has left, or is to leave, for them."""
        return any(
            notice.notification_type == "email"
            and notice.notification_status not in ("bounce", "exception", "canceled")
            and self._is_requester(notice.res_partner_id)
            for notice in message.notification_ids
        )

    def _withdraw_answer(self, cycle):
        """What was sent as the answer has not reached the requester: the cycle that it
        ended runs on, as if nothing had been sent.

        :param support.sla.cycle cycle: that was met, or answered late
        """
        self.ensure_one()
        reason = self._get_end_reason()
        since = cycle.started_at
        cycle._forget_answer(reason)
        self._withdraw_linked(cycle)  # duplicate.py
        if newer := self._get_running_cycles():
            # one answer is owed, since the first message that got none
            newer._drop("joined")
            self.resend_count += 1
        if reason == "closed":
            self._reopen_waiting(since)
        elif reason:
            self.waited_since = since  # owed again when that end is taken back
            original = self._get_original()
            if original != self:
                original._take_over(self)
        else:
            self.waiting_since = since
            self._get_clock()._open(self)
