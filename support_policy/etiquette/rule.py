from odoo import fields, models


class SupportEtiquetteRule(models.Model):
    """One of the published rules of etiquette (R6)."""

    _name = "support.etiquette.rule"
    _description = "Etiquette Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Technical name: respect, discussions, topics, writing, or one of your "
        "own.",
    )
    description = fields.Text(
        required=True,
        translate=True,
        help="The rule as it is published and quoted in notices.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another etiquette rule already has this code."
    )
