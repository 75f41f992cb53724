"""What the lints look at, and what the Makefile, the README and the hooks call."""

import re

import pytest
from workshop import cli, lint, python_env
from workshop.place import CHECKOUT, DEV, Problem

HOOKS = (CHECKOUT / ".pre-commit-config.yaml").read_text()
MAKEFILE = (CHECKOUT / "Makefile").read_text()


def find(pattern, text):
    """What matches; ^ is the start of any line."""
    return re.findall(pattern, text, re.MULTILINE)


def test_every_file_meets_its_tools(monkeypatch):
    names = ["a.py", "dev/b.py", "i18n/ar.po", "c.xml", "dev/package-lock.json", "d.md"]
    monkeypatch.setattr(lint, "files", lambda: names)
    seen = {}
    for tool, command, _folder in lint.commands(fix=False):
        words = {str(word).removeprefix("support_policy/") for word in command}
        seen[tool] = words.intersection(names)
    assert seen.pop("odoo-pre-commit-hooks") == set(), "it finds the files itself"
    assert seen == {
        "ruff check": {"a.py", "dev/b.py"},
        "ruff format": {"a.py", "dev/b.py"},
        "prettier": {"c.xml"},
        "pylint-odoo": {"a.py"},
        "odoo-pre-commit-hooks for PO": {"i18n/ar.po"},
    }


@pytest.mark.parametrize("name", ["a.xml.rej", "i18n/en.po"])
def test_files_that_should_not_be(monkeypatch, name):
    monkeypatch.setattr(lint, "files", lambda: ["i18n/ar.po", name])
    monkeypatch.setattr(lint, "commands", lambda fix: [])
    with pytest.raises(Problem, match=f"files that should not be: {name}"):
        lint.lint()


def test_every_tool_runs_before_one_fails(monkeypatch, capfd):
    tools = [
        ("first", ["sh", "-c", "echo wrong; exit 1"], DEV),
        ("second", ["true"], DEV),
    ]
    monkeypatch.setattr(lint, "files", list)
    monkeypatch.setattr(lint, "commands", lambda fix: tools)
    with pytest.raises(Problem, match="lint: first .`make format` puts formatting"):
        lint.lint()
    said = capfd.readouterr().err
    assert "first: found something" in said
    assert "wrong" in said
    assert "second: ok" in said
    lint.lint(only="second")
    assert "first" not in capfd.readouterr().err


def test_the_hooks_call_each_lint_and_nothing_else():
    tools = {name for name, _command, _folder in lint.commands(fix=False)}
    entries = find(r"^ +entry: (\S+) lint (\S+)$", HOOKS)
    assert len(entries) == HOOKS.count("- id:") == HOOKS.count("entry:")
    assert {program for program, _tool in entries} == {"dev/do"}
    called = {t for t in tools for _program, tool in entries if t.startswith(tool)}
    assert called == tools
    assert HOOKS.count("- repo:") == HOOKS.count("- repo: local") == 1
    assert HOOKS.count("language: system") == len(entries)


def test_every_target_of_make_runs_a_command_and_is_explained():
    recipes = dict(find(r"^([a-z0-9-]+): .*\n\t\$\(do\) ([a-z-]+)", MAKEFILE))
    assert set(recipes) >= {"run", "test", "lint", "lock", "clean-env"}
    for target, command in recipes.items():
        assert hasattr(cli, f"cmd_{command.replace('-', '_')}"), target
        assert find(rf"^{target}: ## \S", MAKEFILE), target


def test_what_the_readme_tells_to_make_can_be_made():
    told = set(find(r"(?:`|^)make ([a-z0-9-]+)", (CHECKOUT / "README.md").read_text()))
    assert {"run", "test"} <= told
    assert told <= set(find(r"^([a-z0-9-]+):", MAKEFILE))


def test_what_is_asked_for_is_locked_by_hash(monkeypatch, tmp_path):
    monkeypatch.setattr(python_env, "PINNED", tmp_path)
    for asked in find(r"^[\w-]+", (DEV / "requirements.in").read_text()):
        name = asked.lower().replace("_", "-")
        locked = python_env.pinned(name).read_text()
        assert find(r"^([\w.-]+)==", locked) == [name]
        assert "--hash=sha256:" in locked
