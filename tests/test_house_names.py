"""Every file that belongs to a room says so by its first word, and is no long one."""

from pathlib import Path

from odoo.tests import BaseCase

ADDON = Path(__file__).parent.parent
#: What concerns the whole house, besides the rooms themselves.
HOUSE = "house"
#: Named by Odoo's custom, not by a room.
COMMON = {"__init__.py", "common.py", "ir.model.access.csv"}
COMMON |= {"support_policy_security.xml"}
#: The longest that a file of ours may be.
LINES = 300


def find_strays(folder, prefix=""):
    """The names of a folder's files that begin with no room's word.

    :param prefix: what may stand before the word
    """
    rooms = [path.parent.name for path in ADDON.glob("support_policy/*/__init__.py")]
    words = tuple(f"{word}_" for word in [HOUSE, *rooms])
    names = (path.name for path in (ADDON / folder).iterdir() if path.is_file())
    return sorted(
        name
        for name in names
        if not name.removeprefix(prefix).startswith(words) and name not in COMMON
    )


class TestNames(BaseCase):
    def test_each_file_names_its_room(self):
        for folder in ("views", "data", "security", "static/tests/tours"):
            with self.subTest(folder):
                self.assertEqual(find_strays(folder), [])
        self.assertEqual(find_strays("tests", prefix="test_"), [])

    def test_no_file_is_long(self):
        folders = ("support_policy", "tests", "dev", "views", "data", "demo", "docs")
        lines = {
            str(path.relative_to(ADDON)): len(path.read_text().splitlines())
            for folder in (*folders, "security", "migrations", "static/src")
            for path in (ADDON / folder).rglob("*")
            if path.suffix in (".py", ".xml", ".js", ".scss", ".md")
        }
        self.assertIn("dev/workshop/cli.py", lines)
        too_long = {name: count for name, count in lines.items() if count > LINES}
        self.assertEqual(too_long, {}, "split it by ideas")
