from odoo import models

from .. import channel as _channel  # noqa: F401 (extended here)


class HelpdeskTicketChannel(models.Model):
    _inherit = "helpdesk.ticket.channel"

    def _get_public_address(self, company):
        """For WhatsApp, the number that is connected, unless another was entered."""
        address = super()._get_public_address(company)
        if address or self.code != "whatsapp":
            return address
        return self.env["support.whatsapp.account"]._get_default(company).number
