"""Both sides of WhatsApp, to play by hand with the running demo.

``serve`` stands in for Meta: what Odoo sends is shown, and its statuses come back.
``say`` is a requester who writes.

Usage: whatsapp.py serve PORT WEBHOOK
       whatsapp.py say WEBHOOK TEXT [NUMBER]
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import channels_whatsapp_stand_in as meta

#: Seconds after which a telephone has a message, and a person has read it.
DELAY = 2


def serve(port, webhook):
    """Be Meta, until stopped."""

    def on_sent(message):
        who, kind = message.get("to") or message["recipient"], message["type"]
        print(f"  WhatsApp to {who} ({kind}):\n{describe(message[kind])}", flush=True)
        for state in ("sent", "delivered", "read"):
            time.sleep(DELAY)
            mark = message.get("biz_opaque_callback_data")
            status = meta.make_status(message["uid"], state, who, mark=mark)
            meta.call(webhook, meta.make_call(statuses=[status]))

    meta.StandIn(int(port), on_sent).server.serve_forever()


def describe(content):
    """What the requester would see."""
    words = [content.get(key) for key in ("body", "name", "filename")]
    for part in content.get("components", []):
        words += [value["text"] for value in part["parameters"]]
    return ", ".join(filter(None, words))


def say(webhook, text, number=""):
    """Be a requester: write a message."""
    person = "".join(filter(str.isdigit, number)) or meta.PERSON
    message = meta.make_message(person=person, text={"body": text})
    meta.call(webhook, meta.make_call([message]))
    print(f"  WhatsApp from {person}: {text}")


if __name__ == "__main__":
    {"serve": serve, "say": say}[sys.argv[1]](*sys.argv[2:])
