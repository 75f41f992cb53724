"""Finding listed words in Arabic (and other) texts: pure functions, no database.

Spellings that readers take for the same word are the same here: with or without
diacritics, tatweel and hamza, alef and ya in all forms, ta marbuta or ha, stretched
("كلممممة") or spelled out ("ك ل م ة", "ك.ل.م.ة").
"""

import re
import unicodedata

#: What is left apart when marks have been taken off: other forms of one letter.
SAME_LETTERS = str.maketrans("ىیےةھەکڪٱ", "يييهههككا")
WORD = re.compile(r"[^\W_]+")
#: Three of one letter in a row are no spelling but emphasis.
STRETCHED = re.compile(r"(.)\1{2,}")
#: A word spelled out: single letters, always with the same between them.
SPELLED_OUT = re.compile(r"(?<!\w)\w([\W_]{1,3})\w(?:\1\w)+(?!\w)")
NO_LETTER = re.compile(r"[\W_]+")
#: What Arabic writes in one word with the next: and, so, with, like, for, the.
PREFIXES = tuple(
    conjunction + article
    for conjunction in ("", "و", "ف")
    for article in ("", "ال", "بال", "كال", "لل", "ب", "ك", "ل")
)
#: The shortest word that is looked for behind a prefix.
SHORTEST = 3
#: Longer texts are looked at in their first part only (in characters).
LONGEST_TEXT = 100_000


def find_words(text):
    """The words of a text, each in the one spelling that stands for all.

    :param str text: plain text
    :rtype: list of str

    >>> find_words("السَّلامُ عليـــكم، أهلًا!")
    ['السلام', 'عليكم', 'اهلا']
    >>> find_words("كلممممة  ك.ل.م.ة  ك ل م ة")
    ['كلمه', 'كلمه', 'كلمه']
    """
    text = unicodedata.normalize("NFKD", (text or "")[:LONGEST_TEXT]).casefold()
    text = "".join(
        letter
        for letter in text
        if letter != "ـ" and unicodedata.category(letter) not in ("Mn", "Cf")
    )
    text = STRETCHED.sub(r"\1", text.translate(SAME_LETTERS))
    text = SPELLED_OUT.sub(lambda word: NO_LETTER.sub("", word[0]), text)
    return WORD.findall(text)


class TermMatcher:
    """Looks for many terms at once; the time follows the text, not their number.

    >>> matcher = TermMatcher({1: "غبي", 2: "قلة أدب"})
    >>> sorted(matcher.find("يا غَبـــيّ! هذه قلّة ادب"))
    [1, 2]
    >>> sorted(matcher.find("وبالغ ب ي"))
    []
    """

    def __init__(self, terms):
        """
        :param dict terms: {key: term, one word or several}
        """
        self._by_first = {}
        for key, term in terms.items():
            words = tuple(find_words(term))
            if words:
                self._by_first.setdefault(words[0], []).append((words, key))

    def find(self, text):
        """Keys of the terms that a text contains.

        :rtype: set
        """
        found = set()
        if not self._by_first:
            return found
        words = find_words(text)
        for place, word in enumerate(words):
            for form in _strip_prefixes(word):
                for term, key in self._by_first.get(form, ()):
                    rest = tuple(words[place + 1 : place + len(term)])
                    if rest == term[1:]:
                        found.add(key)
        return found


def _strip_prefixes(word):
    """A word without each of the prefixes that it may begin with."""
    for prefix in PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and (not prefix or len(rest) >= SHORTEST):
            yield rest
