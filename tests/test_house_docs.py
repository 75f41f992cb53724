"""The documents agree with the house: what they name is there."""

import ast
import re
from pathlib import Path

from odoo.tests import BaseCase

ROOT = Path(__file__).resolve().parents[1]
PAPERS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
LONGEST_README = 150
RULES = {f"R{number}" for number in range(1, 16)}
#: Where rules are cited: everything that is read as text.
CITING = ("support_policy", "tests", "data", "views", "demo", "static/src", "dev")
TEXTS = {".py", ".xml", ".js"}
#: Where paths that a document names may start.
STARTS = (ROOT, ROOT / "support_policy")

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
RULE_HEADING = re.compile(r"^## (R\d+)\b", re.MULTILINE)
CITED = re.compile(r"\bR\d+\b")
#: By a numbering that stands nowhere.
OLD_STYLE = re.compile(r"\brules?[ \n]+(?:number )?\d", re.IGNORECASE)
VERSION = re.compile(r"^## ([\d.]+) \(\d{4}-\d{2}-\d{2}\)$", re.MULTILINE)
#: Of the Makefile: a target, and where a document tells to make it.
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
MADE = re.compile(r"(?:^|`)make ([a-z0-9-]+)", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
#: A file (with its folder) or a folder of the repository; addresses start with "/".
PATH = re.compile(r"\.?\w[\w.-]*(?:/[\w.-]+)*/(?:[\w-]+\.[a-z]+)?")


def read(path):
    """A text without its fenced blocks: those show commands, not our files."""
    return FENCE.sub("", path.read_text())


def get_anchor(heading):
    """What a heading is linked by, as code hosting sites make it.

    :param str heading: as it is written
    """
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)


def get_sources():
    """All files of the house that may cite a rule."""
    files = (path for folder in CITING for path in (ROOT / folder).rglob("*"))
    return [path for path in files if path.suffix in TEXTS]


class TestDocs(BaseCase):
    def test_the_readme_is_short(self):
        lines = (ROOT / "README.md").read_text().splitlines()
        self.assertLessEqual(len(lines), LONGEST_README)

    def test_links_and_pictures_lead_somewhere(self):
        for paper in PAPERS:
            for target in LINK.findall(read(paper)):
                if "://" in target or target.startswith("mailto:"):
                    continue
                name, _hash, anchor = target.partition("#")
                there = paper.parent / name if name else paper
                with self.subTest(paper=paper.name, target=target):
                    self.assertTrue(there.exists())
                    if anchor:
                        headings = HEADING.findall(read(there))
                        self.assertIn(anchor, map(get_anchor, headings))

    def test_every_picture_is_shown(self):
        texts = "".join(read(paper) for paper in PAPERS)
        for picture in (ROOT / "static/img").iterdir():
            with self.subTest(picture=picture.name):
                self.assertIn(f"static/img/{picture.name})", texts)

    def test_every_paper_is_found_from_the_readme(self):
        known = {
            (ROOT / target.partition("#")[0]).resolve()
            for target in LINK.findall(read(ROOT / "README.md"))
        }
        for paper in PAPERS:
            if paper.name != "README.md":
                with self.subTest(paper=paper.name):
                    self.assertIn(paper.resolve(), known)

    def test_the_policy_has_every_rule_once(self):
        headings = RULE_HEADING.findall(read(ROOT / "docs/policy.md"))
        self.assertEqual(len(headings), len(set(headings)))
        self.assertEqual(set(headings), RULES)

    def test_rules_that_are_cited_exist(self):
        for path in [*get_sources(), *PAPERS]:
            unknown = {*CITED.findall(path.read_text())} - RULES
            with self.subTest(path=str(path.relative_to(ROOT))):
                self.assertFalse(unknown)

    def test_no_rule_is_cited_by_a_mere_number(self):
        for path in [*get_sources(), *PAPERS]:
            with self.subTest(path=str(path.relative_to(ROOT))):
                self.assertNotRegex(path.read_text(), OLD_STYLE)

    def test_paths_that_are_named_exist(self):
        for paper in PAPERS:
            for named in CODE.findall(read(paper)):
                if PATH.fullmatch(named):
                    with self.subTest(paper=paper.name, path=named):
                        found = any((start / named).exists() for start in STARTS)
                        self.assertTrue(found)

    def test_commands_that_are_named_exist(self):
        targets = {*TARGET.findall((ROOT / "Makefile").read_text())}
        for paper in PAPERS:
            with self.subTest(paper=paper.name):
                self.assertLessEqual({*MADE.findall(paper.read_text())}, targets)

    def test_the_change_log_begins_with_this_version(self):
        manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())
        versions = VERSION.findall(read(ROOT / "CHANGELOG.md"))
        self.assertEqual(versions[0], manifest["version"])
