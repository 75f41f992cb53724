"""Storms over the climb: many workers, people who edit, workers that die or freeze."""

import os
import signal
import time
from datetime import timedelta
from functools import partial
from multiprocessing import parent_process
from unittest.mock import patch

from house_crew import forking, work

from . import people
from .world import LEFT, Broken

#: Up to how many cycles are re-planned without the job.
AT_ONCE = "odoo.addons.support_policy.support_policy.sla.replan.AT_ONCE"
#: How many cycles a worker locks at once.
BATCH = 200
#: How it shows that it has.
HOLDING = """pg_locks held JOIN pg_class locked ON locked.oid = held.relation
    WHERE relname = 'support_escalation' AND mode = 'RowExclusiveLock'"""


def climb_while_people_edit(world, workers):
    """R4: each climbs one tier, whatever people do with it at the same moment."""
    acts = (people.edits, people.answers, people.closings)
    acts += (people.messages, people.policies)
    stop = forking.Event()
    replan = world.crew.start(keep_working, "replan", stop)
    with people.People(world, *acts) as others:
        crew = [world.crew.start(work, "climb") for _number in range(workers)]
        world.crew.finish(*crew)
    stop.set()
    world.crew.finish(replan)
    world.rest("replan", "climb")
    return f"{world.check_climbed()} climbs; {others}"


def keep_working(crew, job, stop):
    """A cron that comes again and again."""
    while parent_process().is_alive() and not stop.wait(0.5):
        work(crew, job)


def kill_climbers(world):
    """R10: what dies in the middle of a batch is done again, once."""
    dead = world.crew.fire("climb", world.kills, longest=1.5)
    return f"{dead} killed, {world.check_climbed()} climbs"


def kill_notices(world):
    """R10: whoever is to be told is told, once, though the teller dies."""
    world.crew.finish(world.crew.start(climb_silently))
    dead = world.crew.fire("say", world.kills, longest=0.6, workers=1)
    return f"{dead} killed, {world.check_climbed()} climbs told"


def climb_silently(crew):
    """The facts, without the words."""
    with crew.transaction() as env:
        env["support.sla.cycle"].sudo()._climb_in_batches()


def kill_replan(world):
    """R9: every deadline follows the policy, though the job dies."""
    with world.crew.transaction() as env, patch(AT_ONCE, 0):
        env.ref(people.POLICY).response_hours = 48
    dead = world.crew.fire("replan", world.kills, longest=1.2, workers=1)
    moved = """mail_message message JOIN ir_model_data known
        ON known.res_id = message.subtype_id AND known.name = 'mt_deadline_moved'
        AND known.module = 'support_policy'"""
    world.check(
        deadlines_moved=(_count_planned(world), world.cycles),
        notes=(world.count(moved), world.cycles),
    )
    world.rest("climb")
    return f"{dead} killed, {world.check_climbed()} planned"


def _count_planned(world):
    """How many running cycles have the deadline that follows from their policy."""
    with world.crew.transaction() as env:
        cycles = env["support.sla.cycle"].search([("state", "=", "running")])
        times = cycles.policy_id._get_business_times(min(cycles.mapped("started_at")))
        return sum(
            cycle.deadline
            == cycle._get_plan(
                cycle.policy_id, cycle.started_at, times[cycle.policy_id]
            )["deadline"]
            for cycle in cycles
        )


def freeze_a_worker(world, seconds=20):
    """R10: what hangs with its locks holds up nothing but what it has locked."""
    frozen = world.crew.start(work, "climb")
    _freeze_holding(world, frozen)
    other = world.crew.start(work, "climb")
    until = time.monotonic() + seconds + world.cycles * 0.02
    left = held = world.count(LEFT)
    while time.monotonic() < until and left > BATCH:
        time.sleep(0.5)
        left = world.count(LEFT)
    os.kill(frozen.pid, signal.SIGCONT)
    world.crew.finish(frozen, other)
    if left > BATCH:
        raise Broken(f"{left} of {held} waited for a worker that hung")
    return f"{held - left} climbed meanwhile, {world.check_climbed()} climbs in all"


def _freeze_holding(world, process):
    """Stop a process at a moment at which it holds locks."""
    while process.is_alive():
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.1)  # the query that it has sent is done
        if world.count(HOLDING):
            return
        os.kill(process.pid, signal.SIGCONT)
    raise Broken("the worker was done before it could be frozen")


def shift_the_clock(world):
    """R4: no clock, slow or fast, lets anything climb twice or skip a tier."""
    slow, fast = timedelta(hours=-1), timedelta(days=1)
    normal = world.crew.start(work, "climb")
    world.crew.finish(normal, world.crew.start(work, "climb", ahead=slow))
    climbs = world.check_climbed()
    with world.crew.transaction() as env:
        answered = env["helpdesk.ticket"].search([], limit=50)
    world.crew.finish(world.crew.start(answer_all, answered.ids, ahead=slow))
    world.rest("climb", ahead=fast)
    world.rest("climb", ahead=-fast)
    world.check(climbs=(world.count("support_escalation"), climbs))
    return f"{climbs} climbs, 50 answers an hour ago"


def answer_all(crew, ids):
    """The leader answers these tickets."""
    with crew.transaction() as env:
        for ticket in env["helpdesk.ticket"].browse(ids):
            people.answer(ticket)


STORMS = {
    "2 workers climb while people edit": partial(climb_while_people_edit, workers=2),
    "3 workers climb while people edit": partial(climb_while_people_edit, workers=3),
    "kill -9 of the climb": kill_climbers,
    "kill -9 of the notices": kill_notices,
    "kill -9 of the re-plan": kill_replan,
    "a worker hangs with its locks": freeze_a_worker,
    "clocks an hour slow, a day fast": shift_the_clock,
}
