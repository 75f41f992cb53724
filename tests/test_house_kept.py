"""R10: what every request needs cannot be deleted by hand."""

from odoo.exceptions import UserError

from .common import SupportPolicyCase


class TestKept(SupportPolicyCase):
    def test_they_are_not_deleted_by_hand(self):
        for xml_id in (
            "support_policy.cron_escalate",
            "support_policy.cron_whatsapp_send",
            "mail.ir_cron_mail_scheduler_action",
            "helpdesk_mgmt.hlp_tck_created",
            "support_policy.calendar_support_desk",
        ):
            with self.subTest(xml_id), self.assertRaisesRegex(UserError, "needed"):
                self.env.ref(xml_id).unlink()

    def test_others_are(self):
        cron = self.env.ref("support_policy.cron_escalate").copy()
        subtype = self.env.ref("support_policy.mt_deadline_moved")
        desk = self.env["resource.calendar"].create({"name": "Another"})
        for record in (cron, subtype, desk):
            record.unlink()
            self.assertFalse(record.exists())
