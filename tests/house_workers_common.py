"""Several workers at once, and workers that die: transactions that really commit.

What a test commits here is removed again, whatever happens.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name

from .house_invariants import find_broken

WORKERS = 3
#: Seconds after which a worker that loses every race is no loser, but broken.
PATIENCE = 60


class WorkersCase(BaseCase):
    """A database that several workers share, as on several machines."""

    #: Models whose new records go afterwards, in this order; rooms put theirs first.
    cleared = ("ir.cron.trigger", "mail.activity", "mail.mail")
    cleared += ("helpdesk.ticket", "mail.message", "res.partner")

    def setUp(self):
        super().setUp()
        # Odoo waits for seconds before it does a request again
        self.enterContext(patch("random.uniform", return_value=0.01))
        self.registry = Registry(get_db_name())
        with self.transaction() as env:
            newest = {
                model: self._made(env, model, limit=1).id or 0 for model in self.cleared
            }
        self.addCleanup(self._remove, newest)

    def _made(self, env, model, after=0, limit=None):
        """A model's records that are newer than an id, the newest first."""
        records = env[model].with_context(active_test=False)
        return records.search([("id", ">", after)], order="id desc", limit=limit)

    def _remove(self, newest):
        with self.transaction() as env:
            for model, after in newest.items():
                self._made(env, model, after).unlink()

    @contextmanager
    def transaction(self):
        """A transaction of its own, committed and told to the others, as requests are.

        :return: its environment, the superuser's
        """
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})
        self.registry.signal_changes()

    def lead_team(self):
        """Until the end of the test the administrator leads the trainees' team."""
        with self.transaction() as env:
            team = env.ref("support_policy.team_trainee_support")
            admin = env.ref("base.user_admin")
            before = [
                (team, {"user_id": team.user_id.id, "user_ids": team.user_ids.ids}),
                (admin, {"email": admin.email}),
            ]
            team.write({"user_id": admin.id, "user_ids": (team.user_ids | admin).ids})
            admin.email = "leader@desk.example"

        def restore():
            with self.transaction() as env:
                for record, vals in before:
                    record.with_env(env).write(vals)

        self.addCleanup(restore)

    def find_broken(self, env):
        """What should hold and does not, when all jobs are done: see the module.

        :rtype: dict
        """

        def ask(query):
            env.cr.execute(query)
            return env.cr.fetchall()

        env.flush_all()
        return find_broken(ask)

    def work(self, model, job):
        """What a cron worker does, again if it lost a race, as Odoo's runner does."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with self.transaction() as env:
                    getattr(env[model], job)()
                return
            except psycopg2.OperationalError:
                if time.monotonic() > until:
                    raise

    def together(self, act):
        """Several workers do the same at once; what one of them raises is raised."""
        with ThreadPoolExecutor(WORKERS) as workers:
            for done in [workers.submit(act) for _number in range(WORKERS)]:
                done.result()

    # -- requests ---------------------------------------------------------------

    def at_once(self, *acts, again=retrying):
        """Do all of it in transactions that know nothing of each other; one that loses
        is done ``again``, as Odoo does with a request.

        :param acts: callables, each takes an environment
        """
        start = threading.Barrier(len(acts), timeout=PATIENCE)

        def run(act):
            with self.transaction() as env:
                again(_after(start.wait, act, env), env)

        with ThreadPoolExecutor(len(acts)) as workers:
            for done in [workers.submit(run, act) for act in acts]:
                done.result()

    def overtake(self, act, faster):
        """Do something that another one overtakes: it has begun, and knows what was
        there, when the other one begins, acts and commits.

        :param callable act: takes an environment
        :param callable faster: the same
        """

        def overtaken():
            with self.transaction() as env:
                retrying(partial(faster, env), env)

        with self.transaction() as env:
            retrying(_after(overtaken, act, env), env)

    def dying(self, after):
        """A worker that is killed, as by ``kill -9``, after so many commits.

        What was not committed is lost. The block raises KeyboardInterrupt.
        """
        commits = []

        def commit_then_die(records, *args, **kwargs):
            if len(commits) == after:
                raise KeyboardInterrupt
            records.env.cr.commit()
            commits.append(args)
            return 60.0

        return patch.object(
            self.registry["ir.cron"], "_commit_progress", commit_then_die
        )


def _after(event, act, env):
    """An attempt that takes its snapshot of the database; then, the first time, waits
    for the event, and acts."""
    waited = []

    def attempt():
        env.cr.execute("SELECT count(*) FROM helpdesk_ticket")
        if not waited:
            waited.append(True)
            event()
        act(env)

    return attempt
