from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    support_tracking_days = fields.Integer(
        string="Private Links Expire After (days)",
        default=90,
        help="Number of days after which the private link of a closed ticket no "
        "longer works.",
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
