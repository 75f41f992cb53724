"""Odoo and its fonts from Debian: checked by apt, unpacked without root.

Chromium, which does need root, is installed only where the machine has none.
"""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import apt
from .apt import ELSEWHERE
from .place import (
    DEBIAN,
    DEV,
    DIST_PACKAGES,
    FONTS_CONF,
    HOME,
    ODOO_SOURCE,
    Problem,
    variables,
    write,
)
from .progress import replace_folder, run, say, step

# Odoo's package, its version and the SHA-256 of its file.
LOCK = DEV / "odoo.lock"
ODOO_SUITE = "sid"
# Its fonts and scripts as Odoo was made for: a newer icon font has other icons.
FONTS_SUITE = "trixie"
# As Odoo's tests look for them.
BROWSERS = ["google-chrome", "chromium", "chromium-browser", "google-chrome-stable"]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{}</dir>
</fontconfig>
"""


def ensure_odoo():
    """Odoo 19 is there: what ODOO_SOURCE names, else Debian's. Returns its identity."""
    if ODOO_SOURCE:
        return f"{ODOO_SOURCE} {check_release(ODOO_SOURCE)}"
    stamp, (package, version, _digest) = DEBIAN / ".stamp", read_lock()
    # What is there and, if that is another one, the pin in whose place it was taken.
    known = stamp.read_text().splitlines() if stamp.exists() else []
    if f"{package} {version}" not in known:
        with step("Odoo 19 from Debian, 125 MB"):
            fetch_odoo()
        known = stamp.read_text().splitlines()
    # Arabic for the browser, wherever it runs.
    write(FONTS_CONF, FONTS.format(DEBIAN / "usr/share/fonts"))
    return known[0]


def read_lock():
    """What is pinned: a package, its version and its file's hash."""
    return LOCK.read_text().split()


def move_lock():
    """Pin the version that Debian has now; the next set-up takes it."""
    package = read_lock()[0]
    newest, digest = apt.offers(package, apt.use(ODOO_SUITE))[0]
    write(LOCK, f"{package} {newest} {digest}\n")


def choose(pin, offers):
    """The version to take, and the hash its file must have.

    Debian keeps only the newest. When that is no longer the pinned one it is taken all
    the same, on the word of the suite's signature.

    :param pin: package, version and hash
    :param offers: what the mirror has, as (version, hash), newest first
    """
    package, version, digest = pin
    if version in dict(offers):
        return version, digest
    newest = offers[0]
    say(
        f"\n  note: dev/{LOCK.name} is out of date, Debian has {package} {newest[0]}"
        f" instead of {version}: `make lock` moves it"
    )
    return newest


def check_hash(file, digest):
    """Refuse a file that is not the one that was meant."""
    if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
        raise Problem(
            f"{file} has another SHA-256 than dev/{LOCK.name} says, so it is not used:"
            " the mirror or the lock file was tampered with"
        )


def check_release(root):
    """Odoo's version, if it is 19."""
    release = Path(root) / "odoo" / "release.py"
    if not release.exists():
        raise Problem(f"no Odoo at {root} (odoo/release.py is missing): {ELSEWHERE}")
    major = (
        re.search(r"version_info = \((.+?),", release.read_text()).group(1).strip("'\"")
    )
    if major != "19":
        raise Problem(f"{root} holds Odoo {major}, the addon needs 19: {ELSEWHERE}")
    commit = subprocess.run(
        ["git", "-C", root, "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{major} {commit.stdout.strip()}"


def fetch_odoo():
    """Debian's tree as Debian lays it out: the links from Odoo to fonts hold."""
    fresh = HOME / "debian.tmp"
    shutil.rmtree(fresh, ignore_errors=True)
    package, pinned, _digest = pin = read_lock()
    options = apt.use(ODOO_SUITE)
    version, digest = choose(pin, apt.offers(package, options))
    odoo = apt.download([f"{package}={version}"], options)[0]
    check_hash(odoo, digest)
    depends = apt.field(odoo, "Depends")
    needs = re.findall(r"(?:^|, )((?:fonts|libjs)-[a-z0-9-]+)", depends)
    apt.unpack([*needs, "fonts-noto-core"], FONTS_SUITE, fresh)

    root = DIST_PACKAGES.relative_to(DEBIAN)
    # Half of Odoo's disk space is translations: of those, keep the Arabic ones.
    part = ["--exclude=*/i18n/[!a]*.po", "--exclude=*/i18n/a[!r]*.po", f"./{root}/odoo"]
    pipe = 'set -o pipefail; dpkg-deb --fsys-tarfile "$0" | tar -x -C "$@"'
    run(["bash", "-c", pipe, odoo, fresh, *part], apt.UNPACK)
    check_release(fresh / root)

    # Debian leaves this file out but an assets bundle lists it: an error on each page.
    absent = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    (fresh / root / absent).parent.mkdir(parents=True, exist_ok=True)
    (fresh / root / absent).touch()
    for link in (fresh / root).rglob("*"):
        if link.is_symlink() and not link.exists():
            say(f"\n  note: {link.name} is a link to nothing in Debian's package")
    known = dict.fromkeys([f"{package} {version}", f"{package} {pinned}"])
    (fresh / ".stamp").write_text("\n".join(known))
    replace_folder(fresh, DEBIAN)
    shutil.rmtree(apt.DEBS)


def ensure_browser():
    """A browser that Odoo's tests find; installed by apt where that is allowed."""
    if any(map(shutil.which, BROWSERS)):
        return
    advice = "no chromium for the browser tests: run `apt-get install chromium` as root"
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not all(map(shutil.which, ["apt-get", *sudo[:1]])):
        raise Problem(advice)
    with step("chromium"):
        quiet = {"tail": 2, "env": variables(DEBIAN_FRONTEND="noninteractive")}
        install = ["apt-get", "-qy", "install", "--no-install-recommends", "chromium"]
        run([*sudo, "apt-get", "-q", "update"], advice, **quiet)
        run([*sudo, *install], advice, **quiet)
