"""A mail server that delivers nothing: each message becomes an .eml file.

Usage: mail_catcher.py PORT FOLDER
"""

import asyncio
import contextlib
import email
import email.policy
import os
import sys
from datetime import datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Keeper:
    """Writes each message to its own file and says where."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        """Keep the message, under its envelope: Bcc is written nowhere else."""
        self.count += 1
        name = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}-{self.count:04}.eml"
        who = ", ".join(envelope.rcpt_tos)
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {who}\r\n"
        (self.folder / name).write_bytes(head.encode() + envelope.content)
        policy = email.policy.default
        subject = email.message_from_bytes(envelope.content, policy=policy)["subject"]
        print(f"  mail to {who}: {subject} -> {self.folder / name}", flush=True)
        return "250 OK"


async def main(port, folder):
    """Listen on the loopback until stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(folder)

    def session():
        return SMTP(keeper, enable_SMTPUTF8=True)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
