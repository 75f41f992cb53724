"""A real browser, in Arabic: an agent answers by WhatsApp, and by a template."""

import json

from odoo.tests import tagged

from .channels_whatsapp_common import WhatsappCase
from .channels_whatsapp_stand_in import make_call, make_message, sign


@tagged("post_install", "-at_install")
class TestWhatsappBrowser(WhatsappCase):
    def setUp(self):
        super().setUp()
        self.agent.lang = "ar_001"
        # now, not on a frozen day: the browser's clock cannot be frozen
        message = make_message(person="966505550000", text={"body": "لا أستطيع الدخول"})
        body = json.dumps(make_call([message], name="هند")).encode()
        self.events._store(self.account, body, sign(body))
        self.read_events(None)
        self.row = self.rows.search([("whatsapp_id", "=", message["id"])])
        self.ticket = self.row.ticket_id
        self.ticket.partner_id.lang = "ar_001"
        self.url = f"/odoo/helpdesk-tickets/{self.ticket.id}"

    def play(self, tour):
        self.start_tour(self.url, tour, login="sp_agent", timeout=180)
        self.env.invalidate_all()

    def test_an_answer_to_somebody_without_an_address(self):
        self.assertFalse(self.ticket.partner_id.email)
        self.play("support_policy_whatsapp")
        self.assertEqual(self.ticket.sla_state, "met")
        self.assertEqual(self.last_out(self.ticket).body, "جرّب الآن")

    def test_a_day_later_a_template(self):
        self.account.action_test()
        self.row.written_at = "2026-03-01 07:00:00"
        self.env.flush_all()
        self.play("support_policy_whatsapp_template")
        self.assertEqual(self.last_out(self.ticket).message_type, "template")
