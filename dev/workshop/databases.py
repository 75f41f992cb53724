"""The databases: templates without and with the addon, and copies of them."""

# click-odoo-contrib (1.24) runs on Odoo 19, but what it would replace here does more:
# its initdb keys one template by every file below the addon's folder, .git and README
# included, so each commit would install all modules anew (26 s, not 6), loads no
# language, and stores the template's attachments in the database; copydb starts Odoo to
# copy (2 s, not 0.5) and shares attachments by rsync only; update goes by sums that its
# own initdb has stored; makepot needs gettext and merges no i18n_extra.

import hashlib
import os
import shutil
import subprocess

from . import postgres
from .place import (
    ADDON,
    ADDONS,
    CHECKOUT,
    MAIL_PORT,
    PYTHON,
    RC,
    variables,
    write,
)
from .progress import run, step
from .python_env import LOCK

# Templates: Odoo with the base modules; the same with the addon. Nobody works in them.
BASE, INSTALLED = "support_policy_base", "support_policy_installed"
TEST, DEMO = "support_policy_test", "support_policy_demo"
BASE_MODULES = "helpdesk_mgmt,account,phone_validation"
LANGUAGES = "en_US,ar_001"  # the first is the default
# The parts of the checkout that an installed addon depends on.
INSTALLS = ("__", "support_policy/", "data/", "demo/", "i18n/", "security/", "static/")
INSTALLS += ("migrations/", "views/")
# Only what concerns the addon: not the warnings about a library that Odoo uses.
QUIET = ["--log-level=warn", "--log-handler=py.warnings:ERROR"]
CONFIG = """[options]
addons_path = {addons}
data_dir = {data}
{address}list_db = False
http_interface = 127.0.0.1
max_cron_threads = 0
smtp_server = 127.0.0.1
smtp_port = {mail_port}
"""


def odoo_variables():
    """The variables for Odoo: with the server's address."""
    return variables(**postgres.connection())


def odoo(database, *args, hint):
    """Run Odoo on a database, with its output in the log, to the end of set-up."""
    command = [PYTHON, "-m", "odoo", "-d", database, *args, "--stop-after-init"]
    run(command, hint, env=odoo_variables())


def ensure_config():
    """Odoo's settings, and the link that gives the checkout the addon's name."""
    named = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER"}
    known = postgres.connection()
    address = [f"{key} = {known[v]}\n" for key, v in named.items() if v in known]
    values = {"addons": ADDONS, "data": postgres.data_folder(), "mail_port": MAIL_PORT}
    write(RC, CONFIG.format(address="".join(address), **values))
    link = ADDONS / ADDON
    if not link.is_symlink() or os.readlink(link) != str(CHECKOUT):
        ADDONS.mkdir(exist_ok=True)
        fresh = ADDONS / ".link"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(CHECKOUT)
        fresh.rename(link)


def ensure_base(odoo_identity):
    """The template with Odoo, the base modules and Arabic. Returns what it is of."""
    parts = [odoo_identity, BASE_MODULES, LANGUAGES, LOCK.read_text()]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    if made_of(BASE) != key:
        with step("the template database (a minute)"):
            drop(BASE)
            install = ["-i", BASE_MODULES, f"--load-language={LANGUAGES}"]
            hint = "Odoo could not make the template database"
            odoo(BASE, *install, "--without-demo", hint=hint)
            stamp(BASE, key)
    return key


def ensure_installed(base_key):
    """The template with the addon as it is in the checkout, without demo data."""
    key = f"{base_key} {addon_key()}"
    if made_of(INSTALLED) != key:
        with step("installing the addon"):
            clone(BASE, INSTALLED)
            hint = "the addon could not be installed"
            odoo(INSTALLED, "-i", ADDON, "--without-demo", hint=hint)
            stamp(INSTALLED, key)


def make_copy(name, base_key):
    """A new database with the addon, without demo data."""
    ensure_installed(base_key)
    clone(INSTALLED, name)
    stamp(name, made_of(INSTALLED))


def ensure_demo(base_key):
    """The demo database: made once; updated, with its data, for a changed checkout."""
    key, before = f"{base_key} {addon_key()}", made_of(DEMO)
    if before == key:
        return
    if before:
        what = ADDON if before.split()[0] == base_key else "base"
        with step("updating the demo database"):
            hint = "the addon could not be updated"
            odoo(DEMO, "-u", what, "--with-demo", hint=hint)
    else:
        with step("the demo database"):
            clone(BASE, DEMO)
            # As if the base modules had theirs, so that only the addon's is loaded.
            claim = "UPDATE ir_module_module SET demo = true WHERE state = 'installed'"
            postgres.sql(claim, DEMO)
            hint = "the addon could not be installed"
            odoo(DEMO, "-i", ADDON, "--with-demo", hint=hint)
    stamp(DEMO, key)


def ensure_named(name, base_key):
    """Make one of the known databases, when a command names it and it is not there."""
    if name == TEST and made_of(TEST) is None:
        make_copy(TEST, base_key)
    elif name == DEMO and made_of(DEMO) is None:
        ensure_demo(base_key)


def addon_key():
    """A fingerprint of everything that an installed addon depends on."""
    digest = hashlib.sha256()
    for name in files():
        if name.startswith(INSTALLS):
            digest.update(name.encode() + b"\0" + (CHECKOUT / name).read_bytes())
    return digest.hexdigest()


def files():
    """The checkout's files: those git tracks, and new ones it does not ignore."""
    git = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "-co", "--exclude-standard"]
    names = []
    if shutil.which("git"):
        listed = subprocess.run(git, capture_output=True, text=True, check=False)
        names = listed.stdout.split("\0")[:-1]
    if not names:  # an unpacked archive
        paths = (path.relative_to(CHECKOUT) for path in CHECKOUT.rglob("*"))
        names = [str(path) for path in paths if path.parts[0] != ".git"]
    return sorted({name for name in names if (CHECKOUT / name).is_file()})


def made_of(database):
    """What the database was made of, kept as its comment.

    Empty for one that was not finished, None for one that is not there.
    """
    query = "SELECT '=' || coalesce(shobj_description(oid, 'pg_database'), '')"
    row = postgres.sql(f"{query} FROM pg_database WHERE datname = '{database}'")
    return row[1:] if row else None


def stamp(database, key):
    """Say what the database was made of."""
    postgres.sql(f"COMMENT ON DATABASE {database} IS '{key}'")


def clone(source, name):
    """Copy a database; its attachments' files never change, so they are shared."""
    drop(name)
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {source}")
    store = postgres.data_folder() / "filestore"
    if (store / source).exists():
        shutil.copytree(store / source, store / name, copy_function=os.link)


def drop(name):
    """Remove a database and its attachments."""
    postgres.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    store = postgres.data_folder() / "filestore"
    shutil.rmtree(store / name, ignore_errors=True)
