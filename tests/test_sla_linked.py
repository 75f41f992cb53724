"""R8, R9: what becomes of the clocks of linked tickets when something is taken back."""

from .common import at, riyadh
from .test_sla_duplicates import MARKED, OLDER, YOUNGER, DuplicatesCase

ANSWERED, FAILED = "2026-03-01 12:00", "2026-03-01 13:00"
TAKEN_BACK = "2026-03-01 14:00"


class TestAnswerFailed(DuplicatesCase):
    """The answer on the original has reached nobody; then the mark is taken back."""

    def answer_in_vain(self, ticket):
        cycle = ticket.sla_cycle_id
        self.answer(ticket, ANSWERED)
        return cycle

    def fail(self, cycle):
        with at(FAILED):
            cycle.ticket_id._withdraw_answer(cycle)

    def test_of_another_requester(self):
        original = self.ask(YOUNGER, partner_id=self.stranger.id)
        duplicate = self.ask(OLDER)
        self.mark(duplicate, original)
        self.fail(self.answer_in_vain(original))
        self.assertWaits(original, OLDER)
        self.mark(duplicate, False, TAKEN_BACK)
        self.assertWaits(original, YOUNGER)
        self.assertWaits(duplicate, OLDER)

    def test_of_one_requester(self):
        for since, other in ((YOUNGER, OLDER), (OLDER, YOUNGER)):
            with self.subTest(original=since):
                original, duplicate = self.ask(since), self.ask(other)
                self.mark(duplicate, original)
                self.fail(self.answer_in_vain(original))
                self.assertWaits(original, OLDER)
                self.mark(duplicate, False, TAKEN_BACK)
                self.assertWaits(original, since)
                self.assertWaits(duplicate, other)

    def test_its_requester_wrote_before_it_failed(self):
        original = self.ask(YOUNGER, partner_id=self.stranger.id)
        duplicate = self.ask(OLDER)
        self.mark(duplicate, original)
        cycle = self.answer_in_vain(original)
        self.write_again(original, "2026-03-01 12:30", self.stranger)
        self.fail(cycle)
        self.mark(duplicate, False, TAKEN_BACK)
        self.assertWaits(original, YOUNGER)

    def test_what_an_earlier_answer_has_answered_is_not_owed_again(self):
        original, duplicate = self.ask(YOUNGER), self.ask(OLDER)
        self.mark(duplicate, original)
        self.answer(original, "2026-03-01 11:10")
        self.write_again(original, "2026-03-01 11:20")
        self.fail(self.answer_in_vain(original))
        self.mark(duplicate, False, TAKEN_BACK)
        self.assertIsOver(duplicate)
        self.assertEqual(original.waiting_since, riyadh("2026-03-01 11:20"))


class TestTakenBack(DuplicatesCase):
    """Each waits since when it would without the other one."""

    def test_an_old_duplicate_has_no_part_in_a_newer_clock(self):
        original = self.ask(YOUNGER, partner_id=self.stranger.id)
        old = self.ask(OLDER)
        self.mark(old, original)
        self.answer(original, ANSWERED)
        self.write_again(original, "2026-03-05 10:00", self.stranger)
        new = self.ask("2026-03-05 09:00")
        self.mark(new, original, "2026-03-05 11:00")
        self.assertEqual(original.waiting_since, riyadh("2026-03-05 09:00"))
        self.mark(new, False, "2026-03-05 12:00")
        self.assertEqual(original.waiting_since, riyadh("2026-03-05 10:00"))
        self.mark(old, False, "2026-03-05 13:00")
        self.assertEqual(original.waiting_since, riyadh("2026-03-05 10:00"))
        self.assertWaits(old, OLDER)

    def test_a_chain_gives_back_at_each_of_its_tickets(self):
        last, middle = self.ask("2026-03-01 10:30"), self.ask(YOUNGER)
        first = self.ask(OLDER)
        self.mark(first, middle)
        self.mark(middle, last)
        self.assertWaits(last, OLDER)
        self.mark(first, False, TAKEN_BACK)
        self.assertWaits(last, YOUNGER)
        self.mark(middle, False, TAKEN_BACK)
        self.assertWaits(last, "2026-03-01 10:30")
        self.assertWaits(middle, YOUNGER)
        self.assertWaits(first, OLDER)

    def test_its_requester_writes_on_a_duplicate_of_another_ones(self):
        original = self.ask(YOUNGER, partner_id=self.stranger.id)
        duplicate = self.ask(OLDER)
        self.mark(duplicate, original)
        self.write_again(duplicate, ANSWERED)
        self.assertFalse(duplicate.duplicate_id)
        self.assertWaits(duplicate, ANSWERED)
        self.assertWaits(original, YOUNGER)


class TestOwedNowhere(DuplicatesCase):
    """Nobody would wait for an answer that is still owed: the mark is refused."""

    def assertIsRefused(self, original, moment):
        duplicate = self.ask(moment)
        with self.assertRefused(f"{duplicate.number} still waits"):
            self.mark(duplicate, original, moment)
        self.assertFalse(duplicate.duplicate_id)
        self.assertEqual(duplicate.waiting_since, riyadh(moment))
        self.assertTrue(duplicate.sla_cycle_id)

    def close(self, ticket):
        self.answer(ticket, "2026-03-01 10:30")
        with at(MARKED):
            ticket.stage_id = self.done

    def test_on_a_ticket_that_was_closed_for_good(self):
        original = self.ask(OLDER)
        self.close(original)
        self.assertIsRefused(original, "2026-04-01 10:00")

    def test_on_a_closed_ticket_of_another_requester(self):
        original = self.ask(OLDER, partner_id=self.stranger.id)
        self.close(original)
        self.assertIsRefused(original, ANSWERED)

    def test_what_is_owed_nothing_is_marked(self):
        original, duplicate = self.ask(OLDER), self.ask(YOUNGER)
        self.close(original)
        self.answer(duplicate, "2026-03-01 10:30")
        self.mark(duplicate, original, "2026-04-01 10:00")
        self.assertEqual(duplicate.duplicate_id, original)
        self.assertIsOver(original)
