from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _is_leader(self):
        """The Deputy CEO leads all teams of the company."""
        executives = self.env.companies.support_executive_id
        return super()._is_leader() or self in executives
