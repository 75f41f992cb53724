"""What a telephone exchange says of a call: pure functions, no database."""

import base64
import binascii
from datetime import datetime, timezone

from ..files import SOUNDS, get_file_name, is_safe

OUTCOMES = ("answered", "missed", "voicemail")
#: The longest a call can be (a day, in seconds).
LONGEST = 86_400


class BadCall(ValueError):
    """The report of a call cannot be understood; the words say why."""


def parse_call(payload):
    """The values of a call out of the JSON that an exchange sent.

    :param payload: anything that JSON can hold
    :return: call_uid, number, outcome, started_at (naive UTC), seconds, and voicemail
        (file name and content, or None)
    :rtype: dict
    :raises BadCall: naming the field and what it should be

    >>> call = parse_call({"call_id": 7, "number": "0501234567", "status": "missed",
    ...                    "started_at": "2026-03-01T09:30:00+03:00"})
    >>> call["call_uid"], call["outcome"], call["started_at"]
    ('7', 'missed', datetime.datetime(2026, 3, 1, 6, 30))
    """
    if not isinstance(payload, dict):
        raise BadCall("send one JSON object")
    outcome = payload.get("status")
    if outcome not in OUTCOMES:
        raise BadCall(f"status: one of {', '.join(OUTCOMES)}")
    return {
        "call_uid": _text(payload, "call_id", 128, required=True),
        "number": _text(payload, "number", 32),
        "outcome": outcome,
        "started_at": _moment(payload),
        "seconds": _seconds(payload),
        "voicemail": _voicemail(payload) if outcome == "voicemail" else None,
    }


def _text(payload, name, longest, required=False):
    value = payload.get(name)
    if type(value) is int:  # a boolean is one too, but no text
        value = str(value)
    if value is None and not required:
        return ""
    good = isinstance(value, str) and len(value) <= longest and value.isprintable()
    if not good or (required and not value.strip()):
        raise BadCall(f"{name}: text of at most {longest} characters")
    return value.strip()


def _moment(payload):
    try:
        moment = datetime.fromisoformat(payload["started_at"].replace("Z", "+00:00"))
        if moment.tzinfo is None or not 1970 < moment.year < 2100:
            raise ValueError
        return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    except (KeyError, AttributeError, ValueError, OverflowError):
        raise BadCall(
            "started_at: ISO 8601 with its time zone, as 2026-03-01T09:30:00+03:00"
        ) from None


def _seconds(payload):
    value = payload.get("seconds", 0)
    if type(value) is not int or not 0 <= value <= LONGEST:
        raise BadCall(f"seconds: a whole number from 0 to {LONGEST}")
    return value


def _voicemail(payload):
    file = payload.get("voicemail")
    if file is None:
        return None
    if not isinstance(file, dict):
        raise BadCall("voicemail: an object with name and content")
    name = _text(file, "name", 100, required=True)
    try:
        content = base64.b64decode(file["content"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise BadCall("voicemail.content: base64") from None
    name = get_file_name(name)
    if not is_safe(name, content, SOUNDS):
        raise BadCall(f"voicemail: a sound, as {', '.join(sorted(SOUNDS))}")
    return name, content
