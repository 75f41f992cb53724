"""Others who work with the requests while a storm goes over them."""

import multiprocessing
import random
from functools import partial

from house_crew import AGAIN, forking

from odoo.exceptions import UserError
from odoo.service.model import retrying

CLOSED = "helpdesk_mgmt.helpdesk_ticket_stage_done"
POLICY = "support_policy.policy_email"


class People:
    """Others who work with the tickets meanwhile, each in a process of their own.

    :param World world: where
    :param acts: what they do, again and again
    """

    def __init__(self, world, *acts):
        self.world = world
        self.stop = forking.Event()
        self.done = {act.__name__: forking.Value("i") for act in acts}
        self.acts = acts

    def __enter__(self):
        self.processes = [
            self.world.crew.start(_repeat, act, self.stop, self.done[act.__name__])
            for act in self.acts
        ]
        return self

    def __exit__(self, kind, *_rest):
        self.stop.set()
        if kind is None:
            self.world.crew.finish(*self.processes)

    def __str__(self):
        return ", ".join(f"{name} {n.value}" for name, n in self.done.items())


def _repeat(crew, act, stop, done):
    """As requests do it: a lost race is tried again; then they are told politely."""
    parent = multiprocessing.parent_process()
    while parent.is_alive() and not stop.wait(random.uniform(0, 2 * act.pause)):
        try:
            with crew.transaction() as env:
                retrying(partial(act, env), env)
            done.value += 1
        except (UserError, *AGAIN):
            pass  # told, or the connection is lost: they try once more


def pausing(seconds):
    """So many seconds, on average, lie between what people do."""

    def mark(act):
        act.pause = seconds
        return act

    return mark


def pick(env):
    """A ticket that waits."""
    env.cr.execute(
        "SELECT id FROM helpdesk_ticket WHERE waiting_since IS NOT NULL"
        " OFFSET floor(random() * (SELECT count(*) FROM helpdesk_ticket"
        " WHERE waiting_since IS NOT NULL)) LIMIT 1"
    )
    return env["helpdesk.ticket"].browse(row[0] for row in env.cr.fetchall())


@pausing(0.1)
def edits(env):
    """Ordinary ones, in the web client."""
    pick(env).write({"name": f"Request {random.random()}"})


@pausing(0.5)
def answers(env):
    """From the web client, by the leader."""
    answer(pick(env))


def answer(ticket):
    """The leader writes to the requester."""
    ticket.with_user(ticket.team_id.user_id).message_post(
        body="This way",
        partner_ids=ticket.partner_id.ids,
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )


@pausing(0.5)
def closings(env):
    """Without an answer."""
    pick(env).stage_id = env.ref(CLOSED)


@pausing(0.5)
def messages(env):
    """Of requesters, who remind."""
    ticket = pick(env)
    ticket.message_post(
        body="Any news?",
        message_type="email",
        subtype_xmlid="mail.mt_comment",
        author_id=ticket.partner_id.id,
    )


@pausing(15)
def policies(env):
    """An administrator who cannot decide; all that waits stays late."""
    policy = env.ref(POLICY)
    policy.response_hours = 47 - policy.response_hours
