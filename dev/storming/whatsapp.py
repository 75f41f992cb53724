"""Storms over WhatsApp: whoever reads, sends or fetches dies; Meta is a stand-in."""

import json
import os
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

import channels_whatsapp_stand_in as meta
from house_crew import forking

#: One message of WhatsApp for so many requests that are due.
SHARE = 25
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00"
    b"\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-"
    b"\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
#: After these, WhatsApp's statuses are believed; what it says nothing of is given up.
STATUS, GIVE_UP = timedelta(minutes=10), timedelta(minutes=30)
IN, OUT = (
    f"support_whatsapp_message WHERE direction = '{way}' AND state {{}}"
    for way in ("in", "out")
)


@contextmanager
def stand_in(world):
    """Meta's side, in a process of its own; what it takes is noted in a file.

    :rtype: Meta
    """
    path = Path(gettempdir()) / world.scratch

    def on_sent(message):
        line = json.dumps(message) + "\n"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.write(handle, line.encode())  # whole, whoever else writes
        os.close(handle)

    path.touch()
    api = meta.StandIn(on_sent=on_sent)
    picture = api.keep(PNG, "image/png")
    api.server.handle_error = lambda *_args: None  # whoever called has been killed
    server = forking.Process(target=api.server.serve_forever, daemon=True)
    server.start()
    api.server.server_close()
    with world.crew.transaction() as env:
        account = env["support.whatsapp.account"].create(
            {
                "name": "Storm",
                "phone_number_id": meta.NUMBER_ID,
                "app_secret": meta.SECRET,
                "access_token": meta.TOKEN,
                "api_url": api.url,
                "team_id": env.ref("support_policy.team_trainee_support").id,
            }
        )
    try:
        yield Meta(world, account.id, picture, path)
    finally:
        server.kill()
        server.join()
        path.unlink()


class Meta:
    """What Meta tells us, and what it has seen.

    :param World world: where
    :param int account_id: of our number
    :param str picture: id of a file of every sender
    :param Path path: where it is noted what Meta has taken
    """

    def __init__(self, world, account_id, picture, path):
        self.world, self.account_id = world, account_id
        self.picture, self.path = picture, path
        self.number = max(20, world.cycles // SHARE)

    def tell(self, *calls):
        """Call the webhook."""
        with self.world.crew.transaction() as env:
            account = env["support.whatsapp.account"].browse(self.account_id)
            for content in calls:
                body = json.dumps(content).encode()
                env["support.whatsapp.event"]._store(account, body, meta.sign(body))

    def write(self):
        """Each of many people sends a picture."""
        content = {"id": self.picture, "mime_type": "image/png", "caption": "Why?"}
        self.tell(
            *(
                meta.make_call(
                    [
                        meta.make_message(
                            "image", f"9665{n:08}", uid=f"in.{n}", image=content
                        )
                    ]
                )
                for n in range(self.number)
            )
        )

    def get_sent(self):
        """What Meta has taken from us.

        :rtype: list of dict
        """
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def confirm(self):
        """Tell that all of it has arrived."""
        self.tell(
            *(
                meta.make_call(
                    statuses=[
                        meta.make_status(
                            sent["uid"],
                            "delivered",
                            sent["to"],
                            mark=sent["biz_opaque_callback_data"],
                        )
                    ]
                )
                for sent in self.get_sent()
            )
        )

    def check_read(self):
        """Each message is on a ticket of its own, once."""
        self.world.check(
            read=(self.world.count(IN.format("IS NOT NULL")), self.number),
            tickets=(
                self.world.count(
                    "(SELECT DISTINCT ticket_id FROM support_whatsapp_message) one"
                ),
                self.number,
            ),
            reminders=(self.world.count("helpdesk_ticket WHERE resend_count > 0"), 0),
            waiting=(
                self.world.count("support_whatsapp_event WHERE state != 'done'"),
                0,
            ),
        )


def kill_reader(world):
    """R10: a call that was being read is read again, once."""
    with stand_in(world) as api:
        api.write()
        dead = world.crew.fire("read", world.kills, longest=0.3)
        api.check_read()
    return f"{dead} killed, {api.number} messages read"


def kill_sender(world):
    """R10: nothing is sent twice; what was not sent says so."""
    with stand_in(world) as api:
        api.write()
        world.rest("read")
        dead = world.crew.fire("send", world.kills, longest=0.3)
        api.confirm()
        world.rest("read", ahead=STATUS)
        world.rest("send", ahead=GIVE_UP)
        api.check_read()
        sent = Counter(message["to"] for message in api.get_sent())
        failed = world.count(OUT.format("= 'failed'"))
        world.check(
            sent_twice=(sum(sent.values()), len(sent)),
            arrived=(world.count(OUT.format("= 'delivered'")), len(sent)),
            told_or_failed=(len(sent) + failed, api.number),
        )
    return f"{dead} killed, {len(sent)} sent, {failed} known to have failed"


def kill_fetcher(world):
    """R10: each file comes to its message, once."""
    with stand_in(world) as api:
        api.write()
        world.rest("read")
        dead = world.crew.fire("fetch", world.kills, longest=0.3)
        check_files(world, api)
    return f"{dead} killed, {api.number} files fetched"


def check_files(world, api):
    """Each message has its file, and the file its content."""
    with world.crew.transaction() as env:
        rows = env["support.whatsapp.message"].search([("direction", "=", "in")])
        files = [row.message_id.attachment_ids for row in rows]
        good = sum(len(file) == 1 and file.raw == PNG for file in files)
    world.check(
        files=(good, api.number),
        received=(world.count(IN.format("= 'received'")), api.number),
    )


STORMS = {
    "kill -9 of the WhatsApp reader": kill_reader,
    "kill -9 of the WhatsApp sender": kill_sender,
    "kill -9 of the media fetcher": kill_fetcher,
}
