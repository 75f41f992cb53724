"""One line per long step, the programs' own words in a log, failures in one line."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time

from .place import HOME, LOG, Problem, variables

NEEDED = 3 * 2**30  # bytes that a new environment takes
FULL = 64 * 2**20  # a disk with less than this is full
MAKE_ROOM = f"free about 3 GB at {HOME}, or set SUPPORT_POLICY_DEV to a larger disk"


def say(text, end="\n"):
    """Words for the reader: on stderr, since stdout belongs to the command."""
    print(text, end=end, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """Show what is being done and, when it is done, how long it took."""
    began, done = time.monotonic(), threading.Event()
    live = sys.stderr.isatty()

    def tick():
        while not done.wait(1):
            say(f"\r  {title} … {time.monotonic() - began:.0f} s", end="")

    say(f"  {title} …", end="")
    ticker = threading.Thread(target=tick, daemon=True)
    if live:
        ticker.start()
    outcome = "stopped"
    try:
        yield
        outcome = f"{time.monotonic() - began:.1f} s"
    except Problem:
        outcome = "failed"
        raise
    finally:
        done.set()
        if live:
            ticker.join()
        say(f"\r  {title} … {outcome}" if live else f" {outcome}")


def run(command, hint, tail=20, **options):
    """Run a program with its output in the log.

    If it fails, show so many of its last lines and what to do about it: the hint.
    """
    command = [str(part) for part in command]
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        options = {"env": variables(), **options}
        options |= {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        try:
            code = subprocess.run(command, check=False, **options).returncode
        except FileNotFoundError:
            raise Problem(f"{command[0]} is not there: {hint}") from None
    if code:
        raise failure(hint, tail)


def failure(hint, tail):
    """The problem behind a failed program, after the end of what it said."""
    if shutil.disk_usage(HOME).free < FULL:
        return Problem(f"the disk is full: {MAKE_ROOM}")
    said = LOG.read_text(errors="replace").rpartition("\n$ ")[2].splitlines()
    for line in ["", f"$ {said[0][:100]}", *said[1:][-tail:]]:
        say(f"    {line}".rstrip())
    return Problem(f"{hint} (the whole log: {LOG})")


@contextlib.contextmanager
def lock(name="setup"):
    """Only one command at a time; the others wait and say so."""
    with (HOME / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  waiting for another command that uses {HOME} …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def replace_folder(fresh, final):
    """Put a finished folder in its place: it is there whole, or not at all."""
    if final.exists():
        old = final.with_name(final.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        os.rename(final, old)
        shutil.rmtree(old, ignore_errors=True)
    os.rename(fresh, final)
