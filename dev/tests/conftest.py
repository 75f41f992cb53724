"""The workshop's own tests: not inside Odoo, in seconds, by its own pytest run."""

import subprocess
import sys
from pathlib import Path

import pytest

DEV = Path(__file__).parent.parent
sys.path.insert(0, str(DEV))


@pytest.fixture
def do():
    """Run ``dev/do`` as the Makefile does, with other variables."""

    def run(*args, **variables):
        command = [DEV / "do", *args]
        options = {"capture_output": True, "text": True, "timeout": 60}
        return subprocess.run(command, check=False, env=variables, **options)

    return run


@pytest.fixture
def checkout(tmp_path):
    """A small checkout of an addon, not yet known to git."""
    texts = {"README.md": "read", "views/a_views.xml": "<odoo/>", ".gitignore": "*.log"}
    texts |= {"tests/test_a.py": "pass", "x.log": "", "dev/do": "", "__init__.py": ""}
    for name, text in texts.items():
        path = tmp_path / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "checkout"
