"""The commands behind the Makefile and dev/odoo."""

import errno
import itertools
import os
import shutil
import signal
import subprocess
import sys

from . import databases, debian, lint, place, postgres, python_env, serve
from .databases import DEMO, TEST
from .place import ADDON, ADDONS, CACHE, DEV, HOME, LOG, PYTHON, VENV, Problem
from .progress import FULL, MAKE_ROOM, NEEDED, lock, run, say, step

PYTEST = [PYTHON, "-m", "pytest", "--rootdir=.", "-o", f"cache_dir={CACHE / 'pytest'}"]


def setup():
    """Everything up to the template database, silently when nothing has changed.

    Returns what the template is made of.
    """
    if not VENV.exists() and shutil.disk_usage(HOME).free < NEEDED:
        raise Problem(f"too little disk space: {MAKE_ROOM}")
    if LOG.exists() and LOG.stat().st_size > 20 * 2**20:
        LOG.unlink()
    odoo_identity = debian.ensure_odoo()
    python_env.ensure_venv()
    python_env.ensure_node()
    postgres.ensure_server()
    databases.ensure_config()
    return databases.ensure_base(odoo_identity)


def call(command, **options):
    """Run a program for the reader, in the environment, and return its exit code."""
    command = [str(part) for part in command]
    options.setdefault("env", databases.odoo_variables())
    return subprocess.run(command, check=False, **options).returncode


def become(*args):
    """Let the environment's Python take this process's place."""
    sys.stdout.flush()
    command = [str(part) for part in (PYTHON, *args)]
    os.execve(command[0], command, databases.odoo_variables())


def cmd_setup():
    """Set the environment up and do nothing else."""
    with lock():
        setup()


def cmd_run():
    """Odoo on the demo database."""
    serve.check_port()
    with lock():
        databases.ensure_demo(setup())
    serve.serve()


def cmd_test(*args):
    """Lint, the workshop's own tests, then the addon's on a new database.

    The arguments are pytest's, for the addon's.
    """
    with lock("test"):
        with lock():
            base_key = setup()
            debian.ensure_browser()
        lint.lint()
        with lock():
            databases.make_copy(TEST, base_key)
        check_workshop()
        # The addon is a package by the link's name, so pytest starts beside the link.
        odoo = [f"--odoo-database={TEST}", "--odoo-http"]
        return call([*PYTEST, f"{ADDON}/tests", *odoo, *args], cwd=ADDONS)


def check_workshop():
    """The workshop's own tests, with the caller's variables.

    That of the migrations needs the template with the addon.
    """
    # What lies above them is an addon, which nothing but Odoo can import.
    own = [*PYTEST, "-q", "-p", "no:odoo", "--confcutdir=."]
    if call(own, cwd=DEV / "tests", env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}):
        raise Problem("the workshop's own tests failed")


def cmd_lint(only=""):
    """All lints, or those of one tool."""
    with lock():
        setup()
    lint.lint(only=only)


def cmd_format():
    """Put the formatting right."""
    with lock():
        setup()
    lint.lint(fix=True)


def cmd_odoo(*args):
    """Odoo's own command line."""
    with lock():
        databases.ensure_named(named_database(args), setup())
    become("-m", "odoo", *args)


def named_database(args):
    """The database that Odoo's arguments name, if they do."""
    for this, following in itertools.zip_longest(args, args[1:]):
        if this in ("-d", "--database"):
            return following
        for prefix in ("--database=", "-d"):
            if this.startswith(prefix):
                return this.removeprefix(prefix)
    return None


def cmd_shell(database=DEMO):
    """Odoo's Python shell."""
    cmd_odoo("shell", "-d", database, "--no-http")


def cmd_python(*args):
    """The environment's Python."""
    cmd_setup()
    become(*args)


def cmd_mail(file="", database=DEMO):
    """Deliver a message to the running Odoo."""
    cmd_setup()
    serve.deliver(file, database)


def cmd_whatsapp(text="", person=""):
    """Write to the running Odoo by WhatsApp."""
    cmd_setup()
    serve.write_by_whatsapp(text, person)


def cmd_play(*scripts):
    """Run scripts in Odoo's shell, each on a database that is dropped afterwards."""
    scratch = f"support_policy_scratch_{os.getpid()}"
    shell = [PYTHON, "-m", "odoo", "shell", "-d", scratch, "--no-http"]
    if not scripts:
        raise Problem("no script to run")
    for script in scripts:
        with open(script, "rb") as source:
            with lock():
                databases.make_copy(scratch, setup())
            try:
                code = call([*shell, *databases.QUIET], stdin=source)
            finally:
                databases.drop(scratch)
        if code:
            return code
    return 0


def cmd_storm(cycles, kills, histories, seed="", *only):
    """Break everything on purpose, on a database that is dropped afterwards."""
    filled, broken = (
        f"support_policy_{what}_{os.getpid()}" for what in ("storm", "broken")
    )
    # it restarts PostgreSQL: with the caller's variables, which say whose that is
    theirs = {key: os.environ[key] for key in postgres.THEIRS if key in os.environ}
    command = [PYTHON, "-B", DEV / "storm.py", filled, broken, cycles, kills, seed]
    with lock("test"):
        with lock():
            databases.make_copy(filled, setup())
        try:
            told = 0 if only else play_histories(filled, histories)
            return call([*command, *only], env=place.variables(**theirs)) or told
        finally:
            databases.drop(filled)
            databases.drop(broken)


def play_histories(database, number):
    """Random histories of a request, against the model of the policy."""
    played = [*PYTEST, "-q", f"{ADDON}/tests/test_sla_history.py", "-k", "any_history"]
    env = databases.odoo_variables() | {"STORM_EXAMPLES": number}
    return call([*played, f"--odoo-database={database}"], cwd=ADDONS, env=env)


def cmd_lock():
    """Choose the newest versions of everything and write the lock files anew."""
    cmd_setup()
    with step("requirements.lock"):
        excluded = HOME / "cache/excluded"
        excluded.write_text("odoo\n")  # comes from Debian
        uv = [VENV / "bin/uv", "pip", "compile", "requirements.in", "--upgrade"]
        uv += ["--universal", "--python-version=3.10", f"--excludes={excluded}"]
        uv += ["--generate-hashes", "--no-annotate", "--no-header"]
        run([*uv, "-o", "requirements.lock"], "uv found no solution", cwd=DEV)
    with step("package-lock.json"):
        # A lock file that names no host works with any registry.
        options = ["--package-lock-only", "--omit-lockfile-registry-resolved"]
        npm = [*python_env.NPM, "update", *options]
        run(npm, "npm found no solution", cwd=DEV)
    if not place.ODOO_SOURCE:
        with step(debian.LOCK.name):
            debian.move_lock()


def cmd_clean_env():
    """Stop PostgreSQL and remove the environment."""
    if any(HOME.iterdir()) and not LOG.exists():
        raise Problem(f"{HOME} does not look like the environment: remove it by hand")
    with lock("test"), lock():
        postgres.stop()
        with step(f"removing {HOME}"):
            shutil.rmtree(HOME)


def interrupt(*_):
    """End like Ctrl-C, so that started programs are stopped too."""
    raise KeyboardInterrupt


def main():
    """Run the named command; what the reader can put right is said in one line."""
    os.umask(0o022)  # PostgreSQL may run as another user and must read its programs
    signal.signal(signal.SIGTERM, interrupt)
    name, *args = sys.argv[1:]
    command = globals()[f"cmd_{name.replace('-', '_')}"]
    try:
        place.check()
        sys.exit(command(*args))
    except Problem as problem:
        say(f"support_policy: {problem}")
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        if not full and shutil.disk_usage(HOME).free > FULL:
            raise
        say(f"support_policy: the disk is full: {MAKE_ROOM}")
    except KeyboardInterrupt:
        say("\nsupport_policy: interrupted; the next command goes on from here")
    sys.exit(1)
