"""States change in named transitions only: found out by reading the code."""

import ast
from pathlib import Path

from odoo.tests import BaseCase

HOUSE = Path(__file__).parent.parent / "support_policy"
ROOM = HOUSE / "channels" / "whatsapp"


class Writes(ast.NodeVisitor):
    """The functions in which a state is written; a record may be created in one."""

    def __init__(self, tree):
        self.found, self.function = set(), ""
        self.visit(tree)

    def visit_FunctionDef(self, node):
        self.function = node.name
        self.generic_visit(node)

    def visit_Call(self, node):
        called = node.func
        if not (isinstance(called, ast.Attribute) and called.attr == "create"):
            self.generic_visit(node)

    def visit_Dict(self, node):
        if any(
            isinstance(key, ast.Constant) and key.value == "state" for key in node.keys
        ):
            self.found.add(self.function)
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if node.attr == "state" and isinstance(node.ctx, ast.Store):
            self.found.add(self.function)
        self.generic_visit(node)


class TestStates(BaseCase):
    def test_states_are_changed_by_transitions_only(self):
        found = {}
        for path in HOUSE.rglob("*.py"):
            text = path.read_text()
            if "whatsapp" in text.lower():
                found[path] = Writes(ast.parse(text)).found
        self.assertGreater(len(found), 20, "the house was read")
        transitions = found.pop(ROOM / "transition.py")
        self.assertIn("_set_sent", transitions)
        self.assertGreater(len(transitions), 7, "every transition was found")
        events = found.pop(ROOM / "event.py")
        self.assertEqual(events, {"_set_waiting", "_set_read", "_set_failed"})
        others = {str(path): written for path, written in found.items() if written}
        self.assertFalse(others)

    def test_writes_are_found(self):
        for code in (
            "def f(self): self.state = 1",
            "def f(self): a.state, b = 1, 2",
            "def f(self): self.write({'state': 1})",
            "def f(self):\n  vals = {'x': 2, 'state': 1}\n  self.write(vals)",
        ):
            self.assertEqual(Writes(ast.parse(code)).found, {"f"}, code)
        for code in (
            "def f(self): self.create([{'state': 1}])",
            "def f(self): return self.state",
            "def f(self): self.search([('state', '=', 1)])",
        ):
            self.assertFalse(Writes(ast.parse(code)).found, code)
