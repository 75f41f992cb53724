from odoo import api, models
from odoo.exceptions import UserError

#: Records of other modules without which no request could be taken in.
NEEDED = {"helpdesk_mgmt.hlp_tck_created", "mail.ir_cron_mail_scheduler_action"}


class SupportKept(models.AbstractModel):
    """Records that are relied upon everywhere: they can be archived, but not deleted by
    hand, or every request would end in an error (R10)."""

    _name = "support.kept"
    _description = "Record Relied Upon"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_relied_upon(self):
        for record, xml_id in zip(self, self.get_external_id().values(), strict=True):
            if xml_id in NEEDED or xml_id.startswith("support_policy."):
                raise UserError(
                    self.env._(
                        "“%(name)s” is needed to take in requests, and cannot be "
                        "deleted. Deactivate or change it instead.",
                        name=record.display_name,
                    )
                )


class IrCron(models.Model):
    _name = "ir.cron"
    _inherit = ["ir.cron", "support.kept"]


class MailMessageSubtype(models.Model):
    _name = "mail.message.subtype"
    _inherit = ["mail.message.subtype", "support.kept"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_relied_upon(self):
        # our own may go: what they would say is said without
        needed = self.filtered(lambda one: one.get_external_id()[one.id] in NEEDED)
        return super(MailMessageSubtype, needed)._unlink_except_relied_upon()


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "support.kept"]
