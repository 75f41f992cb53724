from odoo import models
from odoo.tools import plaintext2html

from ..channels.whatsapp.message import QUEUED
from ..channels.whatsapp.text import split, to_whatsapp
from . import violation as _violation  # noqa: F401 (extended here)


class SupportViolation(models.Model):
    """Telling the people concerned who have no e-mail address, by WhatsApp (R6)."""

    _inherit = "support.violation"

    def _send_notice_by_whatsapp(self, notice, leave_at):
        text = f"*{notice.subject}*\n\n{to_whatsapp(notice.body)}"
        message = self.env["mail.message"].create(
            {
                "model": self._name,
                "res_id": self.id,
                "subject": notice.subject,
                "body": plaintext2html(text),
                "author_id": self.company_id.partner_id.id,
                "message_type": "auto_comment",
                "subtype_id": self.env.ref("mail.mt_note").id,
            }
        )
        last = notice.partner._get_open_whatsapp()
        self.env["support.whatsapp.message"]._queue_parts(
            [{"message_type": "text", "body": piece} for piece in split(text)],
            leave_at,
            account_id=last.account_id.id,
            address=last.address,
            partner_id=notice.partner.id,
            message_id=message.id,
        )

    def _recall_by_whatsapp(self, told):
        """Take back, of these messages, what has not left by WhatsApp yet.

        :param mail.message told: what was written to people
        :return: what has been taken back
        :rtype: mail.message
        """
        queued = told.whatsapp_ids.filtered_domain([("state", "=", QUEUED)])
        mine = queued.try_lock_for_update()  # without those leaving right now
        waiting = mine.message_id.filtered(lambda message: message.whatsapp_ids <= mine)
        waiting.whatsapp_ids.unlink()
        return waiting
