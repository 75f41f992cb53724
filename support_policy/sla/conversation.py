from datetime import timedelta

from odoo import api, fields, models

from .cycle import DROPPED

#: Message types of people. All others are written by machines: acknowledgements,
#: out-of-office replies, tracking notes; none of them asks or answers anything.
HUMAN_MESSAGES = ("comment", "email")


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
            self._is_between_people(message)
            and message.subtype_id != self._creation_subtype()
            and self._is_requester(message.author_id, message.email_from)
        )

    def _is_answer(self, message, recipients):
        """Whether the message is one that staff sent and that reaches the requester.

        :param list recipients: whom Odoo notifies, as ``_notify_thread`` returns them
        """
        message = message.sudo()  # sudo: mail addresses are not for everybody to read
        return (
            self._is_between_people(message)
            and bool(self._get_staff(message.author_id))
            and not self._is_requester(message.author_id)
            and self._reaches_requester(message, recipients)
        )

    def _is_between_people(self, message):
        """Whether a person wrote it, in their own name, for others than staff to read.

        By RPC, somebody outside may claim another's name: that counts for nothing.
        (Odoo's own routes post as superuser, for an author they have checked.)
        """
        user = self.env.user
        forged = not self.env.su and user.share and message.author_id != user.partner_id
        return (
            not forged
            and message.message_type in HUMAN_MESSAGES
            and bool(message.subtype_id)
            and not message.subtype_id.internal
            and not message.is_internal
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

    def _record_answer(self, message):
        """An answer left: nothing is owed any more."""
        user = self._get_staff(message.author_id)
        self._get_running_cycles()._end_answered(user, fields.Datetime.now())
        self.waiting_since = False

    def _get_other_answers(self, since):
        """Hook: what else than messages has answered the requester, and when.

        :param datetime since: naive UTC
        :rtype: list of tuples of a moment (naive UTC) and a user
        """
        return []

    def _withdraw_answer(self, cycle):
        """What was sent as the answer has not reached the requester: the cycle that it
        ended runs on, as if nothing had been sent.

        :param support.sla.cycle cycle: that was met, or answered late
        """
        self.ensure_one()
        reason = self._get_end_reason()
        if reason and reason != "closed":
            # what ended the ticket since would have dropped it
            vals = {"drop_reason": reason, "answered_by_id": False}
            cycle._end(DROPPED, cycle.ended_at, **vals)
            return
        newer = self._get_running_cycles()
        if newer:
            # one answer is owed, since the first message that got none
            newer._drop("joined")
            newer.flush_model(["state"])
            self.resend_count += 1
        cycle._revive()
        if reason:
            self._reopen_waiting(cycle.started_at)
        self.waiting_since = cycle.started_at

    def _hear_request(self, message):
        """A further message from the requester: R1."""
        self.ensure_one()
        received_at = min(message.date, fields.Datetime.now())
        if self._get_end_reason():
            self._hear_after_end(message, received_at)
        elif self.waiting_since:
            self._start_earlier(received_at)
            self._count_resend()
        else:
            self._start_waiting(received_at)

    def _start_earlier(self, since):
        """A message that was written before the first one we know, but came in after
        it, is what the requester waits for an answer to (naive UTC)."""
        if since >= self.waiting_since:
            return
        self.waiting_since = since
        cycle = self._get_running_cycles()
        cycle.started_at = since
        cycle._write_plans({one: one.policy_id for one in cycle})

    def _start_waiting(self, since):
        """The requester waits for an answer from this moment (naive UTC) on."""
        self.waiting_since = since
        self._get_clock()._open(self)

    def _count_resend(self):
        """R5: joins the thread and is counted; the clock runs on untouched."""
        self.resend_count += 1

    def _hear_after_end(self, message, received_at):
        """Reopen, or follow up in a new ticket what was closed too long ago."""
        original = self.duplicate_id
        if original and original._is_requester(message.author_id, message.email_from):
            return original._hear_request(message)
        days = timedelta(days=self.company_id.support_reopen_days)
        if not self.closed_date or received_at <= self.closed_date + days:
            self._reopen_waiting(received_at)
        else:
            self._follow_up(message, received_at)

    def _reopen_waiting(self, received_at):
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
        vals = self._prepare_follow_up(message, received_at)
        follow_up = self.with_context(support_routed_by_machine=True).create(vals)
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

    def _get_continuation(self):
        """The ticket in which a message that has just come in continues: this one,
        unless it was closed too long ago."""
        if not self._get_end_reason():
            return self
        later = [("previous_ticket_id", "=", self.id)]
        return self.search(later, order="id desc", limit=1) or self

    def _prepare_follow_up(self, message, received_at):
        """Values of the ticket in which a message on this one continues.

        :rtype: dict
        """
        same = (
            "partner_id",
            "channel_id",
            "category_id",
            "team_id",
            "department_id",
            "company_id",
        )
        return {
            "name": self.name,
            "description": message.body or self.name,
            "previous_ticket_id": self.id,
            "waiting_since": received_at,
            "user_id": False,
            **{name: self[name].id for name in same},
            "team_by_hand": self.team_by_hand,
            "department_by_hand": self.department_by_hand,
            "partner_name": self.partner_name,
            "partner_email": self.partner_email,
        }
