"""Long steps, locks and failures, as the reader sees them."""

import errno
import subprocess
import sys

import pytest
from workshop import cli, progress
from workshop.place import DEV, Problem

LOCKED = """
import sys, pathlib
sys.path.insert(0, sys.argv[1])
from workshop import progress
progress.HOME = pathlib.Path(sys.argv[2])
with progress.lock("x"):
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "HOME", tmp_path)
    monkeypatch.setattr(progress, "LOG", tmp_path / "setup.log")
    return tmp_path


def test_a_step_says_how_it_ended(capsys):
    with progress.step("cooking"):
        pass
    with pytest.raises(Problem), progress.step("baking"):
        raise Problem("burnt")
    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith("  cooking … 0.0 s\n")
    assert said.err.endswith("  baking … failed\n")


def test_a_failed_program_shows_its_last_words_and_what_to_do(capsys):
    script = "for i in 1 2 3 4; do echo line $i; done; exit 7"
    with pytest.raises(Problem, match="call a plumber .the whole log: .*setup.log"):
        progress.run(["bash", "-c", script], "call a plumber", tail=2)
    said = capsys.readouterr().err.split("\n")
    assert [line.strip() for line in said if "line" in line][1:] == ["line 3", "line 4"]


def test_a_program_that_is_not_there():
    with pytest.raises(Problem, match="no-such-program is not there: install it"):
        progress.run(["no-such-program"], "install it")


def test_a_full_disk_is_the_reason(monkeypatch):
    monkeypatch.setattr(progress, "FULL", 2**80)
    with pytest.raises(Problem, match="the disk is full: free about 3 GB"):
        progress.run(["false"], "never mind")


def test_the_lock_lets_one_in_at_a_time(home, capsys):
    script = [sys.executable, "-c", LOCKED, str(DEV), str(home)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with progress.lock("x"):
        other = subprocess.Popen(script, **pipes, stderr=subprocess.PIPE)
        assert "waiting for another command" in other.stderr.readline()
        assert other.poll() is None
    assert other.stdout.readline() == "in\n"
    with progress.lock("y"):
        assert "waiting" not in capsys.readouterr().err
    other.communicate(timeout=20)
    assert other.returncode == 0


def test_a_folder_is_replaced_whole(tmp_path):
    fresh, final = tmp_path / "fresh", tmp_path / "final"
    for folder, name in ((fresh, "new"), (final, "old")):
        folder.mkdir()
        (folder / name).touch()
    progress.replace_folder(fresh, final)
    assert [path.name for path in tmp_path.glob("*/*")] == ["new"]


@pytest.mark.parametrize(
    "raised, words",
    [
        (Problem("no milk"), "support_policy: no milk\n"),
        (OSError(errno.ENOSPC, "no space"), "support_policy: the disk is full"),
        (KeyboardInterrupt(), "interrupted; the next command goes on from here"),
    ],
)
def test_a_command_that_fails_says_one_line(monkeypatch, capsys, raised, words):
    def fail():
        raise raised

    monkeypatch.setattr(cli, "cmd_fail", fail, raising=False)
    monkeypatch.setattr(sys, "argv", ["do", "fail"])
    monkeypatch.setattr(cli.signal, "signal", lambda *_args: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert words in capsys.readouterr().err


def test_an_error_of_ours_keeps_its_traceback(monkeypatch):
    def fail():
        raise OSError(errno.EPERM, "not allowed")

    monkeypatch.setattr(cli, "cmd_fail", fail, raising=False)
    monkeypatch.setattr(sys, "argv", ["do", "fail"])
    monkeypatch.setattr(cli.signal, "signal", lambda *_args: None)
    with pytest.raises(OSError, match="not allowed"):
        cli.main()
