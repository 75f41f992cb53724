from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """The web client learns whether it is to watch, and what is wrong already."""
        info = super().session_info()
        if self.env.user.has_group("support_policy.group_policy_admin"):
            info["support_alarm"] = self.env["support.watch"].get_alarm()
        return info
