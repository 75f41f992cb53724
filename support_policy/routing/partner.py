from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    beneficiary_id = fields.Many2one(
        "support.beneficiary",
        string="Beneficiary Category",
        index="btree_not_null",
        help="Trainer, trainee or supervising body. If empty, the category of the "
        "organisation applies.",
    )

    def _get_beneficiary(self):
        """Beneficiary category of a person, else of the organisation they belong to."""
        return self.beneficiary_id or self.commercial_partner_id.beneficiary_id
