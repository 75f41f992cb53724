"""What a raw message says about itself: pure functions, no database.

They take any ``email.message.Message``, whole or headers only, and never raise.
"""

import codecs
import re
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from ..calendar.utc import naive
from .storable import make_storable

#: Headers by which robots and lists make themselves known.
ROBOT_HEADERS = (
    "List-Id",
    "List-Unsubscribe",
    "X-Autoreply",
    "X-Autorespond",
)
ROBOT_PRECEDENCES = ("bulk", "list", "junk", "auto_reply")
#: What stands around mail addresses; a broken list still falls apart into them.
AROUND_ADDRESSES = re.compile(r"""[\s<>()\[\],;:"'\\]+""")
#: What a text is tried as that does not say, or says what nobody knows.
LIKELY_CHARSETS = ("utf-8", "windows-1256")


def get_source(message):
    """The raw bytes of what ``mail.thread.message_process`` was given.

    :param message: bytes, text, or XML-RPC's wrapper around bytes
    """
    message = getattr(message, "data", message)
    if isinstance(message, str):
        return message.encode(errors="replace")
    return bytes(message)


def parse_headers(source):
    """The headers of a message that is too broken, deep or large to parse whole."""
    return BytesHeaderParser().parsebytes(source)


def get_header(message, name):
    """A header as plain text, empty if it is missing.

    :rtype: str
    """
    return make_storable(str(message.get(name, ""))).strip()


def get_recipients(message):
    """Addresses that a message names, in lower case: To, Cc, then Delivered-To.

    :rtype: list of str
    """
    return [
        word
        for name in ("To", "Cc", "Delivered-To")
        for value in message.get_all(name, [])
        for word in AROUND_ADDRESSES.split(make_storable(str(value)).lower())
        if "@" in word
    ]


def get_received_at(message):
    """When our own mail server says that it received a message.

    The topmost ``Received`` header is our server's; ``Date`` is the sender's word,
    and no clock starts by it.

    :return: naive UTC; None, if the header is missing or broken
    """
    stamp = get_header(message, "Received").rpartition(";")[2]
    try:
        return naive(parsedate_to_datetime(stamp.strip())).replace(microsecond=0)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def is_automatic(message):
    """Whether a robot or a mailing list sent the message (RFC 3834 and custom)."""
    submitted = get_header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or get_header(message, "Precedence").lower() in ROBOT_PRECEDENCES
        or any(get_header(message, name) for name in ROBOT_HEADERS)
        or get_header(message, "Return-Path") == "<>"
    )


def mend_charsets(message):
    """Give the texts of a message, in place, a character set that can be read.

    Old programs name none, or one that nobody knows; Arabic would be lost.
    """
    for part in message.walk():
        if part.get_content_maintype() != "text":
            continue
        charset = part.get_content_charset("us-ascii")
        if charset == "us-ascii" or not _is_known(charset):
            content = part.get_payload(decode=True) or b""
            part.del_param("charset")  # an empty one would be kept beside the new
            part.set_param("charset", _guess_charset(content))


def _is_known(charset):
    try:
        return bool(codecs.lookup(charset))
    except (LookupError, ValueError):
        return False


def _guess_charset(content):
    for charset in LIKELY_CHARSETS:
        try:
            content.decode(charset)
        except UnicodeError:
            continue
        return charset
    return LIKELY_CHARSETS[0]
