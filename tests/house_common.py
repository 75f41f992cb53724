"""The house as its code says it: rooms, classes, imports; read, not run."""

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HOUSE = Path(__file__).parent.parent / "support_policy"
#: Rooms from the ground up; those on one floor know nothing of each other.
FLOORS = (
    {"calendar"},
    {"routing"},
    {"sla"},
    {"escalation"},
    {"channels"},
    {"channels/phone", "channels/web_form", "channels/whatsapp"},
    {"etiquette", "finance"},
    {"portal"},
    {"watch"},
)
#: Attributes of a model that each of its classes may state.
SAID_AGAIN = {"_name", "_inherit", "_description"}


@dataclass(frozen=True)
class Slice:
    """One class that makes or extends a model."""

    file: str
    model: str
    #: models it is made from, or extends
    parents: tuple
    body: tuple

    @property
    def room(self):
        return get_room(self.file)

    @property
    def is_new(self):
        """Whether the model begins here, rather than being extended."""
        return self.model not in self.parents

    @cached_property
    def methods(self):
        """{name: definition}"""
        return {
            node.name: node for node in self.body if isinstance(node, ast.FunctionDef)
        }

    @cached_property
    def names(self):
        """What the class defines: methods, fields, constraints, attributes."""
        assigned = {
            target.id
            for node in self.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        return (assigned - SAID_AGAIN) | self.methods.keys()


def get_room(file):
    """The room of a file, such as ``channels/phone``; both relative to the house."""
    return str(Path(file).parent)


def get_floor(room):
    """Number of the floor on which a room lies.

    :raises ValueError: for a room that is on none
    """
    for number, rooms in enumerate(FLOORS):
        if room in rooms:
            return number
    raise ValueError(f"{room} is on no floor: say in tests/house.py where it lies")


def read_files():
    """{file: syntax tree} of all rooms, in a fixed order."""
    return {
        str(path.relative_to(HOUSE)): ast.parse(path.read_text())
        for path in sorted(HOUSE.glob("*/**/*.py"))
    }


def read_slices(files):
    """All classes of the house that make or extend models.

    :rtype: list of Slice
    """
    slices = []
    for file, tree in files.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and (found := _read_slice(file, node)):
                slices.append(found)
    return slices


def _read_slice(file, node):
    said = {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and statement.targets[0].id in ("_name", "_inherit")
    }
    if not said:
        return None
    parents = said.get("_inherit", ())
    parents = (parents,) if isinstance(parents, str) else tuple(parents)
    return Slice(file, said.get("_name") or parents[0], parents, tuple(node.body))


def read_imports(file, tree):
    """The files of the house that a file imports, wherever it does so.

    :rtype: set of str
    """
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = HOUSE.joinpath(file).parents[node.level - 1]
            base = base.joinpath(*(node.module or "").split("."))
            found.update(_find_file(base, alias.name) for alias in node.names)
    return {str(path.relative_to(HOUSE)) for path in found if path}


def _find_file(base, name):
    """The file that ``from base import name`` loads."""
    paths = (
        base / f"{name}.py",
        base / name / "__init__.py",
        base.with_suffix(".py"),
        base / "__init__.py",
    )
    return next((path for path in paths if path.is_file()), None)


def reach(imports, file):
    """Everything that is loaded before a file is: what it imports, and what that does.

    :param dict imports: {file: files it imports}
    :rtype: set of str
    """
    found, waiting = set(), [file]
    while waiting:
        for other in imports.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def calls_super(definition):
    """Whether a method calls the one that it overrides."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == definition.name
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "super"
        for node in ast.walk(definition)
    )


@dataclass(frozen=True, order=True)
class Hook:
    """A method that one room defines and others extend."""

    name: str
    model: str
    defined_in: str
    extended_by: tuple
    #: first line of the docstring
    summary: str = ""


def find_hooks(slices):
    """The hooks of the house. A method whose lowest definition calls another's by
    ``super()`` is Odoo's or the helpdesk's own, and is left out.

    :rtype: list of Hook
    """
    by_method = defaultdict(list)
    for one in slices:
        for name, definition in one.methods.items():
            by_method[one.model, name].append((one, definition))
    hooks = []
    for (model, name), found in by_method.items():
        begins = [(one, code) for one, code in found if not calls_super(code)]
        extends = sorted(one.file for one, code in found if calls_super(code))
        if begins and extends:
            one, code = begins[0]
            summary = (ast.get_docstring(code) or "").split("\n")[0]
            hooks.append(Hook(name, model, one.file, tuple(extends), summary))
    return sorted(hooks)
