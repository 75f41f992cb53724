from odoo import fields, models


class SupportViolationAction(models.Model):
    """What may follow from a violation that was studied and upheld."""

    _name = "support.violation.action"
    _description = "Regulatory Action"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="What it means for the requester, as stated in notices."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    email_only_days = fields.Integer(
        string="Restricted to E-mail (days)",
        help="Number of days for which the requester may ask for help by e-mail only.",
    )
    refers = fields.Boolean(
        string="Refers to the Supervising Body",
        help="The case is sent to a supervising body chosen by the compliance officer.",
    )

    _email_only_days_positive = models.Constraint(
        "CHECK(email_only_days >= 0)",
        "The number of days of restriction to e-mail cannot be negative.",
    )
