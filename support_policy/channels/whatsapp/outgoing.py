from odoo import api, fields, models

from .message import OUTGOING, QUEUED
from .text import find_pictures, split, to_whatsapp

#: The kinds of WhatsApp messages that carry files, by the files' types.
FILE_KINDS = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("video/mp4", "video/3gpp"), "video"),
    **dict.fromkeys(
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), "audio"
    ),
}
#: The types of files that go out as documents; Meta's list is closed.
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCUMENTS = {
    *("text/plain", "application/pdf", "application/msword"),
    *("application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
    f"{OFFICE}wordprocessingml.document",
    f"{OFFICE}spreadsheetml.sheet",
    f"{OFFICE}presentationml.presentation",
}
#: Larger ones (in bytes) WhatsApp takes as documents only.
LARGEST = {"image": 5_000_000, "video": 16_000_000, "audio": 16_000_000}
LARGEST_DOCUMENT = 100_000_000


class SupportWhatsappMessage(models.Model):
    """What staff write, in the queue: one row for each message in WhatsApp."""

    _inherit = "support.whatsapp.message"

    body = fields.Text(string="Text")
    attachment_id = fields.Many2one("ir.attachment", ondelete="set null")
    template_id = fields.Many2one("support.whatsapp.template", ondelete="set null")
    template_values = fields.Json()
    cycle_id = fields.Many2one(
        "support.sla.cycle",
        string="Answered Cycle",
        ondelete="set null",
        index="btree_not_null",
        help="The SLA cycle that ended when this message was sent.",
    )

    @api.model
    def _queue_parts(self, parts, leave_at=False, **vals):
        """Queue pieces of one message, in their order.

        :param list parts: values of each piece
        :param datetime leave_at: naive UTC, not before; at once, if False
        :param vals: values of all pieces
        :return: the pieces
        """
        now = fields.Datetime.now()
        vals |= {"direction": OUTGOING, "written_at": now, "try_at": leave_at or now}
        rows = self.create([{"state": QUEUED, **vals, **part} for part in parts])
        rows._show_state()
        self.env.ref("support_policy.cron_whatsapp_send")._trigger(at=leave_at or None)
        return rows

    @api.model
    def _prepare_parts(self, message, author):
        """The pieces of a message: its text, its files, the pictures in its text. At
        least one, so that a message which says nothing fails where it is seen. Runs as
        superuser.

        :param res.users author: who can only send what they may see themselves
        """
        texts = split(to_whatsapp(message.body))
        files = message.attachment_ids
        if author:
            named = files.with_user(author).browse(find_pictures(message.body))
            files |= named.exists()._filtered_access("read").with_env(self.env)
        if not (texts or files):
            texts = [""]
        return [{"message_type": "text", "body": text} for text in texts] + [
            {"message_type": _get_kind(one), "attachment_id": one.id, "body": one.name}
            for one in files
        ]


def is_taken(mimetype, size):
    """Whether WhatsApp takes a file.

    :param int size: in bytes

    >>> is_taken("application/pdf", 1000), is_taken("application/zip", 1000)
    (True, False)
    """
    return mimetype in {*FILE_KINDS, *DOCUMENTS} and size <= LARGEST_DOCUMENT


def _get_kind(file):
    """The kind of WhatsApp message in which a file goes out."""
    kind = FILE_KINDS.get(file.mimetype, "document")
    return kind if file.file_size <= LARGEST.get(kind, file.file_size) else "document"
