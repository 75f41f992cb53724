"""R10: while there is no mail server, what the machine has to say waits."""

from unittest.mock import patch

from odoo.tools import mute_logger

from .common import SupportPolicyCase, at, riyadh

ASKED = "2026-03-01 10:00"
LATE = "2026-03-04 10:01"


class TestAutomaticMail(SupportPolicyCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.ask(ASKED)
        newest = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self.run_cron(LATE)
        self.notices = self.env["mail.mail"].search([("id", ">", newest)])
        self.assertTrue(self.notices)

    def send_in_vain(self, mails, moment):
        servers = type(self.env["ir.mail_server"])
        refused = ConnectionRefusedError("Connection refused")
        with (
            at(moment),
            patch.object(servers, "_connect__", side_effect=refused),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            mails.send()

    def test_a_notice_waits_for_the_mail_server(self):
        self.send_in_vain(self.notices, LATE)
        self.assertEqual(set(self.notices.mapped("state")), {"outgoing"})
        again = set(self.notices.mapped("scheduled_date"))
        self.assertEqual(again, {riyadh("2026-03-04 10:11")})

    def test_it_does_not_wait_for_ever(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = %s WHERE id = ANY(%s)",
            [riyadh(LATE), self.notices.ids],
        )
        self.notices.invalidate_recordset()
        self.send_in_vain(self.notices, "2026-03-07 10:02")
        self.assertEqual(set(self.notices.mapped("state")), {"exception"})

    def test_what_a_person_writes_fails_where_they_see_it(self):
        message = self.answer(self.ticket, LATE)
        mails = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.send_in_vain(mails, LATE)
        self.assertEqual(set(mails.mapped("state")), {"exception"})
