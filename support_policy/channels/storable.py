"""Characters that can be stored, in what strangers send: pure functions."""

import re

#: NUL and the halves of broken characters, which PostgreSQL cannot store.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: Besides, all that is no text for people, and that no parser of markup takes.
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def make_storable(text):
    """The same text (or markup), with a sign in place of what cannot be stored.

    >>> make_storable("a\\x00b")
    'a\ufffdb'
    """
    return type(text)(UNSTORABLE.sub("\ufffd", text))


def make_readable(text):
    """A text without all that people cannot read; line breaks and tabs stay.

    >>> make_readable("a\\x00b\\x1bc")
    'abc'
    """
    return UNREADABLE.sub("", text)
