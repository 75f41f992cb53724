"""Ticket numbers as people write them: pure text, no database (rule 5)."""

import re

#: Arabic-Indic and Eastern Arabic-Indic digits, as Saudi keyboards write them.
TO_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
#: Marks of writing direction, and tatweel, that mail programs put inside numbers.
INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069ـ"))
NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9/_-]*[0-9])?")


def find_numbers(text, limit=50):
    """Everything in a text that could be a ticket number, in order.

    :param str text: subject or plain-text body
    :param int limit: how many candidates to return at the most
    :rtype: list of str, upper case, with Latin digits

    >>> find_numbers("تذكير بالتذكرة HT٠٠٠٤٢ من فضلكم")
    ['HT00042']
    >>> find_numbers("Re: [#ht00042] invoice 7/2026-11, thanks")
    ['HT00042', '7/2026-11']
    >>> find_numbers("no number at all")
    []
    """
    text = (text or "").translate(INVISIBLE).translate(TO_LATIN_DIGITS)
    found = (match.upper() for match in NUMBER.findall(text))
    # shorter than three signs is never a ticket number of a running helpdesk
    numbers = (word for word in found if len(word) > 2 and word[-1].isdigit())
    return list(dict.fromkeys(numbers))[:limit]
