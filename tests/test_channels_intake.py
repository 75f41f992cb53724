"""One door: every rule of taking in holds for every channel (R1, R5, R7, R8, R9).

The rules stand once in this file; ``every`` makes a test of each for each channel.
"""

from odoo.tests import tagged

from odoo.addons.support_policy.support_policy.channels.inbound import Inbound, Sender

from .channels_common import MailCase
from .channels_intake_common import NOON, DoorsCase, every
from .common import at, riyadh


@tagged("post_install", "-at_install")
class TestEveryDoor(DoorsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technical = cls.env.ref("support_policy.team_technical_support")
        cls.tickets = cls.env["helpdesk.ticket"]

    def setUp(self):
        super().setUp()
        self.last = self.tickets.search([], order="id desc", limit=1).id or 0

    def new(self):
        """The tickets that have been made in this test."""
        return self.tickets.search([("id", ">", self.last)], order="id")

    def asked(self, moment, **vals):
        """A request of the trainee that is on file already."""
        ticket = self.ask(moment, **vals)
        self.last = max(self.last, ticket.id)
        self.env.flush_all()
        return ticket

    def closed(self, moment):
        """The same, answered and closed at once."""
        ticket = self.asked(moment)
        self.answer(ticket, moment)
        with at(moment):
            ticket.stage_id = self.done
        self.env.flush_all()
        return ticket


def the_category_routes_it(self, bring):
    """Whatever team the alias, number or exchange stands for; nobody chose it."""
    for gate in (self.exchange, self.account):
        gate.team_id = self.technical
    self.team.alias_defaults = {
        "team_id": self.technical.id,
        "category_id": self.category.id,
    }
    bring()
    self.assertEqual(self.new().category_id, self.category)
    self.assertEqual(self.new().team_id, self.team)
    self.assertFalse(self.new().team_by_hand)
    self.new().category_id = self.env.ref("support_policy.category_financial_invoices")
    self.assertEqual(
        self.new().team_id, self.env.ref("support_policy.team_financial_support")
    )


def a_clock_of_2020_counts_from_now(self, bring):
    bring(claimed="2020-01-01 09:00")
    self.assertEqual(self.new().waiting_since, riyadh(NOON))
    self.run_cron(NOON)
    self.assertFalse(self.climbs(self.new()))


def nothing_counts_from_the_future(self, bring):
    bring(claimed="2026-03-02 09:00")
    self.assertEqual(self.new().waiting_since, riyadh(NOON))


def it_counts_from_when_it_was_made(self, bring):
    bring(claimed="2026-02-24 09:00")
    self.assertEqual(self.new().waiting_since, riyadh("2026-02-24 09:00"))


def closed_lately_it_reopens(self, bring):
    ticket = self.closed("2026-02-22 10:00")
    bring(about=ticket)
    self.assertFalse(self.new())
    self.assertFalse(ticket.closed)
    self.assertEqual(ticket.sla_cycle_id.started_at, riyadh(NOON))


def closed_long_ago_one_linked_ticket_follows(self, bring):
    ticket = self.closed("2026-02-01 10:00")
    for moment in (NOON, "2026-03-01 13:00"):
        bring(moment, about=ticket)
    self.assertTrue(ticket.closed)
    self.assertEqual(len(self.new()), 1, "two follow-ups, two clocks")
    self.assertEqual(self.new().previous_ticket_id, ticket)
    self.assertEqual(self.new().waiting_since, riyadh(NOON))
    self.assertEqual(self.new().resend_count, 1)


def of_a_duplicate_it_goes_to_the_original(self, bring):
    original = self.asked("2026-03-01 09:00")
    duplicate = self.asked("2026-03-01 10:00")
    with at("2026-03-01 11:00"):
        duplicate.duplicate_id = original
    self.env.flush_all()
    bring(about=duplicate)
    self.assertFalse(self.new())
    self.assertEqual(duplicate.duplicate_id, original)
    self.assertFalse(duplicate.sla_cycle_id)
    self.assertEqual(original.resend_count, 1)
    self.assertEqual(original.waiting_since, riyadh("2026-03-01 09:00"))


def of_two_numbers_the_first_counts(self, bring):
    first, second = self.asked("2026-03-01 09:00"), self.asked("2026-03-01 10:00")
    bring("2026-03-01 12:00", f"{first.number} {second.number}")
    bring("2026-03-01 12:30", f"{second.number} {first.number}")
    bring("2026-03-01 13:00", f"{second.number} {first.number}")
    self.assertFalse(self.new())
    self.assertEqual((first.resend_count, second.resend_count), (1, 2))


def the_number_of_somebody_else_opens_nothing(self, bring):
    theirs = self.asked("2026-03-01 09:00", partner_id=self.stranger.id)
    messages = theirs.message_ids
    bring(about=theirs)
    self.assertEqual(theirs.message_ids, messages)
    self.assertFalse(theirs.resend_count)
    self.assertEqual(self.new().partner_id, self.trainee)


def answered_it_is_owed_a_new_answer(self, bring):
    ticket = self.asked("2026-03-01 09:00")
    self.answer(ticket, "2026-03-01 10:00")
    self.env.flush_all()
    bring(about=ticket)
    self.assertEqual(ticket.waiting_since, riyadh(NOON))
    self.assertEqual(ticket.sla_cycle_id.started_at, riyadh(NOON))
    self.assertFalse(ticket.resend_count)


def past_the_deadline_it_climbs_at_once(self, bring):
    ticket = self.asked("2026-02-22 09:00")
    bring(about=ticket)
    self.assertEqual(self.climbs(ticket), [(1, self.leader)])
    self.assertEqual(ticket.escalation_ids.trigger, "resend")


every(TestEveryDoor, the_category_routes_it, "mail", "whatsapp", "web", "exchange")
for rule in (
    a_clock_of_2020_counts_from_now,
    nothing_counts_from_the_future,
    it_counts_from_when_it_was_made,
):
    every(TestEveryDoor, rule, "mail", "whatsapp", "exchange")
every(TestEveryDoor, a_clock_of_2020_counts_from_now, "call")
every(TestEveryDoor, it_counts_from_when_it_was_made, "call")
for rule in (
    closed_lately_it_reopens,
    closed_long_ago_one_linked_ticket_follows,
    of_a_duplicate_it_goes_to_the_original,
    answered_it_is_owed_a_new_answer,
    past_the_deadline_it_climbs_at_once,
):
    every(TestEveryDoor, rule, "mail", "reply", "whatsapp", "web", "page", "call")
for rule in (
    of_two_numbers_the_first_counts,
    the_number_of_somebody_else_opens_nothing,
):
    every(TestEveryDoor, rule, "mail", "whatsapp", "web")


class TestNewChannel(MailCase):
    """A further channel costs a parser and a client; the rules come with the door."""

    def test_a_kiosk_in_the_training_room(self):
        kiosk = self.env["helpdesk.ticket.channel"].create({"name": "Kiosk"})
        self.env.ref("support_policy.policy_web").channel_ids += kiosk

        def parse(slip):
            """The whole of the channel: who, what, when, about which request."""
            return Inbound(
                channel_id=kiosk.id,
                company_id=self.company.id,
                sender=Sender(name=slip["name"], email=slip["email"], proven=False),
                subject=slip["text"][:80],
                body=slip["text"],
                claimed_at=riyadh(slip["at"]),
                number_texts=(slip["text"],),
                values={"category_id": self.category.id},
            )

        def push(moment, text):
            slip = {"name": "Hind", "email": "hind@mail.example", "text": text}
            with at(moment):
                return self.tickets_door._take_in(parse({**slip, "at": moment}))

        self.tickets_door = self.env["helpdesk.ticket"]
        first = push(NOON, "The screen is dark").ticket
        self.assertEqual(first.team_id, self.team)
        self.assertEqual(first.sla_deadline, riyadh("2026-03-04 12:00"))
        self.assertTrue(self.acknowledgements(first))
        again = push("2026-03-04 12:30", f"Still dark, see {first.number}")
        self.assertEqual(again.ticket, first)
        self.assertEqual(self.climbs(first), [(1, self.leader)])
