from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    support_reopen_days = fields.Integer(
        string="Reopen Within (days)",
        default=14,
        help="Within this number of days, a message on a closed ticket reopens it. "
        "After that, it creates a new ticket linked to the old one.",
    )

    _support_reopen_days_positive = models.Constraint(
        "CHECK(support_reopen_days >= 0)",
        "The number of days within which a message reopens a closed ticket cannot "
        "be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_reopen_days = fields.Integer(
        related="company_id.support_reopen_days", readonly=False
    )
