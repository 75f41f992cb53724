"""Real processes that share a database, as cron workers do; some die by ``kill -9``.

A program of its own, since a test's process has threads and cannot be forked:
``house_crew.py DATABASE KILLS SEED`` climbs all that is due, under fire. ``dev/storm``
has more for such a crew to do.
"""

import contextlib
import logging
import multiprocessing
import random
import sys
import time
from datetime import timedelta
from unittest.mock import patch

import psycopg2

import odoo
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import ConcurrencyError
from odoo.fields import Datetime
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.sql_db import BaseCursor, close_all

_logger = logging.getLogger(__name__)
#: A lost race or connection: a cron worker comes again.
AGAIN = (psycopg2.OperationalError, psycopg2.InterfaceError, ConcurrencyError)
#: Seconds until it does.
PAUSE = 0.2
#: {what a job is called here: (model, method, what the watchdog calls its queues)}
JOBS = {
    "climb": (
        "support.sla.cycle",
        "_cron_escalate",
        ("steps", "warnings", "notices", "mails"),
    ),
    "say": ("support.sla.cycle", "_say_in_pieces", ("notices", "mails")),
    "replan": ("support.sla.policy", "_cron_replan", ("plans",)),
    "read": ("support.whatsapp.event", "_cron_read", ("whatsapp_in",)),
    "send": ("support.whatsapp.message", "_cron_send", ("whatsapp_out",)),
    "fetch": ("support.whatsapp.message", "_cron_fetch", ("whatsapp_files",)),
}
forking = multiprocessing.get_context("fork")


class Stuck(Exception):
    """A crew does not finish, or one of it has failed."""


class Crew:
    """Processes that share one database.

    :param str database: with the addon
    :param list options: of Odoo's command line
    :param float patience: seconds after which a crew that has not finished is stuck
    """

    def __init__(self, database, options=(), patience=300):
        self.patience = patience
        odoo.tools.config.parse_config(["-d", database, *options], setup_logging=True)
        load_server_wide_modules()
        self.registry = Registry(database)

    @contextlib.contextmanager
    def transaction(self):
        """A transaction of its own, committed and told to the others.

        :return: its environment, the superuser's
        """
        self.registry.check_signaling()
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})
        self.registry.signal_changes()

    def ask(self, query):
        """Rows of a query."""
        with self.transaction() as env:
            env.cr.execute(query)
            return env.cr.fetchall()

    # -- processes --------------------------------------------------------------

    def start(self, act, *args, ahead=timedelta()):
        """Do something in a process of its own.

        :param callable act: takes this crew and the arguments
        :param timedelta ahead: how much its clock is fast
        :rtype: multiprocessing.Process
        """
        close_all()  # no process uses the connection of another one
        process = forking.Process(target=self._live, args=(act, args, ahead))
        process.start()
        return process

    def _live(self, act, args, ahead):
        random.seed()
        try:
            with shift_clock(ahead):
                act(self, *args)
        except Exception:
            _logger.exception("%s has failed", act.__name__)
            sys.exit(1)

    def finish(self, *processes):
        """Wait until all have ended.

        :raises Stuck: if one does not, or ended badly
        """
        until = time.monotonic() + self.patience
        for process in processes:
            process.join(max(0, until - time.monotonic()))
        alive = [process for process in processes if process.is_alive()]
        for process in alive:
            process.kill()
            process.join()
        if alive:
            raise Stuck(f"{len(alive)} of {len(processes)} did not finish")
        if any(process.exitcode for process in processes):
            raise Stuck("one of the processes has failed: see the log")

    def fire(self, job, kills, longest, workers=2, **how):
        """Workers do a job; again and again one of them is killed, at random points,
        and another one takes its place. Those that are left finish.

        :param str job: one of ``JOBS``
        :param int kills: how many die, if the work lasts so long
        :param float longest: seconds until the next one dies
        :return: how many died
        """
        crew = [self.start(work, job, **how) for _number in range(workers)]
        dead = 0
        while dead < kills:
            time.sleep(random.uniform(0, longest))
            alive = [one for one in crew if one.is_alive()]
            if not alive:
                break
            victim = random.choice(alive)
            victim.kill()
            victim.join()
            if victim.exitcode:  # else it was done in the meantime
                dead += 1
                crew[crew.index(victim)] = self.start(work, job, **how)
        self.finish(*crew)
        return dead


@contextlib.contextmanager
def shift_clock(ahead):
    """The clocks by which this process goes are fast, or, if negative, slow."""
    now, cursor_now = Datetime.now, BaseCursor.now
    with (
        patch.object(Datetime, "now", staticmethod(lambda *_args: now() + ahead)),
        patch.object(BaseCursor, "now", lambda cr: cursor_now(cr) + ahead),
    ):
        yield


def work(crew, job):
    """What a cron worker does, until nothing is left to do."""
    model, method, queues = JOBS[job]
    left = True
    while left and multiprocessing.parent_process().is_alive():
        try:
            with crew.transaction() as env:
                getattr(env[model], method)()
            with crew.transaction() as env:
                found = env["support.watch"]._get_queues()
                left = any(found[queue].waiting for queue in queues)
        except AGAIN as error:
            _logger.info("%s comes again: %s", job, error)
        if left:
            time.sleep(PAUSE)


def main(database, kills, seed):
    """Two workers climb all that is due, in small batches; so many of them die."""
    random.seed(seed)
    crew = Crew(database)
    from odoo.addons.support_policy.support_policy.escalation import due

    due.BATCH = 2
    sys.stdout.write(f"{crew.fire('climb', int(kills), longest=0.5)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
