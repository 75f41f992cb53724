"""Mail and telephone from the outside in: to an answer in time, and to the deputy CEO.

The same for WhatsApp stands in ``test_channels_whatsapp``, for the web form in
``test_portal_request``.
"""

from odoo.tests import tagged

from .channels_common import IN_TIME, SUNDAY, MailCase
from .common import at
from .test_channels_phone_exchange import REPORT, ExchangeCase

NEVER_ANSWERED = ("2026-03-04 12:01", "2026-03-09 12:02", "2026-03-12 12:03")


class EndToEnd:
    """What all channels have in common: who gets it when nobody answers."""

    def assertFullyEscalated(self, ticket):
        for moment in NEVER_ANSWERED:
            self.run_cron(moment)
        self.assertEqual(
            self.climbs(ticket),
            [(1, self.leader), (2, self.manager), (3, self.executive)],
        )
        self.assertEqual((ticket.user_id, ticket.priority), (self.executive, "3"))
        self.assertEqual(ticket.sla_state, "running", "and is reminded of it")


class TestMailEndToEnd(EndToEnd, MailCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.mail("plain.eml", SUNDAY)

    def test_answered_by_mail(self):
        first = self.ticket.message_ids[-1]
        self.reply_to(first, "staff_reply.eml", IN_TIME)
        self.assertEqual(self.ticket.sla_state, "met")
        self.assertTrue(self.mails_to("sara@trainees.example"))

    def test_never_answered(self):
        self.assertFullyEscalated(self.ticket)


@tagged("post_install", "-at_install")
class TestPhoneEndToEnd(EndToEnd, ExchangeCase):
    def setUp(self):
        super().setUp()
        with at("2026-03-01 12:05"):
            self.send(REPORT)
        self.ticket = self.logged().ticket_id

    def test_answered_by_telephone(self):
        again = {
            "call_id": "PBX-2",
            "status": "answered",
            "started_at": "2026-03-02T10:00:00+03:00",
        }
        with at("2026-03-02 10:05"):
            self.send({**REPORT, **again})
        self.assertEqual(self.ticket.sla_state, "met")

    def test_never_answered(self):
        self.assertFullyEscalated(self.ticket)
