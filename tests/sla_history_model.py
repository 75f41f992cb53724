"""docs/policy.md as a small model in plain Python: R1, R2, R4, R5, R8 and R9.

Events change facts; what follows from the facts is derived from them anew each time.
Not a line of it is the product's. Moments are naive, on the desk's own clock.
"""

from datetime import timedelta

from .sla_history_facts import DROPPED, LATE, MET, RUNNING, Climb, Cycle, Ticket

#: Tier 3: the executive has the same business day, if so many hours of it are left.
FLOOR = 1
REOPEN_WITHIN = timedelta(days=14)


class Model:
    """All tickets of one requester, at one desk."""

    def __init__(self, desk, policies, tier_hours):
        self.desk = desk
        self.policies = policies  # in the order in which they count
        self.tier_hours = tier_hours  # those of the tiers before the last one
        self.tickets = []
        self.now = None

    def follow(self):
        """R9: every change reaches what runs."""
        for ticket in self.tickets:
            policy = self.find_policy(ticket)
            clock = ticket.clock
            if clock and clock.state == RUNNING and not (ticket.waiting and policy):
                clock.end(DROPPED, self.now, self.desk, ticket.reason or "no_policy")
            elif ticket.waiting and policy:
                if not clock:
                    clock = ticket.clock = Cycle(ticket.waiting, policy)
                    ticket.cycles.append(clock)
                # what was dropped and is owed again runs on as it was
                clock.state, clock.reason, clock.ended, clock.hours = (
                    RUNNING,
                    "",
                    None,
                    0.0,
                )
                clock.start, clock.policy = ticket.waiting, policy

    def find_policy(self, ticket):
        return next((one for one in self.policies if one.covers(ticket)), None)

    # -- R2, R4: promise and ladder ---------------------------------------------

    def get_deadline(self, cycle):
        return self.desk.add(cycle.start, cycle.policy.hours)

    def get_next_step(self, cycle):
        """When the time of the present holder is up. A promise that moved later takes
        it with it; after the last tier, there is a reminder every business day."""
        deadline = self.get_deadline(cycle)
        if not cycle.climbs:
            return deadline
        reached = cycle.climbs[-1].at
        if self.is_at_top(cycle):
            due = self.desk.get_closing(reached, FLOOR)
        else:
            due = self.desk.add(reached, self.tier_hours[cycle.level - 1])
        if deadline > cycle.climbs[0].due:
            due = max(due, deadline)
        if not self.is_at_top(cycle):
            return due
        if cycle.reminded and cycle.reminded >= due:
            return self.desk.get_next_morning(cycle.reminded)
        return due

    def is_at_top(self, cycle):
        return cycle.level > len(self.tier_hours)

    def climb(self, cycle, trigger):
        """One tier up, from when it is really reached."""
        due = self.get_next_step(cycle)
        cycle.climbs.append(Climb(cycle.level + 1, due, self.now, trigger))

    def run_cron(self):
        for ticket in self.tickets:
            cycle = ticket.clock
            if not ticket.waiting or not cycle or cycle.state != RUNNING:
                continue
            if self.get_next_step(cycle) >= self.now:
                continue
            if not self.is_at_top(cycle):
                self.climb(cycle, "deadline")
            elif self.desk.is_business_day(self.now):
                cycle.reminded = self.now

    def escalate(self, ticket):
        cycle = ticket.waiting and ticket.clock
        if cycle and cycle.state == RUNNING and not self.is_at_top(cycle):
            self.climb(cycle, "manual")

    # -- R1, R5: the requester --------------------------------------------------

    def ask(self):
        ticket = Ticket(own=self.now, words=[self.now])
        self.tickets.append(ticket)
        return ticket

    def hear(self, ticket):
        """R1, R5: a further message, wherever it goes on."""
        receiver = self.find_receiver(ticket)
        for one in {ticket, receiver}:
            one.words.append(self.now)
        if self.is_closed_for_good(receiver):
            receiver.follow_up = self.ask()
            receiver.follow_up.channel = receiver.channel
            receiver.follow_up.category = receiver.category
        elif receiver.reason:
            self.start_afresh(receiver)
            receiver.own = self.now
        elif not receiver.waiting:
            receiver.own = self.now
        else:
            self.remind(receiver)

    def remind(self, ticket):
        """R5: it is counted; after the deadline it triggers the first tier."""
        ticket.own = min(ticket.own or self.now, self.now)
        ticket.resends += 1
        self.follow()
        cycle = ticket.clock
        late = cycle and cycle.state == RUNNING and self.get_deadline(cycle) < self.now
        if late and not cycle.level:
            self.climb(cycle, "resend")

    def find_receiver(self, ticket):
        while True:
            later = ticket.original
            if not later and self.is_closed_for_good(ticket):
                later = ticket.follow_up
            if not later:
                return ticket
            ticket = later

    def is_closed_for_good(self, ticket):
        return bool(ticket.closed) and self.now > ticket.closed + REOPEN_WITHIN

    def start_afresh(self, ticket):
        """Only a new message does: what was owed before stays unanswered (R9)."""
        ticket.closed, ticket.archived, ticket.original = None, False, None
        ticket.owe_nothing()

    # -- R8: staff answer -------------------------------------------------------

    def get_linked(self, ticket):
        """Duplicates and their original: what answers one answers all."""
        original = ticket.original or ticket
        group = [one for one in self.tickets if one.original == original]
        return [one for one in [original, *group] if one != ticket]

    def answer(self, ticket):
        ticket.answers.append(self.now)
        self.settle(ticket, self.now)
        for other in self.get_linked(ticket):
            if other.owed and other.owed <= self.now:
                self.settle(other, self.now)

    def settle(self, ticket, at):
        """Nothing is owed any more. The second of the deadline is in time."""
        if ticket.waiting and ticket.clock and ticket.clock.state == RUNNING:
            cycle = ticket.clock
            in_time = at <= self.get_deadline(cycle)
            cycle.end(MET if in_time else LATE, at, self.desk)
        ticket.before[at] = ticket.own, dict(ticket.held), ticket.clock
        ticket.owe_nothing()

    def find_withdrawable(self, ticket):
        """The cycle that the ticket's last answer has ended; if nobody has answered
        after that, which would count instead."""
        ended = [one for one in ticket.cycles if one.answered]
        last = max(ended, key=lambda one: one.ended, default=None)
        group = [ticket, *self.get_linked(ticket)]
        answers = [at for one in group for at in one.answers]
        if not last or max(answers) != last.ended:
            return None
        # a message that fails gives back the cycle of the ticket on which it stands
        written = [
            one
            for one in group
            if last.ended in one.answers
            and any(
                cycle.answered and cycle.ended == last.ended for cycle in one.cycles
            )
        ]
        return last if ticket in written or not written else None

    def withdraw(self, ticket):
        """Nothing has been sent: the very same cycle runs on, here and where it was
        the answer too."""
        at = self.find_withdrawable(ticket).ended
        group = [ticket, *self.get_linked(ticket)]
        for one in group:
            one.answers = [answer for answer in one.answers if answer != at]
            for cycle in one.cycles:
                if cycle.answered and cycle.ended == at:
                    self.run_on(one, cycle, at)
            if one.original and not one.owed and at in one.before:
                one.own, _held, one.clock = one.before[at]
        for one in group:
            if one.original:
                self.hand_over(one, one.original)

    def run_on(self, ticket, cycle, at):
        newer = ticket.clock
        if newer and newer.state == RUNNING:
            # one answer is owed, since the first message that got none
            newer.end(DROPPED, self.now, self.desk, "joined")
            ticket.resends += 1
        ticket.own, held, _clock = ticket.before[at]
        ticket.held = {one: held[one] for one in held if one.original == ticket}
        if ticket.owed != cycle.start:
            ticket.own = cycle.start
        ticket.clock = cycle
        cycle.end(DROPPED, cycle.ended, self.desk, ticket.reason or "no_policy")
        if ticket.reason == "closed":
            ticket.closed, ticket.archived = None, False

    # -- R9: duplicates ---------------------------------------------------------

    def refuses(self, duplicate, original):
        """What is still owed must not be lost on a ticket that is closed for good."""
        owed = not duplicate.reason and duplicate.owed
        for at in sorted(one.ended for one in original.cycles if one.answered):
            if owed and owed <= at:
                owed = min((one for one in duplicate.words if one > at), default=None)
        return owed and self.is_closed_for_good(original)

    def mark(self, duplicate, original):
        """Words, clock and answers live on the original; but what was over before is
        not owed because of this."""
        was_over = bool(duplicate.reason)
        duplicate.original = original
        self.follow()
        if not was_over:
            self.hand_over(duplicate, original)

    def hand_over(self, duplicate, original):
        for one, other in ((original, duplicate), (duplicate, original)):
            self.share_answers(one, other)
        if not duplicate.owed:
            return
        if original.reason:  # as if the words had been written there
            self.start_afresh(original)
        original.held[duplicate] = duplicate.owed
        original.words += [one for one in duplicate.words if one >= duplicate.owed]
        self.follow()
        there, here = duplicate.clock, original.clock
        if there:
            there.reason = "duplicate"
        runs = here and here.state == RUNNING
        if there and runs and there.level > here.level:
            here.climbs += there.climbs[here.level :]
            here.reminded = there.reminded

    def share_answers(self, ticket, other):
        """What was answered there has been answered here too; not what was written
        after it."""
        for at in sorted(one.ended for one in other.cycles if one.answered):
            if ticket.owed and ticket.owed <= at:
                self.settle(ticket, at)
                ticket.own = min(
                    (one for one in ticket.words if one > at), default=None
                )

    def unmark(self, duplicate):
        """Each has its own words and clock again."""
        original, duplicate.original = duplicate.original, None
        clock = original.clock
        if not (original.held.pop(duplicate, None) and clock):
            return
        if original.owed:
            clock.start = original.owed
            return
        if clock.state == RUNNING:
            clock.end(DROPPED, self.now, self.desk)
        clock.reason, original.clock = "joined", None
