from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    support_undo_minutes = fields.Integer(
        string="Undo Closing Within (minutes)",
        default=10,
        help="Number of minutes for which closing a ticket for a violation can be "
        "undone. Its notices are sent after that.",
    )
    support_study_days = fields.Integer(
        string="Review Violations Within (business days)",
        default=5,
        help="Number of business days within which a violation must be decided.",
    )
    support_repeat_days = fields.Integer(
        string="Point Out Earlier Violations Within (days)",
        default=365,
        help="A case points out violations of the same requester that were upheld "
        "within this number of days before it.",
    )

    _support_undo_minutes_positive = models.Constraint(
        "CHECK(support_undo_minutes >= 0)",
        "The number of minutes in which closing can be undone cannot be negative.",
    )
    _support_study_days_positive = models.Constraint(
        "CHECK(support_study_days BETWEEN 0 AND 366)",
        "Enter between 0 and 366 business days for the review of a violation.",
    )
    _support_repeat_days_positive = models.Constraint(
        "CHECK(support_repeat_days >= 0)",
        "The number of days in which violations count as repeated cannot be negative.",
    )

    def _get_compliance_officers(self):
        """Who studies this company's violations.

        :rtype: res.users
        """
        self.ensure_one()
        officers = self.env.ref("support_policy.group_compliance").all_user_ids
        return officers.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_undo_minutes = fields.Integer(
        related="company_id.support_undo_minutes", readonly=False
    )
    support_study_days = fields.Integer(
        related="company_id.support_study_days", readonly=False
    )
    support_repeat_days = fields.Integer(
        related="company_id.support_repeat_days", readonly=False
    )
