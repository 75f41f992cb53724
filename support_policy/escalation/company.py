from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    support_executive_id = fields.Many2one(
        "res.users",
        string="Deputy CEO",
        domain="[('share', '=', False)]",
        help="Receives the requests that two tiers have left unanswered, and is "
        "reminded every business day.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_executive_id = fields.Many2one(
        related="company_id.support_executive_id", readonly=False
    )
