"""What Meta tells us: messages of a requester, and what became of ours."""

import hashlib
import hmac
import itertools
import json
import time
from urllib.request import Request, urlopen

NUMBER_ID = "106540352242922"
BUSINESS_ID = "102290129340398"
SECRET = "stand-in-app-secret"
VERIFY_TOKEN = "stand-in-verify-token"
PERSON = "966501234567"
SERIAL = itertools.count(int(time.time() * 1000))


def make_message(kind="text", person=PERSON, at=None, uid=None, **content):
    """A message as Meta tells of it; ``content`` goes beside its type.

    >>> make_message(text={"body": "Hello"}, at=1772348400)["timestamp"]
    '1772348400'
    """
    return {
        "from": person,
        "id": uid or f"wamid.{next(SERIAL)}",
        "timestamp": str(int(time.time() if at is None else at)),
        "type": kind,
        **content,
    }


def make_status(uid, state, person=PERSON, at=None, mark=None, **more):
    """A status as Meta tells of it."""
    status = {
        "id": uid,
        "status": state,
        "timestamp": str(int(time.time() if at is None else at)),
        "recipient_id": person,
        **more,
    }
    return {**status, "biz_opaque_callback_data": mark} if mark else status


def make_call(messages=(), statuses=(), number_id=NUMBER_ID, name="Sara", **person):
    """The body of one call of the webhook."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "966500000022",
            "phone_number_id": number_id,
        },
    }
    if messages:
        contact = {"wa_id": messages[0].get("from", ""), "profile": {"name": name}}
        value["contacts"] = [{**contact, **person}]
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    change = {"field": "messages", "value": value}
    entry = {"id": BUSINESS_ID, "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def sign(body, secret=SECRET):
    """Meta's signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(webhook, content):
    """Call the webhook as Meta does.

    :return: the status of its answer
    """
    body = json.dumps(content).encode()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(body)}
    with urlopen(Request(webhook, body, headers), timeout=30) as response:
        return response.status
