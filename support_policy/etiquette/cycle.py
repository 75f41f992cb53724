from odoo import fields, models


class SupportSlaCycle(models.Model):
    _inherit = "support.sla.cycle"

    drop_reason = fields.Selection(
        selection_add=[("violation", "Cancelled for a violation")]
    )
