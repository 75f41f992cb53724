"""Packages from a Debian suite: by the machine's mirror, in apt folders of ours.

apt checks the suite's signature and each package's hash; nothing here needs root.
"""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from .place import HOME, Problem, write
from .progress import run

APT = HOME / "apt"
DEBS = APT / "debs"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OFFLINE = "apt could not download: check the network (or apt's proxy) and try again"
UNPACK = "a package could not be unpacked"
ELSEWHERE = "set ODOO_SOURCE to a checkout of Odoo 19"


def use(suite):
    """Read a suite's lists anew. Returns the options for further commands of apt."""
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Problem(
                f"{tool} is missing, so Debian's Odoo cannot be had: {ELSEWHERE}"
            )
    for folder in (DEBS, APT / "lists/partial", APT / "cache/archives/partial"):
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
    run(["apt-get", "-q", *options, "update"], OFFLINE, tail=2)
    return options


def offers(package, options):
    """The versions of a package that can be had: (version, SHA-256), newest first."""
    show = ["apt-cache", *map(str, options), "show", package]
    said = subprocess.run(show, capture_output=True, text=True, check=False).stdout
    # one that is only installed on this machine has no hash
    stanzas = [dict(re.findall(r"(?m)^(\S+): (.+)$", s)) for s in said.split("\n\n")]
    found = [(s["Version"], s["SHA256"]) for s in stanzas if "SHA256" in s]
    if not found:
        raise Problem(f"Debian has no package {package} any more: {ELSEWHERE}")
    return found


def download(packages, options):
    """Download packages, each a name or name=version. Returns the files."""
    run(["apt-get", "-q", *options, "download", *packages], OFFLINE, tail=2, cwd=DEBS)
    names = [package.partition("=")[0] for package in packages]
    return [max(DEBS.glob(f"{name}_*.deb"), key=os.path.getmtime) for name in names]


def unpack(packages, suite, folder):
    """Download packages of a suite and unpack them into a folder."""
    for deb in download(packages, use(suite)):
        run(["dpkg-deb", "-x", deb, folder], UNPACK)


def field(deb, name):
    """One field of a package's control file."""
    command = ["dpkg-deb", "-f", deb, name]
    return subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.strip()


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
