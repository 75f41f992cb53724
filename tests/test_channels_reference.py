"""R5: the ticket number, however people write it."""

import time

from odoo.tests import BaseCase

from odoo.addons.support_policy.support_policy.channels.reference import find_numbers


class TestReference(BaseCase):
    def assertFound(self, text, number="HT00042"):
        self.assertIn(number, find_numbers(text))

    def test_latin_arabic_indic_and_eastern_digits(self):
        self.assertFound("بخصوص التذكرة HT00042")
        self.assertFound("بخصوص التذكرة HT٠٠٠٤٢")
        self.assertFound("بخصوص التذكرة HT۰۰۰۴۲")
        self.assertFound("التذكرة رقم ٠٠٠٤٢", "00042")

    def test_lower_case_brackets_and_punctuation(self):
        for text in ("ht00042", "[HT00042]", "(#HT00042).", "Re: HT00042: news?"):
            self.assertFound(text)

    def test_marks_of_direction_and_tatweel_inside(self):
        self.assertFound("\u200fHT\u200e000\u200e42\u200f")
        self.assertFound("\u2067HT\u2069\u061c00\ufeff042")
        self.assertFound("HT\u202d00042\u202c")
        self.assertFound("HTـ00042")

    def test_glued_to_other_words(self):
        self.assertFound("تذكرةHT00042شكرا")
        self.assertFound("ticket-HT00042")
        self.assertFound("ticket/HT00042/HT00043")
        self.assertFound("HT00042_urgent")
        self.assertFound("HT00042please")

    def test_numbers_with_separators_of_their_own(self):
        self.assertFound("HT/2026/00042", "HT/2026/00042")

    def test_first_come_first_and_each_once(self):
        self.assertEqual(
            find_numbers("HT00002 HT00001 HT00002"), ["HT00002", "HT00001"]
        )

    def test_what_is_no_number(self):
        for text in ("", None, "no number", "7", "a/b-c_d", "9" * 40, "\x00\ud800"):
            self.assertEqual(find_numbers(text), [])

    def test_a_hostile_text_takes_no_time(self):
        """A run of letters without a digit once took time by its length squared: two
        seconds for 20,000 letters, hours for a megabyte."""
        start = time.monotonic()
        for text in ("a" * 10**6, "a-" * 500_000, "a1" * 500_000, "1 " * 500_000):
            self.assertLessEqual(len(find_numbers(text)), 200)
        self.assertLess(time.monotonic() - start, 5)
