from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    support_tracking_days = fields.Integer(
        string="Tracking Links Expire After (days)",
        default=90,
        help="So many days after a ticket was closed, its private link no longer "
        "works.",
    )

    _support_tracking_days_positive = models.Constraint(
        "CHECK(support_tracking_days >= 0)",
        "The number of days after which private links expire cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_tracking_days = fields.Integer(
        related="company_id.support_tracking_days", readonly=False
    )
