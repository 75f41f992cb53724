"""Odoo with its mail and its WhatsApp: run the server, the mail catcher and Meta's
stand-in, and bring messages in."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import postgres
from .databases import DEMO, QUIET, odoo_variables
from .place import (
    DEV,
    DIST_PACKAGES,
    MAIL,
    MAIL_PORT,
    ODOO_SOURCE,
    PORT,
    PYTHON,
    WHATSAPP_PORT,
    Problem,
)
from .progress import say

LOGINS = "admin, agent, leader, manager, executive, finance, compliance, trainee"
WHATSAPP = (PYTHON, DEV / "whatsapp.py")
PATIENCE = 15  # seconds between asking a server to stop and stopping it
WELCOME = f"""
  Odoo      http://127.0.0.1:{PORT}
  Logins    {LOGINS} (the password is the login)
  Mail      what Odoo sends is kept in {MAIL}; nothing leaves this machine
            make mail FILE=message.eml brings a message in
  WhatsApp  what Odoo sends is shown here
            make whatsapp TEXT="السلام عليكم" writes to it
  Stop      Ctrl-C
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


def first_free(port):
    """The first port from this one on that nobody listens on."""
    return next(number for number in range(port, 65536) if not busy(number))


def check_port():
    """Refuse early, before the set-up takes its minutes."""
    if busy(PORT):
        raise Problem(f"port {PORT} is in use: choose another, make run PORT=8070")


def serve():
    """Odoo on the demo database until Ctrl-C; what it sends lands in files."""
    mail_port, meta_port = first_free(MAIL_PORT), first_free(WHATSAPP_PORT)
    odoo = [PYTHON, "-m", "odoo", "-d", DEMO, f"--http-port={PORT}"]
    odoo += [f"--smtp-port={mail_port}", "--max-cron-threads=1", *QUIET]
    # Odoo's own mailgate comes in by this door, though it is to go away some day.
    odoo += ["--log-handler=odoo.addons.rpc.controllers.xmlrpc:ERROR"]
    odoo += ["--log-handler=httpx:WARNING"]  # the stand-in says it better
    with contextlib.ExitStack() as stack:
        start(stack, [PYTHON, DEV / "mail_catcher.py", mail_port, MAIL])
        start(stack, [*WHATSAPP, "serve", meta_port, connect_whatsapp(meta_port)])
        server = start(stack, odoo)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, leave)
        while not busy(PORT) and server.poll() is None:
            time.sleep(0.2)
        if server.poll() is None:
            print(WELCOME, flush=True)
        raise Problem(f"Odoo has ended by itself (exit code {server.wait()})")


def connect_whatsapp(port):
    """Let the demo's WhatsApp number use the stand-in on this port; its webhook."""
    address = f"http://127.0.0.1:{port}/v24.0"
    postgres.sql(f"UPDATE support_whatsapp_account SET api_url = '{address}'", DEMO)
    return find_webhook(DEMO)


def find_webhook(database):
    """Where the stand-in for Meta calls the demo's WhatsApp number."""
    number = "SELECT min(id) FROM support_whatsapp_account WHERE active"
    return f"http://127.0.0.1:{PORT}/support/whatsapp/{postgres.sql(number, database)}"


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


def write_by_whatsapp(text, person):
    """Write to the running Odoo by WhatsApp, as a requester does."""
    if not text:
        raise Problem('nothing to say: make whatsapp TEXT="السلام عليكم"')
    if not busy(PORT):
        raise Problem(f"no Odoo on port {PORT}: start it in another terminal, make run")
    command = [*WHATSAPP, "say", find_webhook(DEMO), text, person]
    command = [str(part) for part in command]
    code = subprocess.run(command, check=False, env=odoo_variables()).returncode
    if code:
        raise Problem(f"Odoo did not take the message (exit code {code})")


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
