from odoo import fields, models

from .message import DELIVERED, FAILED, QUEUED, READ, SENDING, SENT, UNSURE

#: How Odoo shows a message at its worst piece; the worst first.
SHOWN = {
    FAILED: "exception",
    QUEUED: "ready",
    SENDING: "process",
    UNSURE: "process",
    SENT: "pending",
    DELIVERED: "sent",
    READ: "read",
}


class MailMessage(models.Model):
    _inherit = "mail.message"

    whatsapp_ids = fields.One2many(
        "support.whatsapp.message",
        "message_id",
        string="WhatsApp Messages",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )


class MailNotification(models.Model):
    """How far a message has come, shown where Odoo shows it for mails."""

    _inherit = "mail.notification"

    notification_type = fields.Selection(
        selection_add=[("whatsapp", "WhatsApp")], ondelete={"whatsapp": "cascade"}
    )
    notification_status = fields.Selection(selection_add=[("read", "Read")])

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), "failure_reason"]


class SupportWhatsappMessage(models.Model):
    _inherit = "support.whatsapp.message"

    def _show_state(self):
        """Show, at the messages in the chatter, how far their pieces have come."""
        notifications = self.env["mail.notification"]
        for message in self.message_id:
            rows = message.whatsapp_ids
            worst = next(state for state in SHOWN if state in rows.mapped("state"))
            failed = rows.filtered(lambda row: row.state == FAILED)[:1]
            vals = {
                "notification_status": SHOWN[worst],
                "failure_type": "unknown" if failed else False,
                "failure_reason": failed.reason,
            }
            shown = message.notification_ids.filtered(
                lambda one: one.notification_type == "whatsapp"
            )
            if shown:
                shown.write(vals)
            else:
                notifications.create(
                    {
                        **vals,
                        "notification_type": "whatsapp",
                        "mail_message_id": message.id,
                        "author_id": message.author_id.id,
                        "res_partner_id": rows.partner_id[:1].id,
                        "is_read": True,  # nobody has it in an inbox
                    }
                )
        self.message_id._notify_message_notification_update()
