from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _get_gateway_models(self):
        return super()._get_gateway_models() | {"support.violation"}
