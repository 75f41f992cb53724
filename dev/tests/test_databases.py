"""Templates and copies, on the environment's own PostgreSQL."""

import os
import subprocess

import pytest
from workshop import cli, databases, postgres
from workshop.place import Problem

FIRST, SECOND = (f"support_policy_smoke_{os.getpid()}_{n}" for n in (1, 2))


@pytest.fixture
def database():
    store = postgres.data_folder() / "filestore"
    postgres.sql(f"CREATE DATABASE {FIRST}")
    (store / FIRST / "ab").mkdir(parents=True)
    (store / FIRST / "ab/abcd").write_text("an attachment")
    yield FIRST
    databases.drop(FIRST)
    databases.drop(SECOND)
    assert not (store / FIRST).exists()
    assert not (store / SECOND).exists()


def test_a_database_knows_what_it_was_made_of(database):
    assert databases.made_of(SECOND) is None
    assert databases.made_of(database) == ""
    databases.stamp(database, "this and that")
    assert databases.made_of(database) == "this and that"


def test_a_copy_has_the_rows_and_shares_the_files(database):
    postgres.sql("CREATE TABLE t AS SELECT 42 AS n", database)
    databases.stamp(database, "finished")
    databases.clone(database, SECOND)
    assert postgres.sql("SELECT n FROM t", SECOND) == "42"
    assert databases.made_of(SECOND) == "", "not finished before it says so"
    store = postgres.data_folder() / "filestore"
    one, other = ((store / name / "ab/abcd").stat() for name in (database, SECOND))
    assert one.st_ino == other.st_ino

    postgres.sql("UPDATE t SET n = 7", SECOND)
    databases.clone(database, SECOND)
    assert postgres.sql("SELECT n FROM t", SECOND) == "42", "a copy is a new one"


def test_dropping_ends_connections_and_forgives_absence(database):
    psql = [postgres.program("psql"), "-XAtqw", "-d", database]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    connected = subprocess.Popen(psql, env=databases.odoo_variables(), **pipes)
    connected.stdin.write("SELECT 'here';\n")
    connected.stdin.flush()
    assert connected.stdout.readline() == "here\n"
    databases.drop(database)
    databases.drop(database)
    assert databases.made_of(database) is None
    connected.communicate(timeout=20)


def test_postgresql_complains_in_one_line():
    with pytest.raises(Problem, match='^PostgreSQL: ERROR: .*"nothing"[^\n]*$'):
        postgres.sql("SELECT * FROM nothing")


def test_odoos_user_is_not_postgres(monkeypatch):
    monkeypatch.setattr(postgres, "EXTERNAL", True)
    monkeypatch.setenv("PGUSER", "postgres")
    with pytest.raises(Problem, match="name another one in PGUSER"):
        postgres.ensure_server()


def test_another_process_with_the_servers_number_is_not_the_server(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(postgres, "CLUSTER", tmp_path)
    monkeypatch.setattr(postgres, "PID_FILE", tmp_path / "postmaster.pid")
    assert postgres.running() is None
    postgres.PID_FILE.write_text(f"{os.getpid()}\n/somewhere\n")
    assert postgres.running() is None


def test_a_sockets_name_has_room(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "CLUSTER", tmp_path / ("deep/" * 20))
    socket = postgres.socket_folder() / postgres.SOCKET
    assert len(os.fsencode(socket)) <= postgres.LONGEST_SOCKET


@pytest.mark.parametrize(
    "args, name",
    [
        ("shell -d mine --no-http", "mine"),
        ("shell -dmine", "mine"),
        ("--database mine", "mine"),
        ("--database=mine", "mine"),
        ("shell --no-http", None),
        ("-d", None),
        ("", None),
    ],
)
def test_the_database_in_odoos_arguments(args, name):
    assert cli.named_database(args.split()) == name


def test_play_needs_a_script():
    with pytest.raises(Problem, match="no script to run"):
        cli.cmd_play()


def test_files_of_a_checkout(monkeypatch, checkout):
    monkeypatch.setattr(databases, "CHECKOUT", checkout)
    everything = {".gitignore", "README.md", "__init__.py", "dev/do", "x.log"}
    everything |= {"tests/test_a.py", "views/a_views.xml"}
    assert set(databases.files()) == everything, "an unpacked archive"

    subprocess.run(["git", "init", "-q", checkout], check=True)
    assert set(databases.files()) == everything - {"x.log"}, "new, not ignored"
    subprocess.run(["git", "-C", checkout, "add", "README.md"], check=True)
    (checkout / "README.md").unlink()
    assert "README.md" not in databases.files(), "known to git, but gone"


def test_only_what_is_installed_makes_another_addon(monkeypatch, checkout):
    monkeypatch.setattr(databases, "CHECKOUT", checkout)
    before = databases.addon_key()
    for name in ("README.md", "tests/test_a.py", "dev/do"):
        (checkout / name).write_text("changed")
    assert databases.addon_key() == before
    (checkout / "views/a_views.xml").write_text("<odoo></odoo>")
    changed = databases.addon_key()
    assert changed != before
    (checkout / "views/a_views.xml").rename(checkout / "views/b_views.xml")
    assert databases.addon_key() not in (before, changed)
