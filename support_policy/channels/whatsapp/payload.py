"""What WhatsApp's Cloud API tells a webhook: pure functions, no database.

Meta signs what it sends, but not every release of it is like the last one. An item that
cannot be understood is counted; it never hides the others.
"""

from dataclasses import dataclass
from datetime import datetime, timezone

from ..raw_message import make_storable

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
MAP = "https://www.openstreetmap.org/?mlat={}&mlon={}"


@dataclass(frozen=True)
class Media:
    """A file that WhatsApp keeps for us to fetch."""

    reference: str
    mimetype: str
    name: str


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
    media: Media | None = None
    #: Id of the message that is answered.
    quoted: str = ""
    #: Id of the message that is reacted to, edited or deleted.
    about: str = ""


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
    messages, statuses, unread = [], [], 0
    for entry in _list(data, "entry"):
        for change in _list(entry, "changes"):
            value = _dict(change, "value")
            if _text(change, "field") != "messages":
                continue
            number_id = _text(_dict(value, "metadata"), "phone_number_id")
            people = _list(value, "contacts")
            for message in _list(value, "messages"):
                messages.append(_read_message(number_id, message, people))
            for status in _list(value, "statuses"):
                statuses.append(_read_status(number_id, status))
    read = [message for message in messages if message]
    read.sort(key=lambda message: message.written_at or datetime.max)
    items = read + [status for status in statuses if status]
    unread = len(messages) + len(statuses) - len(items)
    return items, unread


def _read_message(number_id, message, people):
    whatsapp_id, kind = _text(message, "id"), _text(message, "type", "unknown")
    phone, user_id = _text(message, "from"), _text(message, "from_user_id")
    if not whatsapp_id or not (phone or user_id):
        return None
    content, about = message, ""
    if kind in ("edit", "revoke"):
        about = _text(_dict(message, kind), "original_message_id")
        content = _dict(_dict(message, kind), "message")
    elif kind == "reaction":
        about = _text(_dict(message, kind), "message_id")
    text, media = _read_content(content)
    name, known_id = _find_person(people, phone, user_id)
    return Incoming(
        number_id=number_id,
        whatsapp_id=whatsapp_id,
        phone=phone if phone.isdecimal() and phone.isascii() else "",
        whatsapp_user_id=user_id or known_id or ("" if phone.isdecimal() else phone),
        name=name,
        written_at=_moment(message),
        message_type=kind,
        text=text,
        media=media,
        quoted=_text(_dict(message, "context"), "id"),
        about=about,
    )


def _read_content(message):
    """The readable text of a message, and its file."""
    kind = _text(message, "type")
    content = _dict(message, kind)
    if kind == "text":
        return _text(content, "body"), None
    if kind in MEDIA_KINDS:
        return _read_media(kind, content)
    if kind == "location":
        parts = [_text(content, "name"), _text(content, "address")]
        parts.append(_read_place(content))
        return _join(SIGNS[kind], parts), None
    if kind == "contacts":
        people = _list(message, kind)
        return "\n".join(_join(SIGNS[kind], _read_person(one)) for one in people), None
    if kind == "button":
        return _text(content, "text"), None
    if kind == "interactive":
        reply = _dict(content, _text(content, "type"))
        parts = [_text(reply, name) for name in ("title", "description", "body")]
        return _join("", parts), None
    if kind == "reaction":
        return _text(content, "emoji"), None
    if kind == "order":
        return _join(SIGNS[kind], [_text(content, "text")]), None
    if kind == "system":
        return _text(content, "body"), None
    return "", None


def _read_media(kind, content):
    name, caption = _text(content, "filename"), _text(content, "caption")
    reference = _text(content, "id")
    text = caption or _join(SIGNS[kind], [name])
    media = Media(reference, _text(content, "mime_type"), name)
    return text, media if reference.isalnum() and reference.isascii() else None


def _read_place(content):
    try:
        return MAP.format(float(content["latitude"]), float(content["longitude"]))
    except (KeyError, TypeError, ValueError):
        return ""


def _read_person(person):
    phones = [_text(phone, "phone") for phone in _list(person, "phones")]
    emails = [_text(email, "email") for email in _list(person, "emails")]
    return [_text(_dict(person, "name"), "formatted_name"), *phones, *emails]


def _read_status(number_id, status):
    whatsapp_id = _text(status, "id")
    if not whatsapp_id:
        return None
    reason, code = "", ""
    for error in _list(status, "errors")[:1]:
        code = _text(error, "code")
        details = _text(_dict(error, "error_data"), "details")
        words = details or _text(error, "title") or _text(error, "message")
        reason = _join("", [code, words])
    return Status(
        number_id=number_id,
        whatsapp_id=whatsapp_id,
        state=_text(status, "status"),
        attempt_token=_text(status, "biz_opaque_callback_data"),
        reason=reason,
        code=int(code) if code.isascii() and code.isdigit() else 0,
    )


def _find_person(people, phone, user_id):
    for person in people:
        same = phone and _text(person, "wa_id") == phone
        if same or (user_id and _text(person, "user_id") == user_id):
            name = _text(_dict(person, "profile"), "name")
            return name[:100], _text(person, "user_id")
    return "", ""


def _moment(item):
    try:
        moment = datetime.fromtimestamp(int(_text(item, "timestamp")), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=None)


def _join(sign, parts):
    return " ".join(part for part in (sign, *parts) if part)


def _list(data, name):
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, list) else []


def _dict(data, name):
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _text(data, name, default=""):
    value = data.get(name) if isinstance(data, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)[:40]
    if not isinstance(value, str):
        return default
    return make_storable(value[:LONGEST]).strip() or default
