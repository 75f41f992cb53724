"""Business time beside Odoo's own ``plan_hours``; ten thousand open promises moved by
one holiday. Runs in Odoo's shell, on a scratch database: make bench."""

import random
import sys
import time
from datetime import datetime, timedelta, timezone

QUESTIONS = 10_000
PEER_QUESTIONS = 200
CYCLES = 10_000
RATIO = 50
COLD = 20  # milliseconds
REPLAN = 1  # milliseconds for each cycle
MEMORY = 5  # MB
START = datetime(2026, 1, 4, tzinfo=timezone.utc)
YEAR = timedelta(days=365)


def measure(act):
    """Milliseconds that an act takes, and its queries."""
    env.flush_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    act()
    took = (time.perf_counter() - start) * 1000
    return took, env.cr.sql_log_count - queries


def show(title, value, goal, met):
    print(f"  {title:<52}{value:>14}   goal {goal}: {'met' if met else 'MISSED'}")


# -- deadlines ----------------------------------------------------------------------
desk = env.ref("support_policy.calendar_support_desk")
wizard = env["support.public.holiday.wizard"].create(
    {"year_from": 2026, "year_to": 2027, "calendar_ids": desk.ids}
)
wizard.action_load()
env.cr.commit()
env.registry.signal_changes()  # as Odoo does after a request
draw = random.Random(1)
questions = [
    (START + timedelta(seconds=draw.randrange(int(YEAR.total_seconds()))), hours)
    for hours in (24, 48)
    for _number in range(QUESTIONS // 2)
]
print(f"{len(questions)} deadlines of 24 and 48 business hours, two years of holidays")
env.invalidate_all()
env.registry.clear_cache()
env.registry.signal_changes()
cold, cold_queries = measure(lambda: desk.support_business_time(START, START + YEAR))
show("cold build", f"{cold:.1f} ms", f"{COLD} ms", cold < COLD)
business = desk.support_business_time(START, START + YEAR)
assert business is desk.support_business_time(START, START + YEAR)


def answer_all():
    bound = desk.support_business_time(START, START + YEAR)
    for moment, hours in questions:
        bound.add(moment, hours)


ours, queries = measure(answer_all)
ours /= len(questions)
some = draw.sample(questions, PEER_QUESTIONS)
answers = []
peer, _queries = measure(
    lambda: answers.extend(
        desk.plan_hours(hours, moment, compute_leaves=True) for moment, hours in some
    )
)
peer /= PEER_QUESTIONS
for (moment, hours), theirs in zip(some, answers, strict=True):
    assert abs(business.add(moment, hours) - theirs) < timedelta(seconds=1)
print(f"  {'support_policy':<52}{1000 / ours:>10.0f} per s   {queries} queries")
print(f"  {'resource.calendar.plan_hours':<52}{1000 / peer:>10.0f} per s")
show("ratio", f"{peer / ours:.0f}", RATIO, peer / ours >= RATIO)

# -- memory -------------------------------------------------------------------------
hotline = env.ref("support_policy.calendar_hotline")
program = env["support.diploma.program"].create({"name": "Bench", "code": "BENCH"})
env["support.diploma.session"].create(
    [
        {
            "program_id": program.id,
            "start": begin.replace(tzinfo=None),
            "stop": (begin + timedelta(hours=2)).replace(tzinfo=None),
        }
        for begin in (START + timedelta(hours=17 * n) for n in range(5000))
    ]
)
env.cr.commit()
env.registry.signal_changes()


def weigh(thing, seen):
    """Bytes of an object and of all that it holds."""
    if id(thing) in seen or isinstance(thing, type):
        return 0
    seen.add(id(thing))
    size = sys.getsizeof(thing)
    if isinstance(thing, (list, tuple, set)):
        size += sum(weigh(part, seen) for part in thing)
    names = [*getattr(thing, "__dict__", ()), *getattr(thing, "__slots__", ())]
    if type(thing).__module__.startswith("odoo.addons.support_policy"):
        size += sum(weigh(getattr(thing, name), seen) for name in names)
    return size


built, _queries = measure(
    lambda: hotline.support_business_time(START, START + 10 * YEAR)
)
long = hotline.support_business_time(START, START + 10 * YEAR)
size = weigh(long, set()) / 2**20
print(f"Ten years with 5000 sessions, built in {built:.0f} ms")
show("memory", f"{size:.2f} MB", f"{MEMORY} MB", size < MEMORY)

# -- re-planning --------------------------------------------------------------------
print(f"{CYCLES} open promises, one added holiday")
now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
partner = env["res.partner"].create({"name": "R", "email": "r@trainees.example"})
vals = {
    "name": "Request",
    "description": "…",
    "partner_id": partner.id,
    "user_id": False,
    "channel_id": env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email").id,
    "team_id": env.ref("support_policy.team_trainee_support").id,
}
tickets = env["helpdesk.ticket"].create(
    [{**vals, "waiting_since": now - timedelta(seconds=n)} for n in range(CYCLES)]
)
cycles = tickets.sla_cycle_id
before = cycles.mapped("deadline")
policy = cycles.policy_id
env.cr.commit()
env["resource.calendar.leaves"].create(
    {
        "name": "Royal Order",
        "calendar_id": policy.calendar_id.id,
        "date_from": now + timedelta(hours=1),
        "date_to": min(before) - timedelta(hours=1),
    }
)
env.cr.commit()
env.registry.signal_changes()
assert cycles.mapped("deadline") == before, "left to the background"


def replan(some):
    """Plan some of the cycles afresh, and forget it."""
    env.invalidate_all()
    took, queries = measure(lambda: some._write_plans(dict.fromkeys(some, policy)))
    moved = zip(before, some.mapped("deadline"), strict=False)
    assert all(old != new for old, new in moved)
    env.cr.rollback()
    return took / len(some), queries


_took, few = replan(cycles[:1000])
plan, many = replan(cycles)
more = (many - few) * 1000 / (CYCLES - 1000)
show("re-planning", f"{plan:.3f} ms", f"{REPLAN} ms", plan < REPLAN)
print(f"  {'queries for 1000, and for all':<52}{few:>8}, {many}")
show("queries for each thousand more", f"{more:.1f}", 1, more <= 1)
whole, queries = measure(env["support.sla.policy"]._cron_replan)
print(
    f"  {'the whole job, with a note on each ticket':<52}{whole / CYCLES:>11.3f} ms"
    f"   {queries * 1000 / CYCLES:.0f} queries per thousand"
)
