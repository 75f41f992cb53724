"""Listed terms mark messages for staff to check: help, not judgement (R6)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.support_policy.support_policy.etiquette import matching

from .channels_common import SUNDAY, MailCase
from .common import at

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
DIACRITICS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
NOTE = "support_policy.mt_terms_found"


class TestMatching(BaseCase):
    def assertFound(self, term, *texts):
        matcher = matching.TermMatcher({"it": term})
        for text in texts:
            with self.subTest(text):
                self.assertEqual(matcher.find(text), {"it"})

    def assertMissed(self, term, *texts):
        matcher = matching.TermMatcher({"it": term})
        for text in texts:
            with self.subTest(text):
                self.assertFalse(matcher.find(text))

    def test_diacritics_and_tatweel(self):
        self.assertFound("مهمل", "أنتم مُهْمِلٌ", "مهـمـــل", "مُـهـمـِل.")

    def test_alef_ya_and_ta_marbuta(self):
        self.assertFound("إهانة", "اهانه", "أهانة", "إهانه", "اهانة")
        self.assertFound("مستوى", "مستوي", "مستوى", "مستوی")
        self.assertFound("سيئ", "سيئ", "سيى")

    def test_spelled_out_stretched_and_presented(self):
        self.assertFound("مهمل", "م ه م ل", "م.ه.م.ل", "م-ه-م-ل!", "مهمممممل", "ﻣﻬﻤﻞ")

    def test_with_and_the_for(self):
        self.assertFound("مهمل", "والمهمل", "للمهمل", "بالمهمل", "ومهمل")

    def test_several_words(self):
        self.assertFound("قلة أدب", "هذه قِلّة   أدب منكم", "قله ادب")
        self.assertMissed("قلة أدب", "قلة", "أدب قلة")

    def test_latin_letters(self):
        self.assertFound("Stupid", "how STUPID!", "s t u p i d", "stuuuupid")

    def test_not_inside_other_words(self):
        self.assertMissed("مهمل", "المهملات", "مهم لنا", "مه مل")
        self.assertMissed("ass", "assistance with my class", "pass")

    def test_doubled_letters_are_spelling(self):
        self.assertFound("ممل", "ممل")
        self.assertMissed("مل", "ممل")

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(st.sampled_from(LETTERS), min_size=3, max_size=8, unique=True),
        st.lists(st.sampled_from(DIACRITICS + "ـ"), max_size=5),
        st.text(max_size=40),
    )
    def test_any_word_is_found_in_any_disguise(self, word, marks, around):
        disguised = "".join(
            letter + (marks[place % len(marks)] if marks else "")
            for place, letter in enumerate(word)
        )
        matcher = matching.TermMatcher({"it": "".join(word)})
        around = "".join(c for c in around if c.isascii())
        self.assertEqual(matcher.find(f"{around} | {disguised} | {around}"), {"it"})

    @settings(max_examples=200, deadline=None)
    @given(st.text())
    def test_any_text_can_be_read(self, text):
        matching.TermMatcher({1: text, 2: "كلمة"}).find(text)


class TestMarks(MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = cls.env["support.etiquette.term"]
        cls.term = cls.terms.create(
            {
                "name": "مهمل",
                "rule_id": cls.env.ref("support_policy.etiquette_rule_respect").id,
            }
        )

    def mail_text(self, text, moment=SUNDAY, **headers):
        return self.mail("plain.eml", moment, body=text.encode(), **headers)

    def test_the_list_ships_empty(self):
        self.assertEqual(
            self.terms.with_context(active_test=False).search([]), self.term
        )

    def test_a_request_is_marked(self):
        self.assertEqual(self.mail_text("يا مُهمل").terms_to_check, "مهمل")
        self.assertFalse(self.mail_text("شكرًا لكم", Subject="x").terms_to_check)

    def test_a_request_taken_down_by_staff_is_marked(self):
        ticket = self.ask(SUNDAY, description="<p>يا <b>مُهمل</b></p>")
        self.assertEqual(ticket.terms_to_check, "مهمل")

    def test_a_further_message_is_marked_with_a_note_for_staff(self):
        ticket = self.mail_text("شكرًا")
        self.mail_text(
            "أنتم م.ه.م.ل", "2026-03-01 11:00", Subject=f"Re {ticket.number}"
        )
        self.assertEqual(ticket.terms_to_check, "مهمل")
        note = ticket.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref(NOTE)
        )
        self.assertEqual(len(note), 1)
        self.assertTrue(note.subtype_id.internal)
        self.assertEqual(ticket.resend_count, 1)
        self.assertTrue(ticket.sla_cycle_id, "the clock runs on")

    def test_what_staff_write_is_not(self):
        ticket = self.mail_text("شكرًا")
        self.answer(ticket, "2026-03-01 11:00", body="كان الملف مهمل")
        self.assertFalse(ticket.terms_to_check)

    def test_somebody_has_looked(self):
        ticket = self.mail_text("يا مُهمل")
        ticket.with_user(self.agent).action_terms_checked()
        self.assertFalse(ticket.terms_to_check)

    def test_the_form_offers_marked_messages_as_evidence(self):
        ticket = self.mail_text("شكرًا")
        self.mail_text("يا مهمل", "2026-03-01 11:00", Subject=f"Re {ticket.number}")
        with at("2026-03-01 12:00"):
            action = ticket.with_user(self.leader).action_close_for_violation()
        lines = self.env[action["res_model"]].browse(action["res_id"]).line_ids
        self.assertEqual(lines.mapped("chosen"), [False, True])

    def test_changes_of_the_list_count_at_once(self):
        self.term.active = False
        self.assertFalse(self.mail_text("يا مُهمل").terms_to_check)
        self.terms.create({"name": "كسول"})
        ticket = self.mail_text("يا كسول", "2026-03-01 11:00", Subject="y")
        self.assertEqual(ticket.terms_to_check, "كسول")

    def test_a_term_needs_letters(self):
        with self.assertRefused("contains letters"):
            self.terms.create({"name": "…!"})
