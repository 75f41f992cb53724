"""Debian's Odoo and its pin, with an archive of our own behind apt's commands."""

import hashlib
import platform
import shutil
import subprocess

import pytest
from workshop import apt, debian, progress
from workshop.place import Problem

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="not a Debian")

CODENAME = platform.freedesktop_os_release().get("VERSION_CODENAME", "sid")
APT_GET = f"""#!/bin/sh
cd "$(dirname "$0")/../archive"; archive=$PWD; cd "$OLDPWD"
while [ $# != 0 ]; do case $1 in
  update) exit 0;;
  indextargets) echo "mirror://other.example/x {CODENAME}";
                echo "mirror://one.example/debian/ {CODENAME}"; exit 0;;
  download) shift; for p in "$@"; do cp "$archive/$p.deb" "${{p%%=*}}_1_all.deb"; done;;
esac; shift; done
"""
APT_CACHE = '#!/bin/sh\ncat "$(dirname "$0")/../archive/packages"\n'
ROOT = "usr/lib/python3/dist-packages/odoo"


class Archive:
    """A suite of Debian's, as apt-get and apt-cache show it."""

    def __init__(self, folder):
        self.folder = folder / "archive"
        self.folder.mkdir()
        self.packages = self.folder / "packages"
        self.packages.touch()
        (folder / "bin").mkdir()
        for name, script in (("apt-get", APT_GET), ("apt-cache", APT_CACHE)):
            (folder / "bin" / name).write_text(script)
            (folder / "bin" / name).chmod(0o755)

    def add(self, name, version, files):
        """Build a package. Returns its file's hash."""
        root, deb = self.folder / name, self.folder / f"{name}={version}.deb"
        control = f"Package: {name}\nVersion: {version}\nArchitecture: all\n"
        control += "Maintainer: x <x@x.example>\nDepends: python3, fonts-x\n"
        files = {"DEBIAN/control": f"{control}Description: x\n", **files}
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        command = ["dpkg-deb", "-b", "-Znone", root, deb]
        subprocess.run(command, check=True, capture_output=True)
        shutil.copy(deb, self.folder / f"{name}.deb")  # asked for without a version
        return hashlib.sha256(deb.read_bytes()).hexdigest()

    def offer_odoo(self, version, release="19"):
        """Replace the archive's Odoo. Returns its file's hash."""
        release = f"version_info = ({release}, 0, 0, 'final', 0, '')\n"
        files = {f"{ROOT}/release.py": release, f"{ROOT}/addons/a/i18n/ar.po": ""}
        files |= {f"{ROOT}/addons/a/i18n/fr.po": "", "etc/odoo.conf": ""}
        digest = self.add("odoo-19", version, files)
        # the last stanza is of one that is only installed on this machine
        self.packages.write_text(
            f"Package: odoo-19\nVersion: {version}\nSHA256: {digest}\n\n"
            "Package: odoo-19\nStatus: install ok installed\nVersion: 19.99\n\n"
        )
        return digest


@pytest.fixture
def archive(monkeypatch, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    archive = Archive(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin", prepend=":")
    monkeypatch.setattr(apt, "APT", home / "apt")
    monkeypatch.setattr(apt, "DEBS", home / "apt/debs")
    monkeypatch.setattr(progress, "HOME", home)
    monkeypatch.setattr(progress, "LOG", home / "setup.log")
    monkeypatch.setattr(debian, "HOME", home)
    monkeypatch.setattr(debian, "ODOO_SOURCE", None)
    monkeypatch.setattr(debian, "DEBIAN", home / "debian")
    monkeypatch.setattr(debian, "DIST_PACKAGES", (home / "debian" / ROOT).parent)
    monkeypatch.setattr(debian, "FONTS_CONF", home / "fonts.conf")
    monkeypatch.setattr(debian, "LOCK", tmp_path / "odoo.lock")
    for name in ("fonts-x", "fonts-noto-core"):
        archive.add(name, "1", {f"usr/share/fonts/{name}.ttf": ""})
    return archive


def pin(version, digest):
    debian.LOCK.write_text(f"odoo-19 {version} {digest}\n")


def test_the_pinned_one_is_taken_once(archive, capsys):
    pin("19.2", archive.offer_odoo("19.2"))
    assert debian.ensure_odoo() == "odoo-19 19.2"
    there = {path.name for path in debian.DEBIAN.rglob("*") if path.is_file()}
    assert there >= {"release.py", "ar.po", "fonts-x.ttf", "fonts-noto-core.ttf"}
    assert not there & {"fr.po", "odoo.conf"}
    assert "out of date" not in capsys.readouterr().err

    shutil.rmtree(archive.folder)
    assert debian.ensure_odoo() == "odoo-19 19.2", "no need of the archive any more"


def test_another_file_than_the_pinned_one_is_never_unpacked(archive):
    archive.offer_odoo("19.2")
    pin("19.2", "0" * 64)
    with pytest.raises(Problem, match="another SHA-256 than dev/odoo.lock says"):
        debian.ensure_odoo()
    assert not debian.DEBIAN.exists()


def test_when_the_pinned_one_is_gone_the_newest_is_taken(archive, capsys):
    archive.offer_odoo("19.3")
    pin("19.2", "0" * 64)
    assert debian.ensure_odoo() == "odoo-19 19.3", "what is really there"
    said = capsys.readouterr().err
    assert "odoo.lock is out of date, Debian has odoo-19 19.3 instead of 19.2" in said
    assert "`make lock` moves it" in said

    debian.move_lock()
    assert debian.read_lock()[:2] == ["odoo-19", "19.3"]
    shutil.rmtree(archive.folder)
    assert debian.ensure_odoo() == "odoo-19 19.3", "the right one already"
    assert "out of date" not in capsys.readouterr().err


def test_the_newest_must_still_be_odoo_19(archive):
    archive.offer_odoo("20.0", release="20")
    pin("19.2", "0" * 64)
    with pytest.raises(Problem, match="holds Odoo 20, the addon needs 19"):
        debian.ensure_odoo()
    assert not debian.DEBIAN.exists()


def test_a_new_pin_replaces_what_is_there(archive):
    pin("19.2", archive.offer_odoo("19.2"))
    debian.ensure_odoo()
    pin("19.3", archive.offer_odoo("19.3"))
    assert debian.ensure_odoo() == "odoo-19 19.3"


def test_a_package_that_debian_has_no_more(archive):
    pin("19.2", "0" * 64)
    with pytest.raises(Problem, match="no package odoo-19 any more: set ODOO_SOURCE"):
        debian.ensure_odoo()


def test_the_machines_own_mirror_is_used(archive):
    assert apt.mirror() == "mirror://one.example/debian"


def test_without_apt(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="apt-get is missing.*set ODOO_SOURCE"):
        apt.use("sid")


def test_a_checkout_of_odoo_instead(monkeypatch, tmp_path):
    monkeypatch.setattr(debian, "ODOO_SOURCE", tmp_path)
    with pytest.raises(Problem, match="no Odoo at .*release.py is missing"):
        debian.ensure_odoo()
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo/release.py").write_text("version_info = ('19', 0, 0)")
    assert debian.ensure_odoo().startswith(f"{tmp_path} 19")


def test_the_pin_of_the_checkout():
    package, version, digest = debian.read_lock()
    assert package == "odoo-19"
    assert version.startswith("19.")
    assert len(bytes.fromhex(digest)) == 32
