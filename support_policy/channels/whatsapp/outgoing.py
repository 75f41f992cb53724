from odoo import api, fields, models

from .message import OUTGOING, QUEUED
from .text import split, to_whatsapp

#: The kinds of WhatsApp messages that carry files, by the files' types.
FILE_KINDS = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("video/mp4", "video/3gpp"), "video"),
    **dict.fromkeys(
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), "audio"
    ),
}


#: Larger ones (in bytes) WhatsApp takes as documents only.
LARGEST = {"image": 5_000_000, "video": 16_000_000, "audio": 16_000_000}


class SupportWhatsappMessage(models.Model):
    """What staff write, in the queue: one row for each message in WhatsApp."""

    _inherit = "support.whatsapp.message"

    body = fields.Text(string="Text")
    attachment_id = fields.Many2one("ir.attachment", ondelete="set null")
    template_id = fields.Many2one("support.whatsapp.template", ondelete="set null")
    template_values = fields.Json()
    cycle_id = fields.Many2one(
        "support.sla.cycle",
        string="Answers",
        ondelete="set null",
        index="btree_not_null",
        help="The cycle that ended when this was sent.",
    )

    @api.model
    def _queue_message(self, ticket, message, template, values):
        """Queue a message on a ticket, in as many pieces as WhatsApp wants.

        :param helpdesk.ticket ticket: whose requester gets it
        :param mail.message message: what staff wrote
        :param support.whatsapp.template template: the approved one that it is, or none
        :param dict values: texts for the template's variables
        """
        account, address = ticket._get_whatsapp_line()
        self._queue_parts(
            self._prepare_parts(message, template, values),
            account_id=account.id,
            address=address,
            partner_id=ticket.partner_id.id,
            ticket_id=ticket.id,
            message_id=message.id,
        )

    @api.model
    def _queue_parts(self, parts, leave_at=False, **vals):
        """Queue pieces of one message, in their order.

        :param list parts: values of each piece
        :param datetime leave_at: naive UTC, not before; at once, if False
        :param vals: values of all pieces
        """
        now = fields.Datetime.now()
        rows = self.create(
            [
                {
                    "direction": OUTGOING,
                    "state": QUEUED,
                    "at": now,
                    "try_at": leave_at or now,
                    **vals,
                    **part,
                }
                for part in parts
            ]
        )
        rows._show_state()
        self.env.ref("support_policy.cron_whatsapp_send")._trigger(at=leave_at or None)

    @api.model
    def _prepare_parts(self, message, template, values):
        if template:
            return [
                {
                    "kind": "template",
                    "template_id": template.id,
                    "template_values": values,
                    "body": template._fill(values),
                }
            ]
        texts = split(to_whatsapp(message.body))
        return [{"kind": "text", "body": text} for text in texts] + [
            {
                "kind": _get_kind(file),
                "attachment_id": file.id,
                "body": file.name,
            }
            for file in message.attachment_ids
        ]


def _get_kind(file):
    """The kind of WhatsApp message in which a file goes out."""
    kind = FILE_KINDS.get(file.mimetype, "document")
    return kind if file.file_size <= LARGEST.get(kind, file.file_size) else "document"
