"""The facts of the model in sla_history_model.py, in the words of docs/policy.md.

Moments are naive, on the desk's own clock.
"""

from dataclasses import dataclass, field
from datetime import datetime

RUNNING, MET, LATE, DROPPED = "running", "met", "late", "dropped"


@dataclass(eq=False)
class Policy:
    """Whom it covers, and how long they may wait (R2). Empty criteria fit all."""

    name: str
    hours: float
    channel: str = ""
    category: str = ""
    active: bool = True

    def covers(self, ticket):
        return (
            self.active
            and self.channel in ("", ticket.channel)
            and self.category in ("", ticket.category)
        )


@dataclass(eq=False)
class Climb:
    level: int
    due: datetime
    at: datetime
    trigger: str


@dataclass(eq=False)
class Cycle:
    """One answer owed."""

    start: datetime
    policy: Policy
    state: str = RUNNING
    reason: str = ""
    ended: datetime = None
    hours: float = 0.0
    climbs: list = field(default_factory=list)
    reminded: datetime = None

    @property
    def level(self):
        return len(self.climbs)

    @property
    def answered(self):
        return self.state in (MET, LATE)

    def end(self, state, at, desk, reason=""):
        self.state, self.ended, self.reason = state, at, reason
        self.hours = round(desk.count(self.start, at) * 60) / 60


@dataclass(eq=False)
class Ticket:
    channel: str = "email"
    category: str = "attendance"
    closed: datetime = None
    archived: bool = False
    original: "Ticket" = None  # of which it is a duplicate
    follow_up: "Ticket" = None
    words: list = field(default_factory=list)  # when the requester wrote
    answers: list = field(default_factory=list)  # when staff answered
    own: datetime = None  # since when its own words have no answer
    held: dict = field(default_factory=dict)  # {duplicate: since when its have none}
    before: dict = field(default_factory=dict)  # {answer: what it has answered}
    clock: Cycle = None  # of what is owed: it runs, or was dropped
    cycles: list = field(default_factory=list)
    resends: int = 0

    @property
    def reason(self):
        """Why nobody is owed an answer here, whatever was asked (R9)."""
        if self.original:
            return "duplicate"
        return "closed" if self.closed else "archived" if self.archived else ""

    @property
    def owed(self):
        """Since when: the oldest start counts."""
        return min(filter(None, [self.own, *self.held.values()]), default=None)

    @property
    def waiting(self):
        return None if self.reason else self.owed

    def owe_nothing(self):
        self.own, self.clock = None, None
        self.held.clear()
