from odoo import models


class SupportWhatsappMessage(models.Model):
    _inherit = "support.whatsapp.message"

    def _get_ticket(self):
        """Who quotes a notice objects: on the ticket, whence it reaches the case."""
        if self.message_id.model == "support.violation":
            case = self.env["support.violation"].browse(self.message_id.res_id)
            return case.ticket_id
        return super()._get_ticket()

    def _stay_unsent(self, reason):
        result = super()._stay_unsent(reason)
        if self.message_id.model == "support.violation":
            case = self.env["support.violation"].browse(self.message_id.res_id)
            case._message_log(
                body=self.account_id._in_company_lang().env._(
                    "%(name)s could not be informed by WhatsApp (%(reason)s). "
                    "Please inform them yourself.",
                    name=self.partner_id.display_name,
                    reason=reason,
                )
            )
        return result
