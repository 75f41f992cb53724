from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

#: What a follow-up takes over from the ticket that it follows.
TAKEN_OVER = (
    "partner_id",
    "channel_id",
    "category_id",
    "team_id",
    "department_id",
    "company_id",
)


class HelpdeskTicket(models.Model):
    """R1, R9: what comes in about a ticket, and on which ticket that goes on. All of it
    runs as superuser: requesters may write messages, not tickets."""

    _inherit = "helpdesk.ticket"

    previous_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        copy=False,
        index="btree_not_null",
        help="The earlier ticket, which had been closed for too long to be reopened.",
    )

    def _get_receiver(self, moment, partner, email=None):
        """The ticket on which something from its requester goes on: the original of a
        duplicate, or the follow-up of what was closed too long ago.

        :param datetime moment: naive UTC, when it came in
        :param res.partner partner: who wrote or called, may be empty
        :param str email: their address, looked at when there is no contact
        :return: the ticket itself, if there is no such other one of this requester's
        :rtype: helpdesk.ticket
        """
        self.ensure_one()
        ticket, seen = self, self.browse()
        while ticket not in seen:  # duplicates of each other have no original
            seen |= ticket
            later = ticket.duplicate_id
            if not later and ticket._is_closed_for_good(moment):
                follows = [("previous_ticket_id", "=", ticket.id)]
                later = self.search(follows, order="id desc", limit=1)
            if not later or not later._is_requester(partner, email):
                return ticket
            ticket = later
        return self

    def _is_closed_for_good(self, moment):
        """Whether the ticket was closed so long ago that nothing reopens it any more.

        :param datetime moment: naive UTC, when something came in
        """
        days = timedelta(days=self.company_id.support_reopen_days)
        return bool(self.closed and self.closed_date) and (
            moment > self.closed_date + days
        )

    # -- what comes in ----------------------------------------------------------

    def _hear_request(self, message):
        """A further message from the requester stands in the chatter.

        :param mail.message message: on this ticket
        """
        self._take_lock()
        moment = min(message.date, fields.Datetime.now())
        receiver = self._get_receiver(moment, message.author_id, message.email_from)
        if receiver == self:
            self._hear(moment, message)
        else:
            receiver._carry_over(message)
            self._log_continuation(receiver)

    def _hear(self, moment, message, reminds=True):
        """Something from the requester came in, about this very ticket.

        :param datetime moment: naive UTC
        :param mail.message message: what they wrote; empty for a call
        :param bool reminds: whether it asks for an answer, and is none itself
        :return: the ticket on which it goes on
        :rtype: helpdesk.ticket
        """
        self._take_lock()
        if self._get_end_reason():
            return self._hear_after_end(moment, message)
        if not self.waiting_since:
            self._start_waiting(moment)
        elif reminds:
            self.own_waiting_since = self.own_waiting_since or moment
            self._start_earlier(moment)
            self._count_resend()
        return self

    def _take_lock(self):
        """Wait until nobody else changes what is owed on the ticket; always before its
        cycles are locked, so that nobody waits for each other.

        Who has waited cannot see what the other one did: PostgreSQL refuses it with a
        serialization failure, and it is handled once more. That is why this writes.
        """
        self.ensure_one()
        table, ticket_id = SQL.identifier(self._table), self.id
        self.env.cr.execute(
            SQL("UPDATE %s SET write_date = write_date WHERE id = %s", table, ticket_id)
        )

    def _hear_after_end(self, moment, message):
        """Reopen what was closed, or follow it up in a new ticket.

        :return: the ticket on which it goes on
        """
        if self._is_closed_for_good(moment):
            return self._follow_up(moment, message)
        self._reopen_waiting(moment)
        return self

    def _start_waiting(self, since):
        """The requester waits for an answer from this moment (naive UTC) on."""
        self.waiting_since = since
        self._get_clock()._open(self)

    def _start_earlier(self, since):
        """A message that was written before the first one we know, but came in after
        it, is what the requester waits for an answer to (naive UTC)."""
        if since >= self.waiting_since:
            return
        self.waiting_since = since
        cycle = self._get_running_cycles()
        cycle.started_at = since
        cycle._write_plans({one: one.policy_id for one in cycle})

    def _count_resend(self):
        """R5: joins the thread and is counted; the clock runs on untouched."""
        self.resend_count += 1

    def _reopen_waiting(self, since):
        """A fresh cycle on a ticket that was over, from this moment (naive UTC)."""
        vals = {
            "active": True,
            "duplicate_id": False,
            "waiting_since": since,
            "waited_since": False,
        }
        if self.closed:
            stages = self.team_id._get_applicable_stages()
            vals["stage_id"] = stages.filtered(lambda stage: not stage.closed)[:1].id
        self.write(vals)

    # -- where it goes on -------------------------------------------------------

    def _carry_over(self, message):
        """Words that were written on another ticket of the same requester's go on here.

        :param mail.message message: of the requester
        """
        self.message_post(
            body=message.body,
            message_type=message.message_type,
            subtype_id=message.subtype_id.id,
            author_id=message.author_id.id,
            email_from=message.email_from,
            date=message.date,
            attachment_ids=self._copy_files(message).ids,
        )

    def _follow_up(self, moment, message):
        """A new ticket, linked to this one, about what came in.

        :param datetime moment: naive UTC, when it came in
        :param mail.message message: on this ticket; empty for a call
        :return: the new ticket
        """
        follow_up = self.create(self._prepare_follow_up(moment, message))
        follow_up.message_subscribe(self.partner_id.ids)
        follow_up._copy_files(message)
        self._log_continuation(follow_up)
        return follow_up

    def _prepare_follow_up(self, moment, message):
        """Values of the ticket in which something about this one goes on.

        :rtype: dict
        """
        return {
            "name": self.name,
            "description": message.body or self.name,
            "previous_ticket_id": self.id,
            "waiting_since": moment,
            "user_id": False,
            **{name: self[name].id for name in TAKEN_OVER},
            "team_by_hand": self.team_by_hand,
            "department_by_hand": self.department_by_hand,
            "partner_name": self.partner_name,
            "partner_email": self.partner_email,
        }

    def _copy_files(self, message):
        """Copies of a message's files, on this ticket.

        :rtype: ir.attachment
        """
        files = message.attachment_ids
        here = {"res_model": self._name, "res_id": self.id}
        return files.browse([file.copy(here).id for file in files])

    def _check_owed(self, duplicate):
        """What is waited for on a duplicate must be owed here.

        :raises ValidationError: if it is owed nowhere, for this one is over (R9)
        """
        if duplicate.waited_since and not self.waiting_since:
            raise ValidationError(
                self.env._(
                    "The requester of %(duplicate)s still waits for an answer, and "
                    "%(original)s is over. Reopen %(original)s first, or answer "
                    "%(duplicate)s.",
                    duplicate=duplicate.number,
                    original=self.number,
                )
            )

    def _log_continuation(self, ticket):
        """Say here on which ticket it goes on."""
        self._message_log(
            body=self.env._(
                "The conversation with the requester continues in %(ticket)s.",
                ticket=ticket._get_html_link(title=ticket.number),
            )
        )
