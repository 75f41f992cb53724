"""A helpdesk with thousands of requests due at once, as new before every storm."""

import multiprocessing
from datetime import timedelta

from house_crew import Crew, work
from house_invariants import find_broken
from workshop import databases

from odoo.fields import Datetime
from odoo.sql_db import close_all

#: How long the requests have waited: more than any promise, whatever the season.
WAITED = timedelta(days=30)
#: Tickets that one transaction makes.
BATCH = 500
TEAMS = ("trainee", "financial", "technical")
#: Whoever is told of a request that reaches tier 1: the leader and two colleagues.
READERS = 3
#: What has not climbed, as ``World.count`` takes it.
LEFT = "support_sla_cycle WHERE state = 'running' AND level = 0"


class Broken(Exception):
    """Something does not hold; the words say what."""


class World:
    """The database that storms happen in.

    :param str filled: name of the database that stays as it is made
    :param str scratch: name of its copy, which is broken
    :param int cycles: how many are due
    :param int kills: how many processes die, all in all
    :param list options: of Odoo's command line
    """

    def __init__(self, filled, scratch, cycles, kills, options=()):
        self.filled, self.scratch = filled, scratch
        self.cycles, self.kills = cycles, kills
        databases.clone(filled, scratch)
        self.crew = Crew(scratch, options, patience=300 + cycles / 5)
        self.ask = self.crew.ask

    def fill(self, more=lambda env: None):
        """Make the helpdesk, once, and keep it.

        :param callable more: makes what else there is; takes an environment
        """
        with self.crew.transaction() as env:
            staff_teams(env)
            more(env)
        half = self.cycles // 2
        numbers = (half, self.cycles - half)
        self.crew.finish(*(self.crew.start(make_tickets, n) for n in numbers))
        with self.crew.transaction() as env:
            env["mail.mail"].search([]).unlink()  # what confirms the requests
        close_all()
        databases.clone(self.scratch, self.filled)

    def renew(self):
        """As it was before any storm."""
        self.end()
        close_all()
        databases.clone(self.filled, self.scratch)

    def end(self):
        """Nobody is left of those who were at work."""
        for process in multiprocessing.active_children():
            process.kill()
            process.join()

    def start_jobs(self, *names):
        """Of all jobs, only these of ours are due, at once; nobody sends the mails."""
        ours = ", ".join(f"'cron_{name}'" for name in names)
        self.tell(f"""UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'utc',
            active = id IN (SELECT res_id FROM ir_model_data
            WHERE module = 'support_policy' AND name IN ({ours}))""")

    def tell(self, statement):
        """Change what no process is working on."""
        with self.crew.transaction() as env:
            env.cr.execute(statement)

    # -- afterwards -------------------------------------------------------------

    def rest(self, *jobs, **how):
        """Let jobs do all that is left."""
        for job in jobs:
            self.crew.finish(self.crew.start(work, job, **how))

    def check(self, **wanted):
        """What must hold after every storm.

        :param wanted: {what: (how often it is there, how often it should be)}
        :raises Broken: if it does not hold
        """
        wrong = [
            f"{words} ({len(ids)}: {str(ids[:5])[1:-1]})"
            for words, ids in find_broken(self.ask).items()
        ]
        wrong += [
            f"{what.replace('_', ' ')}: {there}, not {should}"
            for what, (there, should) in wanted.items()
            if there != should
        ]
        if wrong:
            raise Broken("; ".join(wrong))

    def count(self, what):
        """How many rows: of a table, joined and filtered as in SQL."""
        [[number]] = self.ask(f"SELECT count(*) FROM {what}")
        return number

    def check_climbed(self):
        """Each that still runs has climbed one tier, and its readers know, once.

        :return: how many have climbed
        """
        running = self.count("support_sla_cycle WHERE state = 'running'")
        first = "support_sla_cycle WHERE state = 'running' AND level = 1"
        told = f"""
            (SELECT ticket.id, count(DISTINCT mail.email_to) AS readers
               FROM helpdesk_ticket ticket
               JOIN (SELECT mail.email_to, named.number[1]
                       FROM mail_mail mail, regexp_matches(
                            mail.body_html, '>\\s*(HT\\d+)', 'g') AS named(number)
                      WHERE mail.email_to IS NOT NULL) mail
                 ON mail.number = ticket.number
               JOIN support_sla_cycle cycle ON cycle.id = ticket.sla_cycle_id
           GROUP BY ticket.id) told WHERE readers = {READERS}
        """
        climbs = self.count("support_escalation")
        self.check(
            running_at_tier_1=(self.count(first), running),
            told_to_all_readers=(self.count(told), running),
            climbs=(climbs, self.count("support_sla_cycle WHERE level = 1")),
        )
        return climbs


# -- how it is made -----------------------------------------------------------------


def staff_teams(env):
    """Each team with a leader and two agents, each department with a manager, and a
    Deputy CEO."""
    env.company.support_executive_id = make_person(env, "executive")
    env.company.email = "support@desk.example"
    for name in TEAMS:
        team = env.ref(f"support_policy.team_{name}_support")
        leader = make_person(env, f"{name}.leader")
        agents = [make_person(env, f"{name}.agent{n}") for n in range(READERS - 1)]
        team.write(
            {"user_id": leader.id, "user_ids": (leader.concat(*agents, leader)).ids}
        )
        team.parent_id.user_id = make_person(env, f"{name}.manager")


def make_person(env, login):
    """A member of staff."""
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": login,
                "email": f"{login}@diplomas.example",
                "group_ids": [(4, env.ref("helpdesk_mgmt.group_helpdesk_user").id)],
            }
        )
    )


def make_tickets(crew, number):
    """Requests by e-mail, of different people, that should have been answered."""
    for first in range(0, number, BATCH):
        with crew.transaction() as env:
            some = range(first, min(first + BATCH, number))
            partners = env["res.partner"].create(
                [{"name": f"R{n}", "email": f"r{n}@trainees.example"} for n in some]
            )
            teams = [env.ref(f"support_policy.team_{name}_support") for name in TEAMS]
            common = {
                "name": "Request",
                "description": "…",
                "user_id": False,
                "channel_id": env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email").id,
                "waiting_since": Datetime.now() - WAITED,
            }
            env["helpdesk.ticket"].create(
                [
                    {
                        **common,
                        "partner_id": partner.id,
                        "team_id": teams[n % len(teams)].id,
                    }
                    for n, partner in enumerate(partners)
                ]
            )
