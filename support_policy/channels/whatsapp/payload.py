"""What WhatsApp's Cloud API tells a webhook: pure functions, no database.

Meta signs what it sends, but not every release of it is like the last one. An item that
cannot be understood is counted; it never hides the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from ..storable import make_storable

#: Longer texts (in characters) are cut: WhatsApp's own longest is 4,096.
LONGEST = 10_000
MEDIA_KINDS = ("image", "video", "audio", "document", "sticker")
#: A sign in place of words, which would have to be in somebody's language.
SIGNS = {
    "image": "🖼️",
    "video": "🎬",
    "audio": "🎤",
    "document": "📄",
    "sticker": "🏷️",
    "location": "📍",
    "contacts": "👤",
    "order": "🛒",
    "edit": "✏️",
}
#: Where the words stand in a message of a kind.
WORDS = {
    **dict.fromkeys(MEDIA_KINDS, ("filename",)),
    **dict.fromkeys(("text", "system"), ("body",)),
    **dict.fromkeys(("button", "order"), ("text",)),
    "location": ("name", "address"),
    "interactive": ("title", "description", "body"),
    "reaction": ("emoji",),
}
MAP = "https://www.openstreetmap.org/?mlat={}&mlon={}"


@dataclass(frozen=True)
class Incoming:
    """Something a person did in WhatsApp."""

    #: The Cloud API's id of our number.
    number_id: str
    whatsapp_id: str
    #: Digits with the country's code; empty for people who only show a user name.
    phone: str
    #: Their id with us, when the telephone number is not shown.
    whatsapp_user_id: str
    name: str
    #: Naive UTC; None, if it cannot be read.
    written_at: datetime | None
    message_type: str
    text: str
    #: Reference, name and type of a file that WhatsApp keeps for us to fetch, by the
    #: names of the message's fields.
    media: Mapping | None = None
    #: Id of the message that is answered.
    quoted: str = ""
    #: Id of the message that is reacted to, edited or deleted.
    about: str = ""

    @property
    def address(self):
        """Where answers go: their number, else their id with us."""
        return f"+{self.phone}" if self.phone else self.whatsapp_user_id


@dataclass(frozen=True)
class Status:
    """What became of a message of ours."""

    number_id: str
    whatsapp_id: str
    state: str
    #: Of the attempt, as we sent it along.
    attempt_token: str
    reason: str
    #: WhatsApp's own number of the error (0 if there is none).
    code: int = 0


def parse_webhook(data):
    """Everything one call of the webhook tells.

    :param data: anything that JSON can hold
    :return: messages by their time, then statuses; and how many items could not be read
    :rtype: tuple of list and int

    >>> parse_webhook({"entry": [{"changes": [{"field": "messages", "value": {
    ...     "metadata": {"phone_number_id": "1"},
    ...     "statuses": [{"id": "wamid.A", "status": "read"}, 7]}}]}]})
    ([Status(number_id='1', whatsapp_id='wamid.A', state='read', ...)], 1)
    """
    messages, statuses = [], []
    for entry in _list(data, "entry"):
        for change in _list(entry, "changes"):
            if _text(change, "field") == "messages":
                value = _get(change, "value")
                messages += [_read_message(value, m) for m in _list(value, "messages")]
                statuses += [_read_status(value, s) for s in _list(value, "statuses")]
    read = sorted(
        filter(None, messages), key=lambda message: message.written_at or datetime.max
    )
    items = [*read, *filter(None, statuses)]
    return items, len(messages) + len(statuses) - len(items)


def _read_message(value, message):
    whatsapp_id, kind = _text(message, "id"), _text(message, "type") or "unknown"
    phone, user_id = _text(message, "from"), _text(message, "from_user_id")
    if not whatsapp_id or not (phone or user_id):
        return None
    about, content = _text(message, "reaction", "message_id"), message
    if kind in ("edit", "revoke"):
        about = _text(message, kind, "original_message_id")
        content = _get(message, kind, "message")
    text, media = _read_content(content)
    name, known_id = _find_person(_list(value, "contacts"), phone, user_id)
    return Incoming(
        number_id=_text(value, "metadata", "phone_number_id"),
        whatsapp_id=whatsapp_id,
        phone=phone if phone.isdecimal() and phone.isascii() else "",
        whatsapp_user_id=user_id or known_id or ("" if phone.isdecimal() else phone),
        name=name,
        written_at=_moment(message),
        message_type=kind,
        text=text,
        media=media,
        quoted=_text(message, "context", "id"),
        about=about,
    )


def _read_content(message):
    """The readable text of a message, and its file."""
    kind = _text(message, "type")
    content, sign = _get(message, kind), SIGNS.get(kind, "")
    if kind == "contacts":
        people = _list(message, kind)
        return "\n".join(_join(sign, _read_person(one)) for one in people), None
    if kind not in WORDS:
        return "", None
    if kind == "interactive":
        content = _get(content, _text(content, "type"))
    parts = [_text(content, name) for name in WORDS[kind]]
    if kind == "location":
        parts.append(_read_place(content))
    if kind not in MEDIA_KINDS:
        return _join(sign, parts), None
    return _text(content, "caption") or _join(sign, parts), _read_media(content)


def _read_media(content):
    reference = _text(content, "id")
    if not (reference.isalnum() and reference.isascii()):
        return None
    return {
        "media_reference": reference,
        "media_name": _text(content, "filename"),
        "media_type": _text(content, "mime_type"),
    }


def _read_place(content):
    try:
        return MAP.format(float(content["latitude"]), float(content["longitude"]))
    except (KeyError, TypeError, ValueError):
        return ""


def _read_person(person):
    phones = [_text(phone, "phone") for phone in _list(person, "phones")]
    emails = [_text(email, "email") for email in _list(person, "emails")]
    return [_text(person, "name", "formatted_name"), *phones, *emails]


def _read_status(value, status):
    whatsapp_id = _text(status, "id")
    if not whatsapp_id:
        return None
    error = next(iter(_list(status, "errors")), None)
    code, details = _text(error, "code"), _text(error, "error_data", "details")
    words = details or _text(error, "title") or _text(error, "message")
    return Status(
        number_id=_text(value, "metadata", "phone_number_id"),
        whatsapp_id=whatsapp_id,
        state=_text(status, "status"),
        attempt_token=_text(status, "biz_opaque_callback_data"),
        reason=_join("", [code, words]),
        code=int(code) if code.isascii() and code.isdigit() else 0,
    )


def _find_person(people, phone, user_id):
    for person in people:
        same = phone and _text(person, "wa_id") == phone
        if same or (user_id and _text(person, "user_id") == user_id):
            return _text(person, "profile", "name")[:100], _text(person, "user_id")
    return "", ""


def _moment(item):
    try:
        moment = datetime.fromtimestamp(int(_text(item, "timestamp")), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=None)


def _join(sign, parts):
    return " ".join(part for part in (sign, *parts) if part)


def _get(data, *path):
    """What stands there, in anything that JSON can hold; None if nothing does."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _list(data, name):
    value = _get(data, name)
    return value if isinstance(value, list) else []


def _text(data, *path):
    value = _get(data, *path)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)[:40]
    return make_storable(value[:LONGEST]).strip() if isinstance(value, str) else ""
