"""Ticket numbers as people write them: pure text, no database (R5)."""

import re
import string

#: Arabic-Indic and Eastern Arabic-Indic digits, as Saudi keyboards write them.
TO_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
#: Marks of writing direction, joiners, soft hyphen and tatweel, that keyboards and mail
#: programs put inside numbers.
INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
        "\u2066\u2067\u2068\u2069\ufeff\u00adـ",
    )
)
SEPARATORS = "/_-"
#: A run of all that a ticket number can be made of. One character class and nothing
#: after it: the time stays proportional to the text, whatever a stranger writes.
RUN = re.compile(f"[A-Za-z0-9{SEPARATORS}]+")
PART = re.compile(f"[{SEPARATORS}]")
#: Shorter is never a number of a running helpdesk; longer is never typed by a person.
LENGTHS = range(3, 33)


def find_numbers(text, limit=200):
    """Everything in a text that could be a ticket number, in order.

    :param str text: subject or plain-text body
    :param int limit: how many candidates to return at the most
    :rtype: list of str, upper case, with Latin digits

    >>> find_numbers("تذكير بالتذكرة HT٠٠٠٤٢ من فضلكم")
    ['HT00042']
    >>> find_numbers("Re: [#ht00042] invoice 2026-117, thanks")
    ['HT00042', '2026-117', '2026', '117']
    >>> find_numbers("no number at all")
    []
    """
    text = (text or "").translate(INVISIBLE).translate(TO_LATIN_DIGITS)
    found = {}
    for run in RUN.findall(text):
        for word in (run, *PART.split(run)):
            word = word.lstrip(SEPARATORS).rstrip(SEPARATORS + string.ascii_letters)
            if len(word) in LENGTHS:
                found[word.upper()] = True
        if len(found) >= limit:
            break
    return list(found)[:limit]
