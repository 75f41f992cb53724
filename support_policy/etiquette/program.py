from odoo import fields, models


class SupportDiplomaProgram(models.Model):
    """Whom a violation in a diploma programme concerns (R6)."""

    _inherit = "support.diploma.program"

    coordinator_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        help="May be informed when a trainee or trainer of this programme breaks the "
        "rules of etiquette.",
    )
    supervisor_id = fields.Many2one(
        "res.partner",
        string="Supervising Body",
        index="btree_not_null",
        help="Government body that supervises the programme.",
    )
