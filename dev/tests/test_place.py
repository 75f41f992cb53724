"""What is refused before anything is made, and in what words."""

import os
import shutil

import pytest
from workshop import place

PATH = os.environ["PATH"]


def assert_refused(done, words):
    """The command failed with one line that matches, and no traceback."""
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("inside", [".", "env", "dev/env/deep"])
def test_an_environment_inside_the_checkout(do, inside):
    home = place.CHECKOUT / inside
    done = do("setup", SUPPORT_POLICY_DEV=str(home), PATH=PATH)
    assert_refused(done, "must lie outside the checkout")
    assert inside == "." or not home.exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8069 "])
def test_what_is_no_port(do, tmp_path, port):
    done = do("run", SUPPORT_POLICY_DEV=str(tmp_path), PATH=PATH, PORT=port)
    assert_refused(done, f"PORT={port} is not a port number")
    assert not any(tmp_path.iterdir())


def test_an_environment_that_cannot_be_made(do, tmp_path):
    (tmp_path / "file").touch()
    done = do("setup", SUPPORT_POLICY_DEV=f"{tmp_path}/file/env", PATH=PATH)
    assert_refused(done, "set SUPPORT_POLICY_DEV to a folder of yours")


def test_no_python_that_fits(do, tmp_path):
    for name in ("bash", "dirname", "readlink"):
        (tmp_path / name).symlink_to(shutil.which(name))
    done = do("setup", SUPPORT_POLICY_DEV=str(tmp_path / "env"), PATH=str(tmp_path))
    assert_refused(done, "needs Python 3.10 to 3.13 (found: none)")


def test_what_is_no_environment_is_not_removed(do, tmp_path):
    (tmp_path / "thesis.txt").touch()
    done = do("clean-env", SUPPORT_POLICY_DEV=str(tmp_path), PATH=PATH)
    assert_refused(done, "does not look like the environment")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_programs_do_not_get_the_callers_settings(monkeypatch):
    monkeypatch.setenv("ODOO_RC", "/theirs")
    monkeypatch.setenv("PGHOST", "theirs")
    monkeypatch.setenv("HOBBY", "chess")
    given = place.variables(EXTRA="1")
    assert given["ODOO_RC"] == str(place.RC)
    assert "PGHOST" not in given
    assert (given["HOBBY"], given["EXTRA"]) == ("chess", "1")
    assert given["PATH"].split(os.pathsep)[0] == str(place.VENV / "bin")


def test_a_file_that_says_it_already_is_left_alone(tmp_path):
    file = tmp_path / "deep" / "file"
    place.write(file, "one")
    before = file.stat()
    place.write(file, "one")
    assert file.stat().st_ino == before.st_ino
    place.write(file, "two")
    assert file.read_text() == "two"
    assert [path.name for path in file.parent.iterdir()] == ["file"]
