from odoo import fields, models


class SupportBeneficiary(models.Model):
    """Whom the platform supports: trainers, trainees and supervising bodies."""

    _name = "support.beneficiary"
    _description = "Beneficiary Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Technical name: trainer, trainee, supervisor, or one of your own.",
    )
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another beneficiary category already has this code."
    )
