from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import conversation as _conversation  # noqa: F401 (extended here)
from .cycle import DROPPED, LATE, MET, RUNNING
from .message import QUIET


class HelpdeskTicket(models.Model):
    """R9: the words, the clock and the answers of duplicates live on one ticket: the
    original, with the oldest start. What staff take back is given back."""

    _inherit = "helpdesk.ticket"

    own_waiting_since = fields.Datetime(
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Since when this ticket's own requester waits, while the clock of a "
        "duplicate runs on it.",
    )

    @api.constrains("duplicate_id")
    def _check_duplicate(self):
        if self._has_cycle("duplicate_id"):
            raise ValidationError(
                self.env._(
                    "A ticket cannot be a duplicate of itself, nor of one of its own "
                    "duplicates. Choose the ticket on which the answer is to be given."
                )
            )

    def _get_original(self):
        """The ticket that this one is a duplicate of: the last one, if that is a
        duplicate itself. The ticket itself, if there is none.

        :rtype: helpdesk.ticket
        """
        return self._get_originals()[-1:] or self

    def _get_originals(self):
        """The ticket that this one is a duplicate of, the one that that is a duplicate
        of, and so on.

        :rtype: helpdesk.ticket
        """
        self.ensure_one()
        ticket, found = self, self.browse()
        while ticket := ticket.duplicate_id:
            if ticket in found | self:
                return self.browse()  # of each other: there is no original
            found |= ticket
        return found

    def _get_duplicates(self):
        """All duplicates, and theirs.

        :rtype: helpdesk.ticket
        """
        found = self.browse()
        level = self.with_context(active_test=False)
        while level := level.duplicate_ids - found - self:
            found |= level
        return found

    def _merge_into(self, original):
        """Go on with these tickets on another one.

        :param helpdesk.ticket original: or a duplicate of it
        """
        original = original._get_original()
        (self - original).duplicate_id = original

    # -- what happens to the ticket ---------------------------------------------

    def _follow_originals(self, former, finished):
        """These tickets have become, or are no longer, duplicates.

        :param dict former: {ticket: (its originals, its start), before}
        :param helpdesk.ticket finished: those of these that were over before
        """
        for ticket in self.sudo():  # sudo: only the machine moves the clock
            originals, (before, since) = ticket._get_originals(), former[ticket]
            for left in before - originals:  # the nearest first: others count its start
                left._give_back(since)
            original = originals[-1:]
            # what was closed without an answer is not owed because of this
            moved = original and original != before[-1:]
            if moved and (ticket not in finished or before):
                original._take_over(ticket)
                original._check_owed(ticket)

    def _take_over(self, duplicate, words=True):
        """Words, clock and answers of a duplicate live here from now on. Runs as
        superuser.

        :param helpdesk.ticket duplicate: that does not wait itself any more
        :param bool words: whether its words are not here yet
        """
        same = self._is_requester_of(duplicate)
        if same:
            self._take_answers(duplicate)
            duplicate._take_answers(self)
        since = duplicate.waited_since
        if since and self._wait_for(duplicate):
            if words:
                self._take_words(duplicate, same)
                duplicate._log_continuation(self)
            dropped = duplicate._get_clock_since(since)
            dropped.drop_reason = "duplicate"
            self._get_running_cycles()._go_on_from(dropped)

    def _is_requester_of(self, duplicate):
        return self._is_requester(duplicate.partner_id, duplicate.partner_email)

    # -- the clock --------------------------------------------------------------

    def _wait_for(self, duplicate):
        """The oldest start counts.

        :return: whether an answer is owed here
        """
        since = duplicate.waited_since
        others = self._get_duplicates() - duplicate
        if not others._get_starts(self.waiting_since or self.waited_since):
            self.own_waiting_since = self.waiting_since
        if self.waiting_since:
            self._start_earlier(since)
        elif not self._get_end_reason():
            self._start_waiting(since)
        elif self._is_requester_of(duplicate):
            now = fields.Datetime.now()
            if not self._is_closed_for_good(now):
                self._hear_after_end(since, self.env["mail.message"])
        return bool(self.waiting_since)

    def _give_back(self, since):
        """A duplicate is none any more: here, it is waited since when it was without
        it. Runs as superuser.

        :param datetime since: naive UTC, when the duplicate's clock began
        """
        waited = "waited_since" if self._get_end_reason() else "waiting_since"
        if not since or self[waited] != since:
            return
        starts = self._get_duplicates()._get_starts(since)
        if self.own_waiting_since and self.own_waiting_since >= since:
            starts.append(self.own_waiting_since)
        clock, running = self._get_clock_since(since), self._get_running_cycles()
        if not starts:
            running._drop("joined")
            clock.drop_reason = "joined"
        elif min(starts) != since:
            clock.started_at = min(starts)
            running._write_plans({one: one.policy_id for one in running})
        self[waited] = min(starts, default=False)

    def _get_starts(self, since):
        """Since when these duplicates wait, if their clock is part of one that began at
        a moment: not what has waited since before the original's last answer.

        :param datetime since: naive UTC, may be False
        :rtype: list of datetimes
        """
        starts = since and self.mapped("waited_since")
        return [start for start in starts or () if start and start >= since]

    def _get_clock_since(self, since):
        """The cycle of what is owed here since a moment; it may have been dropped.

        :param datetime since: naive UTC
        :rtype: support.sla.cycle (empty if no policy ever covered it)
        """
        return self.sla_cycle_ids.filtered(
            lambda cycle: (
                cycle.started_at == since
                and cycle.state in (RUNNING, DROPPED)
                and cycle.drop_reason != "joined"
            )
        )[:1]

    # -- the answers ------------------------------------------------------------

    def _find_answers(self, since):
        """The cycles that were answered here since a moment, the first one first.

        :rtype: support.sla.cycle
        """
        return self.sla_cycle_ids.filtered(
            lambda cycle: cycle.state in (MET, LATE) and cycle.ended_at >= since
        ).sorted("ended_at")

    def _take_answers(self, other):
        """What was answered there has been answered here too; not what was written
        after it."""
        while since := self.waiting_since or self.waited_since:
            answer = other._find_answers(since)[:1]
            if not answer:
                return
            answered_at = answer.ended_at
            self._settle(answer.answered_by_id, answered_at)
            later = self._get_words(answered_at).filtered(
                lambda message, at=answered_at: message.date > at
            )
            if later and self._get_end_reason():
                self.waited_since = later[0].date
            elif later:
                self._start_waiting(later[0].date)

    def _settle_linked(self, user, moment):
        """What answers a duplicate answers its original, and the other way round."""
        for other in (self._get_duplicates() | self._get_original()) - self:
            if not other._is_requester_of(self):
                continue
            if other.waited_since and other.waited_since <= moment:
                other.waited_since = False
            if other.waiting_since and other.waiting_since <= moment:
                other._settle(user, moment)

    def _withdraw_linked(self, cycle):
        """What has answered nobody has not answered the others either.

        :param support.sla.cycle cycle: which that answer had ended here
        """
        answered_at = cycle.ended_at
        for other in (self._get_duplicates() | self._get_original()) - self:
            if not other._is_requester_of(self):
                continue
            answered = other._find_answers(answered_at)[:1]
            if answered.ended_at == answered_at:
                other._withdraw_answer(answered)
            elif other.duplicate_id and not other.waited_since:
                moved = other.sla_cycle_ids.filtered(
                    lambda one: (
                        one.drop_reason == "duplicate"
                        and cycle.started_at <= one.started_at <= answered_at
                    )
                )
                other.waited_since = moved[:1].started_at

    # -- the words --------------------------------------------------------------

    def _get_words(self, since):
        """What the requester has written since a moment, oldest first.

        :rtype: mail.message
        """
        return self.message_ids.filtered(
            lambda message: (
                message.date >= since
                and message._is_between_people()
                and self._is_requester(message.author_id, message.email_from)
            )
        ).sorted("id")

    def _take_words(self, duplicate, same):
        """What has no answer stands here too: for its requester to read, or, if that is
        another one, for the staff."""
        words = duplicate._get_words(duplicate.waited_since)
        created = words.subtype_id & self._creation_subtype()
        answered = duplicate.sla_cycle_ids.filtered(lambda c: c.state in (MET, LATE))
        description = not (created or answered) and duplicate.description
        if not same:
            self._note_words(duplicate, [description or "", *words.mapped("body")])
            return
        quiet = self.with_context(support_quiet=QUIET)
        if description:
            quiet.message_post(
                body=description,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=duplicate.partner_id.id,
                email_from=duplicate.partner_id.email_formatted
                or duplicate.partner_email,
                date=duplicate.waited_since,
            )
        for message in words:
            quiet._carry_over(message)

    def _note_words(self, duplicate, bodies):
        """What another requester asks is not for this ticket's own one to read."""
        who = self.env._(
            "%(name)s asks the same in %(ticket)s and waits for an answer too.",
            name=duplicate.partner_id.name or duplicate.partner_name or "?",
            ticket=duplicate._get_html_link(title=duplicate.number),
        )
        words = Markup("<blockquote>%s</blockquote>") % Markup().join(bodies)
        self._message_log(body=Markup("<p>%s</p>") % who + words)
