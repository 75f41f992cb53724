"""R1, R4, R9, R10: two things happen to a request at once, in either order.

Whoever comes second has begun before the first has finished. Nobody gets an error, and
the end is one that the order allows.
"""

from datetime import timedelta
from functools import partial

from odoo import fields

from .house_workers_common import WorkersCase

#: Long enough for every promise, whatever the season.
WAITED = timedelta(days=30)


class TestAtOnce(WorkersCase):
    cleared = ("support.incident", "resource.calendar.leaves", *WorkersCase.cleared)

    def setUp(self):
        super().setUp()
        self.lead_team()
        self.since = fields.Datetime.now() - WAITED
        with self.transaction() as env:
            self.partner_id = (
                env["res.partner"]
                .create({"name": "Hind", "email": "hind@trainees.example"})
                .id
            )

    def ask(self, env, **vals):
        """A request that should have been answered."""
        team = env.ref("support_policy.team_trainee_support")
        return env["helpdesk.ticket"].create(
            {
                "name": "At once",
                "description": "…",
                "channel_id": env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email").id,
                "team_id": team.id,
                "partner_id": self.partner_id,
                "user_id": False,
                "waiting_since": self.since,
                **vals,
            }
        )

    def each_way(self, one, other, check, prepare=None):
        """Two acts on a ticket: each overtakes the other, and both at the same moment.

        :param callable one: takes the ticket
        :param callable other: the same
        :param callable check: the same, afterwards
        :param callable prepare: the same, before
        """
        for way in ("the other first", "this first", "at once"):
            with self.subTest(way):
                with self.transaction() as env:
                    ticket = self.ask(env)
                    if prepare:
                        prepare(ticket)
                    ticket_id = ticket.id
                acts = [partial(self.act, act, ticket_id) for act in (one, other)]
                if way == "at once":
                    self.at_once(*acts)
                elif way == "this first":
                    self.overtake(acts[1], faster=acts[0])
                else:
                    self.overtake(*acts)
                self.work("support.sla.cycle", "_cron_escalate")
                with self.transaction() as env:
                    self.assertFalse(self.find_broken(env))
                    check(env["helpdesk.ticket"].browse(ticket_id))

    def act(self, act, ticket_id, env):
        act(env["helpdesk.ticket"].browse(ticket_id))

    # -- what happens -----------------------------------------------------------

    def climb(self, ticket):
        ticket.env["support.sla.cycle"]._cron_escalate()

    def answer(self, ticket):
        ticket.with_user(ticket.env.ref("base.user_admin")).message_post(
            body="This way",
            partner_ids=ticket.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def write_again(self, ticket):
        ticket.message_post(
            body="Any news?",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=ticket.partner_id.id,
        )

    def close(self, ticket):
        stages = ticket.team_id._get_applicable_stages()
        ticket.stage_id = stages.filtered("closed")[:1]

    def reopen(self, ticket):
        stages = ticket.team_id._get_applicable_stages()
        ticket.stage_id = stages.filtered(lambda stage: not stage.closed)[:1]

    # -- and what must come of it -----------------------------------------------

    def assertOwesNothing(self, ticket):
        self.assertFalse(ticket.waiting_since)
        self.assertFalse(ticket.sla_cycle_id)

    def assertAnswered(self, ticket):
        self.assertOwesNothing(ticket)
        self.assertEqual(ticket.sla_cycle_ids.mapped("state"), ["late"])
        admin = ticket.env.ref("base.user_admin")
        self.assertEqual(ticket.sla_cycle_ids.answered_by_id, admin)

    def test_an_answer_and_a_climb(self):
        self.each_way(self.answer, self.climb, self.assertAnswered)

    def test_two_answers(self):
        def check(ticket):
            self.assertAnswered(ticket)
            said = [
                body for body in ticket.message_ids.mapped("body") if "This" in body
            ]
            self.assertEqual(len(said), 2)

        self.each_way(self.answer, self.answer, check)

    def test_a_closing_and_a_climb(self):
        def check(ticket):
            self.assertOwesNothing(ticket)
            self.assertEqual(ticket.sla_cycle_ids.drop_reason, "closed")
            self.assertEqual(ticket.waited_since, self.since)

        self.each_way(self.close, self.climb, check)

    def test_a_closing_taken_back_and_an_answer(self):
        self.each_way(
            self.reopen, self.answer, self.assertOwesNothing, prepare=self.close
        )

    def test_a_merge_and_a_climb(self):
        with self.transaction() as env:
            original_id = self.ask(env, name="The original").id

        def merge(ticket):
            ticket.duplicate_id = original_id

        def check(ticket):
            self.assertOwesNothing(ticket)
            self.assertEqual(ticket.sla_cycle_ids.drop_reason, "duplicate")
            self.assertEqual(ticket.duplicate_id.escalation_level, 1)
            self.assertEqual(ticket.duplicate_id.waiting_since, self.since)

        self.each_way(merge, self.climb, check)

    def test_an_edited_calendar_and_a_climb(self):
        holidays = []

        def close_desk(ticket):
            """A holiday that had been forgotten; the promise stays in the past."""
            day = self.since.replace(hour=0) + timedelta(days=len(holidays))
            holidays.append(day)
            ticket.env["resource.calendar.leaves"].create(
                {
                    "name": "Forgotten",
                    "calendar_id": ticket.sla_policy_id.calendar_id.id,
                    "date_from": day,
                    "date_to": day + timedelta(days=1),
                }
            )

        def check(ticket):
            cycle = ticket.sla_cycle_id
            time = cycle.policy_id._get_business_times(self.since)[cycle.policy_id]
            plan = cycle._get_plan(cycle.policy_id, self.since, time)
            self.assertEqual(ticket.sla_deadline, plan["deadline"])
            self.assertEqual(ticket.escalation_level, 1)

        self.each_way(close_desk, self.climb, check)

    def test_a_message_and_an_answer(self):
        """It was read before it was answered, or is to be answered as well."""

        def check(ticket):
            if not ticket.waiting_since:
                self.assertAnswered(ticket)
                self.assertEqual(ticket.resend_count, 1)
            else:
                self.assertGreater(ticket.waiting_since, self.since)
                states = sorted(ticket.sla_cycle_ids.mapped("state"))
                self.assertEqual(states, ["late", "running"])

        self.each_way(self.write_again, self.answer, check)
