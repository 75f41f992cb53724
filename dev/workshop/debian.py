"""Odoo and its fonts from Debian: checked by apt, unpacked without root.

Chromium, which does need root, is installed only where the machine has none.
"""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from .place import (
    DEBIAN,
    DIST_PACKAGES,
    FONTS_CONF,
    HOME,
    ODOO_SOURCE,
    Problem,
    variables,
    write,
)
from .progress import replace_folder, run, say, step

APT = HOME / "apt"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ODOO_SUITE = "sid"
# Its fonts and scripts as Odoo was made for: a newer icon font has other icons.
FONTS_SUITE = "trixie"
OFFLINE = "apt could not download: check the network (or apt's proxy) and try again"
UNPACK = "a package could not be unpacked"
ELSEWHERE = "set ODOO_SOURCE to a checkout of Odoo 19"
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
    stamp = DEBIAN / ".stamp"
    if not stamp.exists():
        with step("Odoo 19 from Debian, 125 MB"):
            fetch_odoo()
    # Arabic for the browser, wherever it runs.
    write(FONTS_CONF, FONTS.format(DEBIAN / "usr/share/fonts"))
    return stamp.read_text()


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
    odoo = download(["odoo-19"], ODOO_SUITE)[0]
    needs = re.findall(r"(?:^|, )((?:fonts|libjs)-[a-z0-9-]+)", field(odoo, "Depends"))
    unpack([*needs, "fonts-noto-core"], FONTS_SUITE, fresh)

    root = DIST_PACKAGES.relative_to(DEBIAN)
    # Half of Odoo's disk space is translations: of those, keep the Arabic ones.
    part = ["--exclude=*/i18n/[!a]*.po", "--exclude=*/i18n/a[!r]*.po", f"./{root}/odoo"]
    pipe = 'set -o pipefail; dpkg-deb --fsys-tarfile "$0" | tar -x -C "$@"'
    run(["bash", "-c", pipe, odoo, fresh, *part], UNPACK)
    check_release(fresh / root)

    # Debian leaves this file out but an assets bundle lists it: an error on each page.
    absent = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    (fresh / root / absent).parent.mkdir(parents=True, exist_ok=True)
    (fresh / root / absent).touch()
    for link in (fresh / root).rglob("*"):
        if link.is_symlink() and not link.exists():
            say(f"\n  note: {link.name} is a link to nothing in Debian's package")
    (fresh / ".stamp").write_text(f"odoo-19 {field(odoo, 'Version')}")
    replace_folder(fresh, DEBIAN)
    shutil.rmtree(APT / "debs")


def unpack(packages, suite, folder):
    """Download Debian packages and unpack them into a folder."""
    for deb in download(packages, suite):
        run(["dpkg-deb", "-x", deb, folder], UNPACK)


def field(deb, name):
    """One field of a package's control file."""
    command = ["dpkg-deb", "-f", deb, name]
    return subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.strip()


def download(packages, suite):
    """Packages from a Debian suite, by the machine's mirror, in apt folders of ours.

    apt checks the suite's signature and each package's hash. Returns the files.
    """
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Problem(
                f"{tool} is missing, so Debian's Odoo cannot be had: {ELSEWHERE}"
            )
    debs = APT / "debs"
    for folder in (debs, APT / "lists/partial", APT / "cache/archives/partial"):
        folder.mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    sources = APT / "sources.list"
    write(sources, f"deb {signed}{mirror()} {suite} main\n")
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::Lists": APT / "lists",
        "Dir::Cache": APT / "cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "2",
        "APT::Sandbox::User": "root",  # apt's own user may not be let in
        "APT::Update::Error-Mode": "any",  # else a failed update is only a warning
    }
    options = [
        part for item in settings.items() for part in ("-o", "{}={}".format(*item))
    ]
    apt = ["apt-get", "-q", *options]
    run([*apt, "update"], OFFLINE, tail=2)
    run([*apt, "download", *packages], OFFLINE, tail=2, cwd=debs)
    return [max(debs.glob(f"{name}_*.deb"), key=os.path.getmtime) for name in packages]


def mirror():
    """The Debian mirror this machine uses already."""
    show = [
        "apt-get",
        "indextargets",
        "--no-release-info",
        "--format",
        "$(SITE) $(RELEASE)",
    ]
    lines = subprocess.run(
        show, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "sid")
    sites = [
        line.split()[0].rstrip("/") for line in lines if line.endswith(f" {codename}")
    ]
    debian = [site for site in sites if site.endswith("/debian")]
    if not debian:
        raise Problem(
            f"apt knows no Debian mirror, so Debian's Odoo cannot be had: {ELSEWHERE}"
        )
    return debian[0]


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
