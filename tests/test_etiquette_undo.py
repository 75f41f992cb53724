"""A mis-click is undone within minutes; after that only through the study (R6)."""

from odoo.exceptions import AccessError

from .channels_common import TOO_LATE
from .common import at
from .etiquette_common import NOTICES_LEAVE, EtiquetteCase


class TestUndo(EtiquetteCase):
    def undo(self, moment, user=None):
        with at(moment):
            self.ticket.with_user(user or self.leader).action_undo_violation()

    def test_within_minutes_nothing_has_happened(self):
        deadline = self.cycle.deadline
        case = self.close()
        self.undo("2026-03-01 10:35")
        self.assertEqual(self.ticket.stage_id, self.first_stage)
        self.assertFalse(self.ticket.closed_date)
        self.assertEqual(self.ticket.sla_cycle_id, self.cycle)
        self.assertEqual((self.cycle.state, self.cycle.deadline), ("running", deadline))
        self.assertEqual(self.ticket.waiting_since, self.cycle.started_at)
        self.assertFalse(self.ticket.violation_ids)
        self.assertFalse(case.active)
        self.assertFalse(case.activity_ids)
        self.assertFalse(self.notices(case, "sara@trainees.example"))

    def test_the_clock_runs_on_and_climbs(self):
        self.close()
        self.undo("2026-03-01 10:35")
        self.run_cron(TOO_LATE)
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])

    def test_the_holder_has_their_activity_back(self):
        self.run_cron(TOO_LATE)
        due = self.ticket.answer_due_at
        self.close("2026-03-04 11:00")
        self.undo("2026-03-04 11:05")
        self.assertEqual(self.ticket.answer_due_at, due)
        self.assertEqual(self.ticket.activity_ids.user_id, self.leader)

    def test_an_answered_ticket_owes_nothing_afterwards(self):
        self.answer(self.ticket, "2026-03-01 10:10")
        self.close()
        self.undo("2026-03-01 10:35")
        self.assertFalse(self.ticket.sla_cycle_id)
        self.assertFalse(self.ticket.waiting_since)
        self.assertEqual(self.ticket.sla_state, "met")

    def test_after_that_only_through_the_study(self):
        self.close()
        with self.assertRefused("too late"):
            self.undo(NOTICES_LEAVE)
        self.assertEqual(self.ticket.stage_id, self.violation_stage)

    def test_not_once_a_notice_has_left(self):
        case = self.close()
        self.notices(case, "sara@trainees.example").state = "sent"
        with self.assertRefused("too late"):
            self.undo("2026-03-01 10:35")

    def test_not_once_an_officer_has_begun(self):
        case = self.close()
        self.study(case, "2026-03-01 10:33")
        with self.assertRefused("too late"):
            self.undo("2026-03-01 10:35")

    def test_not_by_agents(self):
        self.close()
        with self.assertRaises(AccessError):
            self.undo("2026-03-01 10:35", self.agent)

    def test_without_minutes_there_is_no_undoing(self):
        self.company.support_undo_minutes = 0
        self.close()
        with self.assertRefused("too late"):
            self.undo("2026-03-01 10:30")
