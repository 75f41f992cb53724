"""Random histories of a requester's tickets, against a small model of docs/policy.md.

The suite plays the same ones each time; with ``STORM_EXAMPLES=5000``, so many others,
new ones each time (see ``make storm``). One that fails is made as short as possible.
"""

import os
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .common import RIYADH
from .sla_history_common import MINUTE, HistoryCase, show
from .sla_history_facts import LATE, MET, RUNNING

EXAMPLES = int(os.environ.get("STORM_EXAMPLES", "0"))
HOUR, DAY = 60, 24 * 60

#: How many minutes pass before an event; a clock may step back a little.
PAUSES = st.one_of(
    st.integers(1, 90),
    st.integers(1, 90),
    st.sampled_from([2 * HOUR, 5 * HOUR, 8 * HOUR, 16 * HOUR, DAY]),
    st.integers(DAY, 6 * DAY),
    st.sampled_from([-25, -3, 15 * DAY]),
)
WHICH = st.integers(0, 3)


def event(name, *values):
    return st.tuples(PAUSES, st.just(name), *values)


EVENTS = st.one_of(
    event("message", WHICH),
    event("resend", WHICH),
    event("answer", WHICH),
    event("withdraw", WHICH),
    event("close", WHICH),
    event("archive", WHICH),
    event("mark", WHICH, WHICH),
    event("unmark"),
    event("cron"),
    event("cron"),
    event("cron"),
    event("escalate", WHICH),
    event("note", WHICH),
    event("ask"),
    event("channel", WHICH, st.sampled_from(["email", "whatsapp", ""])),
    event("category", WHICH, st.sampled_from(["attendance", "technical"])),
    event("policy_active", st.integers(0, 2)),
    event("policy_hours", st.integers(0, 2), st.sampled_from([3, 8, 24, 48])),
    event("tier_hours", st.integers(0, 1), st.sampled_from([6, 24])),
    event("desk_hours", st.sampled_from([12, 14, 16])),
    event("holiday", st.integers(-3, 6)),
    event("ramadan"),
)
#: Around Founding Day, in Ramadan 1447, before its Eid; all weekdays, all hours.
BEGINNINGS = st.integers(0, 40 * DAY).map(
    lambda minutes: datetime(2026, 2, 8) + minutes * MINUTE
)
#: What chance seldom meets: each begins on a Sunday at 9:00; most with a second ticket.
TWO = (10, "ask")
RARE = {
    "an original is closed while it waits for a duplicate": [
        TWO,
        (10, "mark", 0, 1),
        (10, "close", 1),
        (10, "unmark"),
        (10, "close", 1),
    ],
    "and heard of again, before the duplicate is taken back": [
        TWO,
        (10, "mark", 0, 1),
        (10, "close", 1),
        (10, "message", 1),
        (10, "unmark"),
        (10, "answer", 1),
    ],
    "an answer on the duplicate never arrived": [
        TWO,
        (10, "mark", 0, 1),
        (10, "answer", 0),
        (60, "withdraw", 1),
        (10, "unmark"),
    ],
    "one given before it became a duplicate, of what is closed now": [
        TWO,
        (10, "answer", 0),
        (10, "mark", 0, 1),
        (10, "close", 1),
        (10, "withdraw", 0),
        (10, "unmark"),
    ],
    "the original was closed for good": [
        TWO,
        (10, "close", 0),
        (15 * DAY, "mark", 1, 0),
        (10, "message", 1),
        (10, "unmark"),
        (10, "message", 1),
    ],
    "an archived original hears of a duplicate": [
        TWO,
        (10, "mark", 0, 1),
        (10, "archive", 1),
        (10, "message", 0),
        (10, "unmark"),
        (10, "mark", 0, 1),
    ],
    "every tier, reminders, holidays, a longer promise": [
        (3 * DAY + 10, "cron"),
        *[(5 * DAY, "cron")] * 2,
        *[(DAY, "cron")] * 3,
        (10, "holiday", 1),
        (DAY, "cron"),
        (10, "holiday", 0),
        (10, "close", 0),
        (10, "close", 0),
        (10, "cron"),
        (10, "policy_hours", 2, 48),
        (DAY, "cron"),
    ],
    "a clock that steps back": [
        (60, "message", 0),
        (-25, "message", 0),
        (-25, "close", 0),
        (-3, "close", 0),
        (-25, "answer", 0),
        (10, "withdraw", 0),
    ],
}


class TestHistory(HistoryCase):
    @settings(
        max_examples=EXAMPLES or 30,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[*HealthCheck],
    )
    @given(BEGINNINGS, st.lists(EVENTS, min_size=5, max_size=25))
    def test_any_history(self, beginning, events):
        self.play(beginning, events)

    def test_rare_histories(self):
        for name, events in RARE.items():
            with self.subTest(name):
                self.play(datetime(2026, 3, 1, 9), events)

    # -- what must be true ------------------------------------------------------

    def _check(self):
        for ticket, record in self.records.items():
            story = "\n".join(self.story)
            self.assertEqual(self._read(record), self._expect(ticket), story)
            self._check_invariants(record)

    def _read(self, record):
        """What the product says of a ticket."""
        running = record.sla_cycle_id
        next_step = running.next_escalation_at
        return {
            "waits since": _local(record.waiting_since),
            "reminders": record.resend_count,
            "state": record.sla_state or "",
            "policy": record.sla_policy_id.name or "",
            "deadline": _local(record.sla_deadline),
            "tier": record.escalation_level,
            "next step": show(
                self._get_effect(next_step and next_step + RIYADH, running.level)
            ),
            "cycles": sorted(
                (
                    _local(one.started_at),
                    one.state,
                    one.drop_reason or "",
                    _local(one.ended_at),
                    round(one.business_hours, 4),
                    [
                        (climb.level, _local(climb.escalated_at), climb.trigger)
                        for climb in one.escalation_ids.sorted("level")
                    ],
                )
                for one in record.sla_cycle_ids
            ),
        }

    def _expect(self, ticket):
        """What the model says of it."""
        clock = ticket.clock if ticket.clock and ticket.waiting else None
        cycle = clock if clock and clock.state == RUNNING else None
        own = [one for one in ticket.cycles if one.reason != "joined"]
        latest = max(own, key=lambda one: one.start, default=None)
        idle = "" if ticket.waiting or not latest else latest.state
        next_step = cycle and self.model.get_next_step(cycle)
        return {
            "waits since": show(ticket.waiting),
            "reminders": ticket.resends,
            "state": RUNNING if cycle else idle,
            "policy": cycle.policy.name if cycle else "",
            "deadline": show(cycle and self.model.get_deadline(cycle)),
            "tier": cycle.level if cycle else 0,
            "next step": show(self._get_effect(next_step, cycle and cycle.level)),
            "cycles": sorted(
                (
                    show(one.start),
                    one.state,
                    one.reason,
                    show(one.ended),
                    round(one.hours, 4),
                    [
                        (climb.level, show(climb.at), climb.trigger)
                        for climb in one.climbs
                    ],
                )
                for one in ticket.cycles
            ),
        }

    def _get_effect(self, next_step, level):
        """When somebody notices: nobody is reminded on a closed day."""
        if next_step and level == 3:
            desk, moment = self.model.desk, max(next_step, self.model.now)
            today = desk.is_business_day(moment)
            return moment if today else desk.get_next_opening(moment)
        return next_step

    def _check_invariants(self, record):
        cycles = record.sla_cycle_ids
        running = cycles.filtered(lambda one: one.state == RUNNING)
        self.assertEqual(record.sla_cycle_id, running)
        self.assertFalse(running.ended_at)
        for cycle in cycles:
            levels = cycle.escalation_ids.sorted("level").mapped("level")
            self.assertEqual(levels, [*range(1, cycle.level + 1)])
            self.assertEqual(bool(cycle.answered_by_id), cycle.state in (MET, LATE))
        activities = record.activity_search(["support_policy.activity_escalation"])
        asked = running.level and running.holder_id
        self.assertEqual(activities.user_id, asked or activities.user_id.browse())
        self.assertLessEqual(len(activities), 1)


def _local(moment):
    """A stored moment on the desk's clock."""
    return show(moment and moment + RIYADH)
