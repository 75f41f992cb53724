"""The lints, and the formatters that put right what they can; for our files only."""

import subprocess
import sys

from .databases import files
from .place import ADDON, ADDONS, CHECKOUT, DEV, NODE, VENV, Problem, variables
from .progress import say
from .python_env import NODE_PROGRAM

PRETTY = (".xml", ".js", ".mjs", ".css", ".scss", ".json", ".yaml")
GENERATED = ("package-lock.json",)
# About OCA's own repositories, and PO files as Odoo exports them.
NOT_OURS = "--disable=prefer-readme-rst,weblate-component-too-long,po-pretty-format"


def commands(fix):
    """Each tool's name, its command and the folder to run it in."""
    names = files()
    python = [name for name in names if name.endswith(".py")]
    po = [name for name in names if name.endswith((".po", ".pot"))]
    pretty = [n for n in names if n.endswith(PRETTY) and not n.endswith(GENERATED)]
    ruff = [VENV / "bin/ruff", "--quiet"]
    plugin = NODE / "node_modules/@prettier/plugin-xml/src/plugin.js"
    prettier = [NODE_PROGRAM, NODE / "node_modules/prettier/bin/prettier.cjs"]
    prettier += ["--config", DEV / "prettier.json", "--plugin", plugin]
    prettier += ["--log-level=warn", *pretty]
    if fix:
        yield "ruff check", [*ruff, "check", "--fix-only", *python], CHECKOUT
        yield "ruff format", [*ruff, "format", *python], CHECKOUT
        yield "prettier", [*prettier, "--write"], CHECKOUT
        return
    yield "ruff check", [*ruff, "check", "--output-format=concise", *python], CHECKOUT
    yield "ruff format", [*ruff, "format", "--diff", *python], CHECKOUT
    yield "prettier", [*prettier, "--check"], CHECKOUT
    # Through the link, by which the addon has its name.
    addon = [f"{ADDON}/{name}" for name in python if not name.startswith("dev/")]
    pylint = [VENV / "bin/pylint", f"--rcfile={CHECKOUT / 'pyproject.toml'}", *addon]
    yield "pylint-odoo", pylint, ADDONS
    oca = [VENV / "bin/oca-checks-odoo-module", NOT_OURS, f"{ADDON}/__manifest__.py"]
    yield "odoo-pre-commit-hooks", oca, ADDONS
    if po:
        oca_po = [VENV / "bin/oca-checks-po", NOT_OURS, *po]
        yield "odoo-pre-commit-hooks for PO", oca_po, CHECKOUT


def lint(fix=False, only=""):
    """Run every tool, or those whose name begins so; fail if one found something."""
    complaints = []
    for name, command, folder in commands(fix):
        if not name.startswith(only):
            continue
        options = {"cwd": folder, "env": variables(), "stdin": subprocess.DEVNULL}
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(list(map(str, command)), check=False, **options)
        say(f"  {name}: {'found something' if done.returncode else 'ok'}")
        if done.returncode:
            sys.stderr.buffer.write(done.stdout)
            complaints.append(name)
    forbidden = [name for name in files() if name.endswith((".rej", "i18n/en.po"))]
    if forbidden:
        complaints.append(f"files that should not be: {', '.join(forbidden)}")
    if complaints:
        advice = "`make format` puts formatting right"
        raise Problem(f"lint: {', '.join(complaints)} ({advice})")
