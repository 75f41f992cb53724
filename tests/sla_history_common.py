"""What may happen on tickets, to the product and to the model at once."""

from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time

from odoo.addons.support_policy.support_policy.calendar.utc import aware

from .channels_common import MailCase
from .common import RIYADH
from .sla_history_desk import Desk
from .sla_history_facts import LATE, MET, Policy
from .sla_history_model import Model

WEEK = (6, 0, 1, 2, 3)  # Sunday to Thursday
MINUTE = timedelta(minutes=1)


class HistoryCase(MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.channels = {"email": cls.email, "whatsapp": cls.whatsapp, "": False}
        cls.categories = {
            "attendance": cls.category,
            "technical": ref("support_policy.category_technical_sign_in"),
        }
        urgent = cls.env["support.sla.policy"].create(
            {
                "name": "Urgent",
                "sequence": 1,
                "category_ids": cls.categories["technical"].ids,
                "response_hours": 8,
                "calendar_id": cls.desk.id,
                "ladder_id": cls.ladder.id,
            }
        )
        cls.policies = [
            urgent,
            ref("support_policy.policy_whatsapp"),
            ref("support_policy.policy_email"),
        ]
        cls.first_stage = ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.in_ramadan = cls.desk.copy({"name": "In Ramadan"})
        cls.in_ramadan.attendance_ids.write({"hour_from": 10, "hour_to": 15})

    # -- a history --------------------------------------------------------------

    def play(self, beginning, events):
        """Play a history from its beginning, and leave no trace of it."""
        freezer = freeze_time(beginning - RIYADH)
        with closing(self.env.cr.savepoint()), freezer as self.clock:
            try:
                self._begin(beginning)
                for event in events:
                    self._happen(*event)
            finally:
                self.env.invalidate_all(flush=False)
                self.env.registry.clear_all_caches()

    def _begin(self, beginning):
        urgent, whatsapp, email = self.policies
        self.model = Model(
            Desk(WEEK, 8, 16),
            [
                Policy(urgent.name, 8, category="technical"),
                Policy(whatsapp.name, 48, channel="whatsapp"),
                Policy(email.name, 24, channel="email"),
            ],
            tier_hours=[24, 24],
        )
        self.model.now = beginning
        self.records, self.holidays = {}, {}
        self.story = [f"{show(beginning)} begins"]
        self._on_ask()
        self._check()

    def _happen(self, pause, name, *values):
        self.model.now += pause * MINUTE
        self.clock.move_to(self.model.now - RIYADH)
        self.story.append(f"{show(self.model.now)} {name} {values}")
        getattr(self, f"_on_{name}")(*values)
        self.model.follow()
        self._find_follow_ups()
        self.env.flush_all()
        self._check()

    def _get(self, which):
        ticket = self.model.tickets[which % len(self.model.tickets)]
        return ticket, self.records[ticket]

    def _find_follow_ups(self):
        for ticket, record in [*self.records.items()]:
            if ticket.follow_up and ticket.follow_up not in self.records:
                follows = [("previous_ticket_id", "=", record.id)]
                self.records[ticket.follow_up] = record.search(follows)

    # -- the requester ----------------------------------------------------------

    def _on_ask(self):
        if len(self.model.tickets) < 2:
            ticket = self.model.ask()
            self.records[ticket] = self.env["helpdesk.ticket"].create(
                {
                    "name": "Cannot enter the lecture",
                    "description": "<p>The link does not open.</p>",
                    "partner_id": self.trainee.id,
                    "channel_id": self.email.id,
                    "category_id": self.category.id,
                    "user_id": False,
                }
            )
            self.model.follow()

    def _on_message(self, which):
        ticket, record = self._get(which)
        self.model.hear(ticket)
        record.message_post(
            body="Any news?",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.trainee.id,
            email_from=self.trainee.email_formatted,
        )

    def _on_resend(self, which):
        """By mail, with the number of the first attempt."""
        ticket, record = self._get(which)
        self.model.hear(ticket)
        stamp = format_datetime(aware(self.model.now - RIYADH))
        received = f"from relay.example by mx.desk.example with ESMTP; {stamp}"
        raw = self.sample("plain.eml", Subject=record.number, Received=received)
        self.env["mail.thread"].message_process(None, raw)

    # -- the desk ---------------------------------------------------------------

    def _on_answer(self, which):
        ticket, record = self._get(which)
        self.model.answer(ticket)
        self._post(record, "mail.mt_comment", partner_ids=self.trainee.ids)

    def _on_note(self, which):
        self._post(self._get(which)[1], "mail.mt_note")

    def _post(self, record, subtype, **kwargs):
        record.with_user(self.helpdesk_manager).message_post(
            body="Please try again.",
            message_type="comment",
            subtype_xmlid=subtype,
            **kwargs,
        )

    def _on_withdraw(self, which):
        ticket, record = self._get(which)
        if cycle := self.model.find_withdrawable(ticket):
            ended = cycle.ended - RIYADH
            self.model.withdraw(ticket)
            answered = record.sla_cycle_ids.filtered(
                lambda one: one.state in (MET, LATE) and one.ended_at == ended
            )
            record._withdraw_answer(answered)

    def _on_close(self, which):
        """Or reopen, if it is closed."""
        ticket, record = self._get(which)
        record.stage_id = self.first_stage if ticket.closed else self.done
        ticket.closed = None if ticket.closed else self.model.now

    def _on_archive(self, which):
        """Or take it back."""
        ticket, record = self._get(which)
        record.active = ticket.archived
        ticket.archived = not ticket.archived

    def _on_mark(self, which, other):
        """As a duplicate. There are no duplicates of duplicates here."""
        (duplicate, record), (original, target) = self._get(which), self._get(other)
        tickets = self.model.tickets
        chain = original.original or any(one.original == duplicate for one in tickets)
        if duplicate == original or duplicate.original or chain:
            return
        if self.model.refuses(duplicate, original):
            with self.assertRaises(ValidationError):
                record.duplicate_id = target
        else:
            record.duplicate_id = target
            self.model.mark(duplicate, original)

    def _on_unmark(self):
        for ticket in self.model.tickets:
            if ticket.original:
                self.records[ticket].duplicate_id = False
                self.model.unmark(ticket)

    def _on_channel(self, which, channel):
        ticket, record = self._get(which)
        record.channel_id = self.channels[channel]
        ticket.channel = channel

    def _on_category(self, which, category):
        ticket, record = self._get(which)
        record.category_id = self.categories[category]
        ticket.category = category

    def _on_escalate(self, which):
        ticket, record = self._get(which)
        levels = [one.level for one in ticket.cycles]
        self.model.escalate(ticket)
        wizard = self.env["support.escalate.wizard"].create(
            {"ticket_id": record.id, "reason": "The minister asks"}
        )
        if levels != [one.level for one in ticket.cycles]:
            wizard.action_escalate()
        else:
            with self.assertRaises(UserError):
                wizard.action_escalate()

    # -- the machine and its administrators -------------------------------------

    def _on_cron(self):
        self.model.run_cron()
        self.cycles._escalate_due()

    def _on_policy_active(self, index):
        policy = self.model.policies[index]
        policy.active = self.policies[index].active = not policy.active

    def _on_policy_hours(self, index, hours):
        self.model.policies[index].hours = hours
        self.policies[index].response_hours = hours

    def _on_tier_hours(self, index, hours):
        self.model.tier_hours[index] = hours
        self.ladder._get_tier(index + 1).hours = hours

    def _on_desk_hours(self, closes):
        self.model.desk.week = {day: [(8, closes)] for day in WEEK}
        self.desk.attendance_ids.hour_to = closes

    def _on_ramadan(self):
        off = self.model.desk.ramadan
        self.model.desk.ramadan = None if off else Desk(WEEK, 10, 15)
        self.desk.ramadan_calendar_id = False if off else self.in_ramadan

    def _on_holiday(self, offset):
        """On a day near now; or not, if it is one already."""
        day = self.model.now.date() + timedelta(days=offset)
        self.model.desk.holidays ^= {day}
        if holiday := self.holidays.pop(day, None):
            holiday.unlink()
        else:
            self.holidays[day] = self.env["support.public.holiday"].create(
                {
                    "name": "Announced",
                    "date_from": day,
                    "calendar_ids": [Command.set(self.desk.ids)],
                }
            )

    def _check(self):
        """To be extended: what must be true after each event."""


def show(moment):
    return f"{moment:%a %F %H:%M}" if moment else ""
