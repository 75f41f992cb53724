"""Storms over what the helpdesk stands on: database, mail server, disk, server."""

import os
import pwd
import random
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from house_crew import work
from workshop import databases, postgres, serve
from workshop.place import DEV, MAIL_PORT, PORT, PYTHON

from odoo.tools import config

from . import people, whatsapp
from .world import LEFT, Broken

SERVER = Path(__file__).parent / "server.py"
#: By when what has failed is tried again.
LATER = timedelta(minutes=10)
#: Seconds that the server has for each request.
EACH = 0.2


def restart_postgresql(world, times=3):
    """R10: nobody's request is to blame for it, and all of them climb."""
    with people.People(world, people.edits) as others:
        crew = [world.crew.start(work, "climb") for _number in range(2)]
        restarts = 0
        while restarts < times and any(one.is_alive() for one in crew):
            time.sleep(random.uniform(1, 4))
            _restart(world)
            restarts += 1
        world.crew.finish(*crew)
    world.rest("climb")
    return f"{restarts} restarts, {world.check_climbed()} climbs; {others}"


def _restart(world):
    """Our own server; of somebody else's, only the connections to the scratch."""
    if postgres.EXTERNAL:
        backends = f"pg_stat_activity WHERE datname = '{world.scratch}'"
        postgres.sql(f"SELECT pg_terminate_backend(pid) FROM {backends}")
    else:
        postgres.stop()
        postgres.start()


def mail_server_down(world):
    """R10: the climb does not mind, and the mails leave when the server is back."""
    config["smtp_port"] = port = serve.first_free(MAIL_PORT)
    world.rest("climb")
    climbs = world.check_climbed()
    mails = world.count("mail_mail")
    world.crew.finish(world.crew.start(send_mails))
    kept = world.count("mail_mail WHERE state = 'outgoing'")
    world.check(kept=(kept, mails))
    catcher = [PYTHON, DEV / "mail_catcher.py", port]
    with TemporaryDirectory() as folder, running(*catcher, folder):
        while not serve.busy(port):
            time.sleep(0.1)
        world.tell("UPDATE mail_mail SET scheduled_date = NULL")  # time passes
        world.crew.finish(world.crew.start(send_mails))
        caught = [path.read_bytes() for path in Path(folder).iterdir()]
    readers = {content.split(b"\n")[1] for content in caught}
    world.check(caught=(len(caught), mails), of_each_reader=(len(readers), mails))
    return f"{climbs} climbs, {mails} mails kept, {len(caught)} sent afterwards"


def send_mails(crew):
    """The job of Odoo's own that empties the queue of mails."""
    with crew.transaction() as env:
        env["mail.mail"].process_email_queue()


def fill_the_disk(world):
    """R10: a file that cannot be stored is fetched again, once."""
    with whatsapp.stand_in(world) as api:
        api.write()
        world.rest("read")
        with read_only(postgres.data_folder() / "filestore" / world.scratch):
            world.crew.finish(world.crew.start(work_as_anybody, "fetch"))
        missing = world.count(whatsapp.IN.format("= 'fetching'"))
        world.check(missing=(missing, api.number))
        world.rest("fetch", ahead=LATER)
        whatsapp.check_files(world, api)
    return f"{api.number} files fetched, after {missing} could not be stored"


@contextmanager
def read_only(folder):
    """Nobody but root can write to any folder in it."""
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    try:
        yield
    finally:
        for path in folders:
            path.chmod(0o755)


def work_as_anybody(crew, job):
    """Root minds no permissions, so it becomes somebody who does."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    work(crew, job)


def serve_under_fire(world):
    """R4, R10: Odoo's own server, with two workers for requests and two for jobs, of
    which some die."""
    world.start_jobs("escalate", "replan")
    http, gevent = (
        serve.first_free(int(PORT) + 1000),
        serve.first_free(int(PORT) + 2000),
    )
    command = [PYTHON, SERVER, "server", "-d", world.scratch, "--workers=2"]
    command += ["--max-cron-threads=2", f"--http-port={http}"]
    command += [f"--gevent-port={gevent}", f"--logfile={config['logfile']}"]
    dead, until = 0, time.monotonic() + 60 + world.cycles * EACH
    acts = (people.edits, people.answers, people.messages)
    with running(*command) as server, people.People(world, *acts) as others:
        while left := world.count(LEFT):
            if time.monotonic() > until:
                raise Broken(f"{left} requests have not climbed")
            time.sleep(random.uniform(1, 5))
            _wake(world)
            if dead < world.kills:
                dead += _kill_a_worker(server)
    world.rest("climb")
    return f"{dead} workers killed, {world.check_climbed()} climbs; {others}"


@contextmanager
def running(*command):
    """A program that runs meanwhile; what it says is in the log."""
    options = {"stdin": subprocess.DEVNULL, "start_new_session": True}
    with open(config["logfile"], "ab") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=databases.odoo_variables(),
            stdout=log,
            stderr=log,
            **options,
        )
    try:
        yield process
    finally:
        serve.stop(process)
        process.wait()


def _wake(world):
    """Jobs are looked for at once, not within a minute: as Odoo itself tells it."""
    postgres.sql(f"NOTIFY cron_trigger, '{world.scratch}'")


def _kill_a_worker(server):
    """Kill one that the server has started; it starts another."""
    workers = psutil.Process(server.pid).children()
    if not workers:
        return False
    random.choice(workers).kill()
    return True


STORMS = {
    "PostgreSQL restarts under the workers": restart_postgresql,
    "the mail server is down": mail_server_down,
    "the filestore is read-only": fill_the_disk,
    "a server with workers, some killed": serve_under_fire,
}
