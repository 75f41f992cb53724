"""The private link was lost: it is mailed again, to the requester only."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PublicCase

INCIDENTS = "odoo.addons.support_policy.support_policy.escalation.incident"


@tagged("post_install", "-at_install")
class TestLost(PublicCase):
    def setUp(self):
        super().setUp()
        self.ask_by_form()
        self.ticket = self.newest()
        self.path = self.ticket._get_page()

    def test_it_is_mailed_to_the_requester(self):
        sent = self.mails_to("hind@mail.example")
        data = {"number": self.ticket.number, "email": "Hind@Mail.example"}
        self.post("/support/lost", data)
        mail = self.mails_to("hind@mail.example") - sent
        self.assertIn(self.path, self.link_in(mail))
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)])
        self.assertTrue(triggers, "it is sent now, not within the hour")

    def test_it_is_mailed_even_if_its_template_is_gone(self):
        self.env.ref("support_policy.mail_template_tracking").unlink()
        sent = self.mails_to("hind@mail.example")
        data = {"number": self.ticket.number, "email": "hind@mail.example"}
        with mute_logger(INCIDENTS):
            response = self.post("/support/lost", data)
        self.assertEqual(response.status_code, 200)
        mail = self.mails_to("hind@mail.example") - sent
        self.assertIn(self.path, self.link_in(mail))
        self.assertIn(self.ticket.number, mail.subject)
        self.assertEqual(self.env["support.incident"].search([]).times, 1)

    def test_nothing_tells_whether_there_is_such_a_request(self):
        right = {"number": self.ticket.number, "email": "hind@mail.example"}
        pages, before = [], self.env["mail.mail"].search_count([])
        for data in (
            {**right, "email": "x@elsewhere.example"},
            {**right, "number": "HT99999"},
            {"number": "", "email": ""},
        ):
            response = self.post("/support/lost", data)
            pages.append((response.status_code, len(response.text)))
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        response = self.post("/support/lost", right)
        self.assertEqual({*pages}, {(response.status_code, len(response.text))})
