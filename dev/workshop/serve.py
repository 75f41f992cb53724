"""Odoo with its mail: run the server and the mail catcher, and bring mail in."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from .databases import DEMO, QUIET, odoo_variables
from .place import (
    DEV,
    DIST_PACKAGES,
    MAIL,
    MAIL_PORT,
    ODOO_SOURCE,
    PORT,
    PYTHON,
    Problem,
)
from .progress import say

LOGINS = "admin, agent, leader, manager, executive, finance, compliance, trainee"
PATIENCE = 15  # seconds between asking a server to stop and stopping it
WELCOME = f"""
  Odoo    http://127.0.0.1:{PORT}
  Logins  {LOGINS} (the password is the login)
  Mail    what Odoo sends is kept in {MAIL}; nothing leaves this machine
          make mail FILE=message.eml brings a message in
  Stop    Ctrl-C
"""


def busy(port):
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            return True
    return False


def check_port():
    """Refuse early, before the set-up takes its minutes."""
    if busy(PORT):
        raise Problem(f"port {PORT} is in use: choose another, make run PORT=8070")


def serve():
    """Odoo on the demo database until Ctrl-C; what it sends lands in files."""
    mail_port = next(port for port in range(MAIL_PORT, 65536) if not busy(port))
    odoo = [PYTHON, "-m", "odoo", "-d", DEMO, f"--http-port={PORT}"]
    odoo += [f"--smtp-port={mail_port}", "--max-cron-threads=1", *QUIET]
    # Odoo's own mailgate comes in by this door, though it is to go away some day.
    odoo += ["--log-handler=odoo.addons.rpc.controllers.xmlrpc:ERROR"]
    with contextlib.ExitStack() as stack:
        start(stack, [PYTHON, DEV / "mail_catcher.py", mail_port, MAIL])
        server = start(stack, odoo)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, leave)
        while not busy(PORT) and server.poll() is None:
            time.sleep(0.2)
        if server.poll() is None:
            print(WELCOME, flush=True)
        raise Problem(f"Odoo has ended by itself (exit code {server.wait()})")


def leave(*_):
    """Ctrl-C is the way to end: no failure."""
    say("\n  stopping …")
    raise SystemExit(0)


def start(stack, command):
    """Start a program that is stopped when the stack is left.

    In a session of its own: Ctrl-C reaches this process only, which stops the rest.
    """
    options = {"stdin": subprocess.DEVNULL, "start_new_session": True}
    command = [str(part) for part in command]
    process = subprocess.Popen(command, env=odoo_variables(), **options)
    stack.callback(stop, process)
    return process


def stop(process):
    """Ask a program to stop, then make it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def deliver(file, database):
    """Hand a raw message to the running Odoo as a mail server does: by its mailgate."""
    if not Path(file).is_file():
        raise Problem(f"no message at “{file}”: make mail FILE=message.eml")
    if not busy(PORT):
        raise Problem(f"no Odoo on port {PORT}: start it in another terminal, make run")
    gate = "addons/mail/static/scripts/odoo-mailgate.py"
    roots = [DIST_PACKAGES / "odoo"]
    if ODOO_SOURCE:
        roots = [ODOO_SOURCE, ODOO_SOURCE / "odoo"]
    script = next(root / gate for root in roots if (root / gate).exists())
    command = [PYTHON, script, "-d", database, "--host=127.0.0.1", f"--port={PORT}"]
    admin = ["-u", "2", "-p", "admin"]
    with open(file, "rb") as message:
        options = {"stdin": message, "env": odoo_variables()}
        code = subprocess.run([*command, *admin], check=False, **options).returncode
    if code:
        raise Problem(f"Odoo did not take the message (mailgate's exit code: {code})")
    say(f"  {file} is delivered to {database}")
