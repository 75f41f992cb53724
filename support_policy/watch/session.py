from odoo import models

from ..sla.attempt import attempt


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """The web client learns whether it is to watch, and what is wrong already."""
        info = super().session_info()
        if self.env.user.has_group("support_policy.group_policy_admin"):
            watch = self.env["support.watch"]
            # an alarm that cannot be told must not lock out who could mend it
            alarms = []
            error = attempt(self.env, lambda: alarms.append(watch.get_alarm()))
            info["support_alarm"] = not error and alarms[0]
        return info
