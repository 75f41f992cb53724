"""Every example in a docstring is run, wherever it stands."""

import ast
import doctest
from importlib import import_module
from pathlib import Path

from odoo.tests import BaseCase

ADDON = Path(__file__).parent.parent
PACKAGE = __package__.rpartition(".")[0]


def find_documented(node, name):
    """The dotted names of what has examples in its docstring, below a syntax node.

    >>> find_documented(ast.parse("def f():\\n    '>>> 1'"), "module")
    ['module.f']
    """
    has_one = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    words = has_one and ast.get_docstring(node) or ""
    found = [name] if ">>>" in words else []
    for child in ast.iter_child_nodes(node):
        found += find_documented(child, f"{name}.{getattr(child, 'name', '')}")
    return found


class TestDoctests(BaseCase):
    def assertTrueExamples(self, test):
        """A docstring's examples say what comes out, and it does."""
        self.assertTrue(
            [one for one in test.examples if one.want], "nothing is checked"
        )
        said = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        result = runner.run(test, out=said.append)
        self.assertEqual(result.attempted, len(test.examples))
        self.assertFalse(result.failed, "".join(said))

    def test_every_example(self):
        seen = set()
        for path in sorted(ADDON.glob("[st]*/**/*.py")):
            parts = path.relative_to(ADDON).with_suffix("").parts
            name = ".".join([PACKAGE, *parts]).removesuffix(".__init__")
            documented = find_documented(ast.parse(path.read_text()), name)
            if not documented:
                continue
            tests = doctest.DocTestFinder().find(import_module(name), name)
            examples = {test.name: test for test in tests}
            for one in documented:
                with self.subTest(one):
                    self.assertIn(one, examples, "nobody can run these examples")
                    self.assertTrueExamples(examples[one])
                    seen.add(path.parent.name)
        self.assertLessEqual({"calendar", "whatsapp", "tests"}, seen, "looked nowhere")
