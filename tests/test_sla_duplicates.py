"""R9: words, clock and answers of duplicates live on one ticket: the original."""

from .common import SupportPolicyCase, at, riyadh

OLDER, YOUNGER = "2026-03-01 09:00", "2026-03-01 10:00"
MARKED = "2026-03-01 11:00"


class DuplicatesCase(SupportPolicyCase):
    def mark(self, duplicate, original, moment=MARKED):
        with at(moment):
            duplicate.duplicate_id = original

    def assertWaits(self, ticket, since):
        """It is owed an answer since then, and its one clock says so."""
        self.assertEqual(ticket.waiting_since, riyadh(since))
        cycle = ticket.sla_cycle_id
        self.assertEqual((cycle.state, cycle.started_at), ("running", riyadh(since)))
        deadline = riyadh(since).replace(month=3, day=4)  # three days of this desk
        self.assertEqual(cycle.deadline, deadline)
        self.assertEqual(ticket.sla_deadline, deadline)

    def assertIsOver(self, ticket):
        self.assertFalse(ticket.waiting_since)
        self.assertFalse(ticket.sla_cycle_id)

    def get_texts(self, ticket):
        """What its requester reads there."""
        return "".join(ticket._get_public_messages().mapped("body"))


class TestDuplicates(DuplicatesCase):
    def test_the_oldest_start_counts(self):
        for original_since, duplicate_since in ((YOUNGER, OLDER), (OLDER, YOUNGER)):
            with self.subTest(original=original_since):
                original = self.ask(original_since)
                duplicate = self.ask(duplicate_since)
                cycle = duplicate.sla_cycle_id
                self.mark(duplicate, original)
                self.assertIsOver(duplicate)
                self.assertEqual(cycle.drop_reason, "duplicate")
                self.assertWaits(original, OLDER)
                self.assertEqual(len(original.sla_cycle_ids), 1)

    def test_the_words_stand_on_the_original(self):
        original = self.ask(OLDER)
        duplicate = self.ask(YOUNGER, description="<p>My screen is black.</p>")
        file = self.env["ir.attachment"].create({"name": "s.txt", "raw": b"black"})
        self.write_again(duplicate, "2026-03-01 10:30").attachment_ids = file
        self.mark(duplicate, original)
        texts = self.get_texts(original)
        self.assertIn("My screen is black.", texts)
        self.assertIn("Any news?", texts)
        self.assertEqual(original.message_ids.attachment_ids.name, "s.txt")
        self.assertEqual(original.resend_count, 0, "nobody has written again")
        self.assertIn(original.number, duplicate.message_ids[0].body)

    def test_a_later_message_goes_there_too(self):
        original, duplicate = self.ask(OLDER), self.ask(YOUNGER)
        self.mark(duplicate, original)
        self.write_again(duplicate, "2026-03-01 12:00")
        self.assertEqual(original.resend_count, 1)
        self.assertIn("Any news?", self.get_texts(original))

    def test_an_answer_on_the_original_answers_both(self):
        original, duplicate = self.ask(YOUNGER), self.ask(OLDER)
        self.mark(duplicate, original)
        self.answer(original, "2026-03-01 12:00")
        self.assertEqual(original.sla_state, "met")
        self.mark(duplicate, False, "2026-03-01 13:00")
        self.assertIsOver(duplicate)

    def test_an_answer_on_the_duplicate_answers_the_original(self):
        original, duplicate = self.ask(OLDER), self.ask(YOUNGER)
        self.mark(duplicate, original)
        self.answer(duplicate, "2026-03-01 12:00")
        self.assertEqual(original.sla_state, "met")
        self.assertIsOver(original)

    def test_an_answer_that_was_given_on_the_duplicate_before(self):
        original, duplicate = self.ask(OLDER), self.ask(YOUNGER)
        self.answer(duplicate, "2026-03-01 10:30")
        self.mark(duplicate, original)
        self.assertIsOver(original)
        cycle = original.sla_cycle_ids
        self.assertEqual(cycle.ended_at, riyadh("2026-03-01 10:30"))
        self.assertEqual(cycle.answered_by_id, self.agent)

    def test_what_was_written_after_that_answer_is_owed(self):
        original, duplicate = self.ask(OLDER), self.ask(YOUNGER)
        self.answer(duplicate, "2026-03-01 10:30")
        self.write_again(original, "2026-03-01 10:45")
        self.mark(duplicate, original)
        self.assertEqual(original.waiting_since, riyadh("2026-03-01 10:45"))
        self.assertTrue(original.sla_cycle_id)

    def test_what_the_original_has_answered_is_not_owed_again(self):
        original, duplicate = self.ask(YOUNGER), self.ask(OLDER)
        self.answer(original, "2026-03-01 10:30")
        self.mark(duplicate, original)
        self.assertIsOver(original)
        self.assertIsOver(duplicate)

    def test_what_it_has_not_answered_is_owed_there(self):
        original = self.ask(OLDER)
        self.answer(original, "2026-03-01 09:30")
        duplicate = self.ask(YOUNGER)
        self.mark(duplicate, original)
        self.assertWaits(original, YOUNGER)

    def test_a_closed_original_reopens_for_what_is_owed(self):
        original = self.ask(OLDER)
        self.answer(original, "2026-03-01 09:30")
        with at("2026-03-01 09:40"):
            original.stage_id = self.done
        duplicate = self.ask(YOUNGER)
        self.mark(duplicate, original)
        self.assertFalse(original.closed)
        self.assertWaits(original, YOUNGER)

    def test_what_was_closed_before_is_not_owed_because_of_it(self):
        original, duplicate = self.ask(YOUNGER), self.ask(OLDER)
        with at("2026-03-01 10:30"):
            duplicate.stage_id = self.done
        self.mark(duplicate, original)
        self.assertWaits(original, YOUNGER)

    def test_the_higher_tier_counts(self):
        duplicate = self.ask(OLDER)
        self.run_cron("2026-03-04 10:05")
        self.run_cron("2026-03-09 10:10")
        self.assertEqual(duplicate.escalation_level, 2)
        original = self.ask("2026-03-09 11:00")
        self.mark(duplicate, original, "2026-03-09 12:00")
        self.assertEqual(original.escalation_level, 2)
        self.assertEqual(original.answer_due_at, riyadh("2026-03-12 10:10"))
        self.assertEqual(original.user_id, self.manager)
        self.assertTrue(original.activity_ids)
        self.assertFalse(duplicate.activity_ids)
        history = [(1, self.leader), (2, self.manager)]
        self.assertEqual(self.climbs(original), history)
        self.assertEqual(self.climbs(duplicate), history, "history stays")
        self.run_cron("2026-03-12 10:11")
        self.assertEqual(original.escalation_level, 3)

    def test_a_chain_goes_to_the_last_original(self):
        last, middle, first = (self.ask(t) for t in (YOUNGER, YOUNGER, OLDER))
        self.mark(middle, last)
        self.mark(first, middle)
        self.assertIsOver(first)
        self.assertIsOver(middle)
        self.assertWaits(last, OLDER)
        self.write_again(first, "2026-03-01 12:00")
        self.assertEqual(last.resend_count, 1)
        self.answer(first, "2026-03-01 13:00")
        self.assertIsOver(last)

    def test_a_chain_from_its_other_end(self):
        last, middle, first = (self.ask(t) for t in (YOUNGER, YOUNGER, OLDER))
        self.mark(first, middle)
        self.assertWaits(middle, OLDER)
        self.mark(middle, last)
        self.assertWaits(last, OLDER)

    def test_loops_are_refused(self):
        first, second = self.ask(OLDER), self.ask(YOUNGER)
        with self.assertRefused("duplicate of itself"):
            self.mark(first, first)
        self.mark(second, first)
        with self.assertRefused("duplicate of itself"):
            self.mark(first, second)

    def test_a_loop_that_is_there_loses_no_message(self):
        first, second = self.ask(OLDER), self.ask(YOUNGER)
        for one, other in ((first, first), (first, second)):
            self.env.flush_all()
            query = "UPDATE helpdesk_ticket SET duplicate_id = %s WHERE id = %s"
            self.env.cr.execute(query, [other.id, one.id])
            self.env.cr.execute(query, [one.id, other.id])
            self.env.invalidate_all()
            with self.subTest(one=one, other=other):
                self.write_again(one, "2026-03-01 12:00")
                self.assertTrue(one.sla_cycle_id)
                self.assertFalse(one.duplicate_id, "it is nobody's duplicate")

    def test_another_requesters_words_are_for_staff_only(self):
        original = self.ask(YOUNGER, partner_id=self.stranger.id)
        duplicate = self.ask(OLDER, description="<p>My own secret.</p>")
        self.mark(duplicate, original)
        self.assertWaits(original, OLDER)
        self.assertNotIn("secret", self.get_texts(original))
        note = original.message_ids[0]
        self.assertIn("My own secret.", note.body)
        self.assertIn("Sara asks the same", note.body)
        self.assertTrue(note.subtype_id.internal)

    def test_an_answer_to_another_requester_is_none_to_this_one(self):
        original = self.ask(YOUNGER, partner_id=self.stranger.id)
        duplicate = self.ask(OLDER)
        self.mark(duplicate, original)
        self.answer(original, "2026-03-01 12:00")
        self.mark(duplicate, False, "2026-03-01 13:00")
        self.assertWaits(duplicate, OLDER)

    def test_an_answer_that_never_arrived(self):
        original, duplicate = self.ask(YOUNGER), self.ask(OLDER)
        cycle = duplicate.sla_cycle_id
        self.answer(duplicate, "2026-03-01 10:30", partner_ids=self.trainee.ids)
        self.mark(duplicate, original)
        with at("2026-03-01 12:00"):
            duplicate._withdraw_answer(cycle)
        self.assertEqual(cycle.drop_reason, "duplicate")
        self.assertIsOver(duplicate)
        self.assertEqual(original.waiting_since, riyadh(OLDER))


class TestTakenBack(DuplicatesCase):
    """A mis-click: both have the clocks that they had."""

    def test_both_waited(self):
        original, duplicate = self.ask(YOUNGER), self.ask(OLDER)
        cycles = original.sla_cycle_id, duplicate.sla_cycle_id
        self.mark(duplicate, original)
        self.mark(duplicate, False, "2026-03-01 12:00")
        self.assertWaits(original, YOUNGER)
        self.assertWaits(duplicate, OLDER)
        self.assertEqual((original.sla_cycle_id, duplicate.sla_cycle_id), cycles)

    def test_only_the_duplicate_waited(self):
        original = self.ask(OLDER)
        self.answer(original, "2026-03-01 09:30")
        duplicate = self.ask(YOUNGER)
        self.mark(duplicate, original)
        self.mark(duplicate, False, "2026-03-01 12:00")
        self.assertIsOver(original)
        self.assertEqual(original.sla_state, "met")
        self.assertWaits(duplicate, YOUNGER)

    def test_its_own_requester_wrote_meanwhile(self):
        original = self.ask(OLDER)
        self.answer(original, "2026-03-01 09:30")
        duplicate = self.ask(YOUNGER)
        self.mark(duplicate, original)
        self.write_again(original, "2026-03-01 11:30")
        self.mark(duplicate, False, "2026-03-01 12:00")
        self.assertEqual(original.waiting_since, riyadh("2026-03-01 11:30"))
        self.assertWaits(duplicate, YOUNGER)

    def test_one_of_two(self):
        original, first = self.ask("2026-03-01 10:30"), self.ask(OLDER)
        second = self.ask(YOUNGER)
        self.mark(first, original)
        self.mark(second, original)
        self.mark(first, False, "2026-03-01 12:00")
        self.assertWaits(original, YOUNGER)
        self.mark(second, False, "2026-03-01 12:00")
        self.assertWaits(original, "2026-03-01 10:30")

    def test_of_another_ticket(self):
        """Marked as a duplicate of the wrong ticket, then of the right one."""
        wrong, right = self.ask(YOUNGER), self.ask(YOUNGER)
        duplicate = self.ask(OLDER)
        self.mark(duplicate, wrong)
        self.mark(duplicate, right)
        self.assertWaits(wrong, YOUNGER)
        self.assertWaits(right, OLDER)
        self.assertIsOver(duplicate)

    def test_many_at_once(self):
        original = self.ask(YOUNGER)
        duplicates = self.ask(OLDER) | self.ask(YOUNGER) | self.ask(OLDER)
        with at(MARKED):
            duplicates._merge_into(original)
        self.assertEqual(duplicates.duplicate_id, original)
        self.assertWaits(original, OLDER)
