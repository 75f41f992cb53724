"""R9: what staff end and take back runs on as it was, as far as it is still owed."""

from .common import SupportPolicyCase, at, riyadh

SUNDAY = "2026-03-01 10:00"
DEADLINE = "2026-03-04 10:00"
#: Moments at which the three tiers are reached, and the last one's time is over.
CLIMBS = ("2026-03-04 10:05", "2026-03-09 10:10", "2026-03-12 10:15")


class ReturnCase(SupportPolicyCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.ask(SUNDAY)
        self.first_stage = self.ticket.stage_id
        self.cycle = self.ticket.sla_cycle_id

    def change(self, moment, ticket=None, **vals):
        with at(moment):
            (ticket or self.ticket).write(vals)

    def close(self, moment):
        self.change(moment, stage_id=self.done.id)

    def reopen(self, moment):
        self.change(moment, stage_id=self.first_stage.id)

    def assertRuns(self, level=0, started=SUNDAY):
        self.assertEqual(self.ticket.sla_cycle_id, self.cycle)
        self.assertEqual((self.cycle.state, self.cycle.level), ("running", level))
        self.assertEqual(self.cycle.started_at, riyadh(started))
        self.assertEqual(self.ticket.waiting_since, riyadh(started))
        self.assertFalse(self.cycle.drop_reason)
        self.assertFalse(self.cycle.ended_at)

    def assertOwesNothing(self):
        self.assertFalse(self.ticket.sla_cycle_id)
        self.assertFalse(self.ticket.waiting_since)


class TestReturn(ReturnCase):
    def test_every_end_that_is_taken_back(self):
        original = self.ask("2026-03-01 09:00", partner_id=self.stranger.id)
        for vals, back in (
            ({"stage_id": self.done.id}, {"stage_id": self.first_stage.id}),
            ({"active": False}, {"active": True}),
            ({"duplicate_id": original.id}, {"duplicate_id": False}),
            ({"channel_id": False}, {"channel_id": self.email.id}),
        ):
            with self.subTest(**vals):
                self.change("2026-03-02 10:00", **vals)
                self.assertEqual(self.cycle.state, "dropped")
                self.change("2026-03-03 10:00", **back)
                self.assertRuns()
                self.assertEqual(self.cycle.deadline, riyadh(DEADLINE))

    def test_tier_and_history_stay(self):
        self.run_cron(CLIMBS[0])
        due = self.ticket.answer_due_at
        self.close("2026-03-05 10:00")
        self.reopen("2026-03-05 11:00")
        self.assertRuns(level=1)
        self.assertEqual(self.ticket.answer_due_at, due)
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])
        self.assertEqual(self.ticket.activity_ids.user_id, self.leader)

    def test_after_the_last_tiers_time(self):
        for moment in CLIMBS:
            self.run_cron(moment)
        self.close("2026-03-12 11:00")
        self.reopen("2026-03-15 09:00")  # its time was over on Thursday at 16:00
        self.assertRuns(level=3)
        self.assertTrue(self.mails_of(self.run_cron, "2026-03-15 09:01"))
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-16 08:00"))

    def test_who_was_reminded_today_is_reminded_tomorrow(self):
        for moment in (*CLIMBS, "2026-03-15 08:01"):
            self.run_cron(moment)
        self.close("2026-03-15 09:00")
        self.reopen("2026-03-15 09:05")
        self.assertFalse(self.mails_of(self.run_cron, "2026-03-15 09:06"))
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-16 08:00"))

    def test_on_a_ladder_that_has_become_shorter(self):
        for moment in CLIMBS:
            self.run_cron(moment)
        self.close("2026-03-12 11:00")
        short = self.ladder.copy({"name": "Short"})
        short.write({"tier_ids": [(2, tier.id) for tier in short.tier_ids[1:]]})
        self.cycle.policy_id.ladder_id = short
        self.reopen("2026-03-15 09:00")
        self.assertRuns(level=3)
        # the first tier has 24 hours after the third was reached
        mails = self.mails_of(self.run_cron, "2026-03-17 10:16")
        self.assertTrue(any("leader@" in address for address in mails), mails)

    def test_under_the_policy_that_covers_it_now(self):
        self.close("2026-03-02 10:00")
        self.ticket.channel_id = self.whatsapp
        self.reopen("2026-03-03 10:00")
        self.assertRuns()
        self.assertEqual(self.cycle.deadline, riyadh("2026-03-09 10:00"))
        self.assertEqual(
            self.cycle.policy_id, self.env.ref("support_policy.policy_whatsapp")
        )

    def test_no_policy_covers_it_now(self):
        self.close("2026-03-02 10:00")
        self.ticket.channel_id = False
        self.reopen("2026-03-03 10:00")
        self.assertFalse(self.ticket.sla_cycle_id)
        self.assertEqual(self.ticket.waiting_since, riyadh(SUNDAY), "it is owed")

    def test_a_warning_already_due_is_given(self):
        self.close("2026-03-03 13:00")  # an hour before the warning
        self.reopen("2026-03-03 15:00")
        self.assertTrue(self.mails_of(self.run_cron, "2026-03-03 15:01"))
        self.assertFalse(self.mails_of(self.run_cron, "2026-03-03 15:06"))

    def test_a_warning_that_was_given_is_not_given_again(self):
        self.assertTrue(self.mails_of(self.run_cron, "2026-03-03 14:00"))
        self.close("2026-03-03 14:30")
        self.reopen("2026-03-03 15:00")
        self.assertFalse(self.mails_of(self.run_cron, "2026-03-03 15:01"))

    def test_archived_meanwhile(self):
        self.close("2026-03-02 10:00")
        self.change("2026-03-02 11:00", active=False)
        self.reopen("2026-03-02 12:00")
        self.assertOwesNothing()
        self.change("2026-03-02 13:00", active=True)
        self.assertRuns()

    def test_answered_meanwhile(self):
        self.close("2026-03-02 10:00")
        self.answer(self.ticket, "2026-03-02 11:00")
        self.reopen("2026-03-02 12:00")
        self.assertOwesNothing()

    def test_answered_before(self):
        self.answer(self.ticket, "2026-03-02 09:00")
        self.close("2026-03-02 10:00")
        self.reopen("2026-03-02 12:00")
        self.assertOwesNothing()

    def test_the_requester_wrote_meanwhile(self):
        """Only a new message starts a fresh one."""
        self.close("2026-03-02 10:00")
        self.write_again(self.ticket, "2026-03-03 09:00")
        fresh = self.ticket.sla_cycle_id
        self.assertNotEqual(fresh, self.cycle)
        self.assertEqual(fresh.started_at, riyadh("2026-03-03 09:00"))
        self.close("2026-03-03 10:00")
        self.reopen("2026-03-03 11:00")
        self.assertEqual(self.ticket.sla_cycle_id, fresh)
        self.assertEqual(self.cycle.state, "dropped")

    def test_what_its_requester_has_closed_is_not_owed_again(self):
        with at("2026-03-02 10:00"):
            visitor = self.env.ref("base.public_user")  # on the ticket's private page
            self.ticket.with_user(visitor).sudo().stage_id = self.done
        self.reopen("2026-03-02 11:00")
        self.assertOwesNothing()

    def test_nobody_but_the_clock_says_what_was_owed(self):
        self.close("2026-03-02 10:00")
        with self.assertRefused("set automatically"):
            self.ticket.with_user(self.agent).waited_since = False


class TestWithdrawnAnswer(ReturnCase):
    """What was sent as the answer has not reached the requester."""

    def withdraw(self, moment):
        with at(moment):
            self.ticket._withdraw_answer(self.cycle)

    def test_after_the_last_tiers_time(self):
        for moment in CLIMBS:
            self.run_cron(moment)
        self.answer(self.ticket, "2026-03-12 11:00")
        self.withdraw("2026-03-15 09:00")
        self.assertRuns(level=3)
        self.assertTrue(self.mails_of(self.run_cron, "2026-03-15 09:01"))

    def test_what_was_mailed_meanwhile_is_another_answer(self):
        self.answer(self.ticket, "2026-03-02 10:00")
        self.answer(self.ticket, "2026-03-02 11:00", user=self.leader)
        internal = {"subtype_xmlid": "mail.mt_note", "partner_ids": []}
        self.answer(self.ticket, "2026-03-02 12:00", **internal)
        self.assertEqual(
            self.ticket._get_other_answers(self.cycle.ended_at),
            [(riyadh("2026-03-02 11:00"), self.leader)],
        )

    def test_archived_meanwhile(self):
        self.answer(self.ticket, "2026-03-02 10:00")
        self.change("2026-03-02 11:00", active=False)
        self.withdraw("2026-03-02 12:00")
        self.assertOwesNothing()
        self.assertEqual(self.cycle.drop_reason, "archived")
        self.change("2026-03-02 13:00", active=True)
        self.assertRuns()

    def test_no_policy_covers_it_any_more(self):
        self.answer(self.ticket, "2026-03-02 10:00")
        self.ticket.channel_id = False
        self.withdraw("2026-03-02 12:00")
        self.assertEqual(self.ticket.waiting_since, riyadh(SUNDAY), "it is owed")
        self.assertEqual(self.cycle.drop_reason, "no_policy")

    def test_what_joined_it_does_not_show_as_dropped(self):
        self.answer(self.ticket, "2026-03-02 10:00")
        self.write_again(self.ticket, "2026-03-02 11:00")
        joined = self.ticket.sla_cycle_id
        self.withdraw("2026-03-02 12:00")
        self.assertRuns()
        self.assertEqual(joined.drop_reason, "joined")
        self.answer(self.ticket, "2026-03-02 13:00")
        self.assertEqual(self.ticket.sla_state, "met", "not that of what joined it")


class TestOwed(ReturnCase):
    """Owed is a fact of its own, not the state of the latest cycle."""

    def test_a_request_without_a_policy_that_is_closed_and_reopened(self):
        ticket = self.ask(SUNDAY, channel_id=False)
        self.change("2026-03-02 10:00", ticket, stage_id=self.done.id)
        self.assertFalse(ticket.waiting_since)
        self.change("2026-03-02 11:00", ticket, stage_id=self.first_stage.id)
        self.assertEqual(ticket.waiting_since, riyadh(SUNDAY))

    def test_who_waits_without_a_promise_was_not_answered(self):
        self.answer(self.ticket, "2026-03-02 10:00")
        self.ticket.channel_id = False
        self.write_again(self.ticket, "2026-03-02 11:00")
        self.assertFalse(self.ticket.sla_state)

    def test_a_clock_set_back_measures_no_negative_hours(self):
        self.answer(self.ticket, "2026-03-01 09:00")
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(self.cycle.business_hours, 0)

    def test_hours_are_measured_to_the_minute(self):
        self.answer(self.ticket, "2026-03-02 10:30:01")
        self.assertEqual(self.cycle.business_hours, 8.5)
