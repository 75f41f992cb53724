"""Every word our Arabic users read: nothing is left in English, or half translated.

Terms are those that Odoo exports, so a new string fails here until ``make i18n`` has
brought it to ``i18n/ar.po`` and somebody has translated it.
"""

import re
from collections import Counter
from pathlib import Path

import polib
from lxml import etree

from odoo.modules import Manifest, get_module_path
from odoo.tests import TransactionCase
from odoo.tools.translate import TranslationModuleReader

ADDON = Path(get_module_path("support_policy"))
OURS, BASE = ADDON / "i18n/ar.po", ADDON / "i18n_extra/ar.po"
ARABIC = re.compile(r"[\u0621-\u064a]")
LATIN = re.compile(r"[A-Za-z][\w.-]*")
#: What a translation must repeat as it is.
PLACEHOLDERS = re.compile(r'%\(\w+\)s|%s|\{\{.*?\}\}|\bt-[\w-]+="[^"]*"')
TAGS = re.compile(r"</?\w[^>]*>")
ADDRESSES = re.compile(r"[\w.@]+\.com|<[\w.@]+>")
#: Names that have no Arabic form: of codes, formats and fields.
NAMES = {"trainer", "trainee", "supervisor"}
NAMES |= {"everyone", "partners", "followers", "jobs", "JSON", "HTTP"}
NAMES |= {"PDF", "JPEG", "MP4"}  # kinds of files
NAMES |= {"Font", "awesome", "fa-tasks", "alias_model_id", "parent_model", "model"}
LETTER = "model:mail.template,body_html"
#: The base module greets the agent by name in letters that the requester gets.
BY_MISTAKE = Counter({'t-out="object.user_id.name"': 1})


class Terms(TranslationModuleReader):
    """Odoo's exporter. It reads the code of all addons it can find: here, only those
    that lie beside the module."""

    def _export_translatable_resources(self):
        parent = Path(get_module_path(self._modules[0])).parent
        self._path_list = [(str(parent), True)]
        return super()._export_translatable_resources()


class RecordTerms(TranslationModuleReader):
    """The terms of records alone."""

    def _export_translatable_resources(self):
        pass


class TestArabicFiles(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours, cls.base = polib.pofile(str(OURS)), polib.pofile(str(BASE))
        cls.all = [*cls.ours, *cls.base]

    def assertEach(self, fine, entries):
        """All entries pass; those that do not are named."""
        bad = [f"{e.msgid} -> {e.msgstr}" for e in entries if not fine(e)]
        if bad:
            self.fail("\n".join(bad))

    def assertTranslated(self, terms, entries):
        known = {entry.msgid for entry in entries if entry.msgstr.strip()}
        advice = "`make i18n` brings new terms to the files; then translate them"
        self.assertFalse(sorted(set(terms) - known), advice)

    def test_every_term_of_ours_is_translated(self):
        demo = set()
        for name in Manifest.for_addon("support_policy")["demo"]:
            demo |= set(re.findall(r'\bid="(\w+)"', (ADDON / name).read_text("utf-8")))
        rows = Terms(self.env.cr, ["support_policy"])
        terms = {
            source
            for _module, _type, _name, place, source, *_ in rows
            if str(place).removeprefix("support_policy.") not in demo
        }
        self.assertGreater(len(terms), 300)
        self.assertTranslated(terms, self.ours)
        # Odoo passes over translations of terms that the template does not name
        template = polib.pofile(str(ADDON / "i18n/support_policy.pot"))
        self.assertFalse(terms - {entry.msgid for entry in template}, "`make i18n`")

    def test_every_screen_of_the_base_module_is_translated(self):
        terms = [row[4] for row in RecordTerms(self.env.cr, ["helpdesk_mgmt"])]
        self.assertTranslated(terms, self.base)

    def test_nothing_is_half_done(self):
        self.assertEach(
            lambda e: e.msgstr.strip() and not e.fuzzy and not e.obsolete, self.all
        )

    def test_code_of_the_base_module_is_not_among_them(self):
        """Code looks for its terms in its own module: here nobody would find them."""
        self.assertEach(lambda e: "code:" not in str(e.occurrences), self.base)

    def test_both_files_use_the_same_words(self):
        base = {entry.msgid: entry.msgstr for entry in self.base}
        self.assertEach(lambda e: base.get(e.msgid, e.msgstr) == e.msgstr, self.ours)

    def test_placeholders_survive(self):
        def placeholders(text):
            return Counter(PLACEHOLDERS.findall(text))

        self.assertEach(
            lambda e: placeholders(e.msgid) == placeholders(e.msgstr), self.ours
        )
        self.assertEach(
            lambda e: (
                placeholders(e.msgid) - BY_MISTAKE
                == placeholders(e.msgstr) - BY_MISTAKE
            ),
            self.base,
        )

    def test_markup_survives(self):
        terms = [e for e in self.all if e.occurrences[0][0].startswith("model_terms:")]
        self.assertEach(
            lambda e: TAGS.findall(e.msgid) == TAGS.findall(e.msgstr), terms
        )

    def test_letters_run_from_right_to_left(self):
        """Odoo's mail layouts do not say so: the letters do it themselves."""
        letters = [e for e in self.all if e.occurrences[0][0].startswith(LETTER)]
        self.assertEqual(len(letters), 13)
        for entry in letters:
            source = etree.fromstring(f"<div>{entry.msgid}</div>")
            letter = etree.fromstring(entry.msgstr)
            self.assertEqual(letter.get("dir"), "rtl")
            for tag in ("a", "li", "table", "td", "th"):
                wanted = source.iter(tag)
                self.assertEqual(len([*letter.iter(tag)]), len([*wanted]), tag)

    def test_it_is_arabic(self):
        def text(entry):
            text = TAGS.sub("0", PLACEHOLDERS.sub("0", entry.msgstr))
            return ADDRESSES.sub("0", text)

        self.assertEach(lambda e: ARABIC.search(text(e)), self.all)
        self.assertEach(lambda e: NAMES.issuperset(LATIN.findall(text(e))), self.all)
        # Arabic punctuation and quotes, and no space before it
        self.assertEach(lambda e: not re.search(r"[,;?“”\"]", text(e)), self.all)
        self.assertEach(lambda e: not re.search(r"\S\s[،؛؟.:]", text(e)), self.all)
