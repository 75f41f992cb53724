import re
from collections import defaultdict
from pathlib import Path

from odoo.tests import BaseCase

from . import house_common as house

ARCHITECTURE = Path(__file__).parent.parent / "docs" / "architecture.md"
HEADING = "## Hooks"
HEAD = ("hook", "model", "defined in", "extended by", "what for")


class TestHouseRooms(BaseCase):
    """The rooms hold what docs/architecture.md says of them. Nothing is run: which
    rooms know which is read from the code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = house.read_files()
        cls.slices = house.read_slices(cls.files)
        cls.imports = {
            file: house.read_imports(file, tree) for file, tree in cls.files.items()
        }

    def test_one_definition_in_a_room(self):
        """Two files of one room that define the same method of a model: which one wins
        would be the order of lines in ``__init__.py``. (Moving ``warning`` above
        ``cycle`` once broke climbing without any error.)"""
        places = defaultdict(set)
        for one in self.slices:
            for name in one.names:
                places[one.room, one.model, name].add(one.file)
        twice = [
            f"{model}.{name}: {', '.join(sorted(files))}"
            for (_room, model, name), files in sorted(places.items())
            if len(files) > 1
        ]
        self.assertGreater(len(places), 500, "the classes of the house were not read")
        self.assertFalse(twice, "\n".join(["defined twice in a room:", *twice]))

    def test_imports_point_downwards(self):
        """A room knows the rooms below it; none above, none on its own floor."""
        upwards = []
        for file, others in self.imports.items():
            room = house.get_room(file)
            for other in sorted(others):
                target = house.get_room(other)
                if target == room or self._is_own_door(file, other):
                    continue
                if house.get_floor(target) >= house.get_floor(room):
                    upwards.append(f"{file} imports {other}")
        self.assertFalse(upwards, "\n".join(["not downwards:", *upwards]))

    def _is_own_door(self, file, other):
        """Whether a room's ``__init__.py`` loads a room inside it."""
        return Path(file).name == "__init__.py" and Path(other).is_relative_to(
            Path(file).parent
        )

    def test_order_of_imports_decides_nothing(self):
        """Whoever extends what another file of the same house door begins has imported
        it: the lines of each room's ``__init__.py`` may stand in any order."""
        late = set()
        begins = {one.model: one.file for one in self.slices if one.is_new}
        for one in self.slices:
            before = house.reach(self.imports, one.file) | {one.file}
            for model in {one.model, *one.parents}:
                file = begins.get(model)
                if file and self._share_a_door(file, one.file) and file not in before:
                    late.add(f"{one.file}: {model}")
        for hook in house.find_hooks(self.slices):
            for file in hook.extended_by:
                if self._share_a_door(
                    hook.defined_in, file
                ) and hook.defined_in not in house.reach(self.imports, file):
                    late.add(f"{file}: {hook.name}")
        self.assertFalse(late, "extended without importing it")

    def _share_a_door(self, file, other):
        """Whether the order in which two files are loaded is that of a room (the order
        of the outermost rooms is fixed)."""
        return file.split("/")[0] == other.split("/")[0]

    def test_hooks_are_written_down(self):
        """The list is for who extends a room: neither dead lines nor missing ones."""
        written = self._read_table()
        expected = {
            (hook.name, hook.model): (hook.defined_in, ", ".join(hook.extended_by))
            for hook in house.find_hooks(self.slices)
        }
        listed = {key: row[:2] for key, row in written.items()}
        if listed != expected or not all(row[2] for row in written.values()):
            self.fail(
                f"{HEADING} of docs/architecture.md and the code differ. In the code:"
                f"\n\n{self._write_table(written)}\n"
            )

    def _read_table(self):
        """{(hook, model): (defined in, extended by, what for)}"""
        text = ARCHITECTURE.read_text()
        pattern = rf"^{HEADING}$(.*?)(?=^## |\Z)"
        section = re.search(pattern, text, re.MULTILINE | re.DOTALL)
        rows = [
            [cell.strip().replace("`", "") for cell in line.strip("| ").split("|")]
            for line in section[1].splitlines()
            if line.startswith("|")
        ]
        self.assertEqual(tuple(rows[0]), HEAD)
        table = {(row[0], row[1]): tuple(row[2:]) for row in rows[2:]}
        self.assertEqual(len(table), len(rows) - 2, "a hook is listed twice")
        return table

    def _write_table(self, written):
        """The table as it should be; what is known of a hook already is kept."""
        rows = [HEAD, ["---"] * len(HEAD)]
        for hook in house.find_hooks(self.slices):
            extended_by = ", ".join(f"`{file}`" for file in hook.extended_by)
            known = written.get((hook.name, hook.model), ())
            rows.append(
                (
                    f"`{hook.name}`",
                    f"`{hook.model}`",
                    f"`{hook.defined_in}`",
                    extended_by,
                    known[2] if known else hook.summary,
                )
            )
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
