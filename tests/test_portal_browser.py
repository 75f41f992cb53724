"""A real browser on a telephone's screen: somebody asks, follows, reminds, closes."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.support_policy.support_policy.portal import tracking

from .channels_common import MailCase


@tagged("post_install", "-at_install")
class TestPortalBrowser(MailCase, HttpCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_from_the_question_to_thank_you(self):
        with patch.object(tracking, "PATIENCE", timedelta()):
            self.start_tour(
                "/ar/support/request", "support_policy_request", login=None, timeout=180
            )
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertEqual(ticket.name, "لا أستطيع الدخول")
        self.assertEqual(ticket.channel_id.code, "web")
        self.assertEqual(ticket.resend_count, 2, "a reminder, and what was added")
        self.assertTrue(ticket.closed)
