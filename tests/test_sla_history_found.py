"""What random histories have found (test_sla_history.py), each as short as possible."""

from .common import SupportPolicyCase, at, riyadh

OLDER, YOUNGER = "2026-03-01 09:00", "2026-03-01 10:00"


class TestFound(SupportPolicyCase):
    def edit(self, moment, record, **vals):
        with at(moment):
            record.write(vals)

    def assertWaits(self, ticket, since):
        self.assertEqual(ticket.waiting_since, riyadh(since))
        self.assertEqual(ticket.sla_cycle_id.started_at, riyadh(since))

    def assertOwesNothing(self, ticket):
        self.assertFalse(ticket.waiting_since)
        self.assertFalse(ticket.sla_cycle_id)

    # -- R4 ---------------------------------------------------------------------

    def test_a_climb_by_hand_after_the_promise_has_moved_later(self):
        """The next step was due before the promise, until something was edited."""
        self.env.ref("support_policy.policy_whatsapp").response_hours = 56
        ticket = self.ask(OLDER)
        self.run_cron("2026-03-04 09:01")
        self.edit("2026-03-04 10:00", ticket, channel_id=self.whatsapp.id)
        promise = riyadh("2026-03-10 09:00")
        self.assertEqual(ticket.sla_deadline, promise)
        with at("2026-03-04 11:00"):
            ticket.sla_cycle_id._climb("manual", reason="The minister asks")
        self.assertEqual(ticket.answer_due_at, promise)
        self.assertEqual(ticket.escalation_ids[0].answer_by, promise)

    # -- R9 ---------------------------------------------------------------------

    def test_a_clock_that_comes_back_to_another_team(self):
        """The new holder got two activities for one request."""
        ticket = self.ask(OLDER)
        self.run_cron("2026-03-04 09:01")
        ticket.channel_id = False
        elsewhere = self.env.ref("support_policy.category_technical_sign_in")
        policy = self.env.ref("support_policy.policy_email").copy()
        policy.write({"channel_ids": [(5,)], "category_ids": elsewhere.ids})
        self.edit("2026-03-04 10:00", ticket, category_id=elsewhere.id)
        self.assertEqual(ticket.escalation_level, 1)
        self.assertEqual(len(ticket.activity_ids), 1)

    # -- R9: duplicates ---------------------------------------------------------

    def test_what_was_written_on_the_duplicate_after_the_originals_answer(self):
        """It was lost: the answer counted for it, too."""
        duplicate, original = self.ask(OLDER), self.ask(YOUNGER)
        self.answer(original, "2026-03-01 10:30")
        self.write_again(duplicate, "2026-03-01 10:45")
        self.edit("2026-03-01 11:00", duplicate, duplicate_id=original.id)
        self.assertOwesNothing(duplicate)
        self.assertWaits(original, "2026-03-01 10:45")
        self.edit("2026-03-01 12:00", duplicate, duplicate_id=False)
        self.assertOwesNothing(original)
        self.assertWaits(duplicate, "2026-03-01 10:45")

    def test_each_answer_on_the_duplicate_counts(self):
        """Only the first one did: the clock began anew at words that the second one
        had answered."""
        original, duplicate = self.ask(OLDER), self.ask(YOUNGER)
        self.answer(duplicate, "2026-03-01 10:30")
        self.write_again(original, "2026-03-01 10:45")
        self.write_again(duplicate, "2026-03-01 10:50")
        self.answer(duplicate, "2026-03-01 11:00")
        self.edit("2026-03-01 12:00", duplicate, duplicate_id=original.id)
        self.assertOwesNothing(original)

    def test_a_closed_original_gives_back_what_it_took_over(self):
        """Reopened, it waited since the duplicate's first message, as that one did."""
        duplicate, original = self.ask(OLDER), self.ask(YOUNGER)
        cycle = original.sla_cycle_id
        self.edit("2026-03-01 11:00", duplicate, duplicate_id=original.id)
        self.edit("2026-03-01 12:00", original, stage_id=self.done.id)
        self.edit("2026-03-01 13:00", duplicate, duplicate_id=False)
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        self.edit("2026-03-01 14:00", original, stage_id=stage.id)
        self.assertWaits(duplicate, OLDER)
        self.assertWaits(original, YOUNGER)
        self.assertEqual(original.sla_cycle_id, cycle)
