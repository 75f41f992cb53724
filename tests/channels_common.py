"""Real mail for the tests of the e-mail channel."""

import itertools
import re
from email.utils import format_datetime

from odoo.addons.support_policy.support_policy.calendar.utc import aware

from .common import SAMPLES, SupportPolicyCase, riyadh

#: Numbers for Message-Ids, never twice the same.
SERIAL = itertools.count(1)
ALIAS = "trainee-support@desk.example"
SUNDAY = "2026-03-01 10:00"
IN_TIME = "2026-03-02 10:00"
#: Asked on that Sunday, an answer is promised by Wednesday, 4 March, at 10:00.
TOO_LATE = "2026-03-04 10:00:01"


class MailCase(SupportPolicyCase):
    """Samples, delivered as our own mail server would: stamped on receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.trainee.lang = "ar_001"
        cls.env["mail.alias.domain"].create({"name": "desk.example"})

    def sample(self, name, body=None, **headers):
        """A raw message: a file of ``tests/samples``, with these headers instead.

        :param bytes body: instead of the file's
        :param headers: as in ``In_Reply_To="<id>"``; None takes the header away
        """
        head, _blank, original = (SAMPLES / name).read_bytes().partition(b"\n\n")
        headers = {"Message_Id": f"<{next(SERIAL)}@mail.example>", **headers}
        for key, value in headers.items():
            key = key.replace("_", "-")
            pattern = rb"(?mi)^%s:.*\n?(?:[ \t].*\n?)*" % key.encode()
            head = re.sub(pattern, b"", head).rstrip(b"\n")
            if value is not None:
                value = value.encode() if isinstance(value, str) else value
                head = b"%s: %s\n%s" % (key.encode(), value, head)
        return head + b"\n\n" + (original if body is None else body)

    def mail(self, name, moment, body=None, **headers):
        """Deliver a sample, received at a moment of Riyadh's clock.

        :return: the ticket it ended up in (empty if none)
        """
        stamp = format_datetime(aware(riyadh(moment)))
        received = f"from relay.example by mx.desk.example with ESMTP; {stamp}"
        headers = {"Received": received, **headers}
        return self.deliver(self.sample(name, body, **headers), moment)

    def reply_to(self, message, name, moment, **headers):
        """Deliver a sample as a reply to a message of Odoo's."""
        return self.mail(name, moment, In_Reply_To=message.message_id, **headers)

    def mails_to(self, address):
        """What has been written to an address, oldest first."""
        mails = self.env["mail.mail"].sudo().search([], order="id")
        return mails.filtered(
            lambda m: (
                address in (m.email_to or "")
                or address in m.recipient_ids.mapped("email")
            )
        )

    def acknowledgements(self, ticket):
        """The acknowledgements that a ticket's requester got."""
        return ticket.message_ids.filtered(
            lambda m: (
                m.message_type == "auto_comment"
                and m.author_id == self.company.partner_id
            )
        )


class ResendCase(MailCase):
    """A request received on Sunday, about which more mail comes."""

    def setUp(self):
        super().setUp()
        self.ticket = self.mail("plain.eml", SUNDAY)
        self.cycle = self.ticket.sla_cycle_id
        self.first = self.ticket.message_ids[-1]
        self.count = self.env["helpdesk.ticket"].search_count([])

    def assertJoined(self, ticket):
        self.assertEqual(ticket, self.ticket)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), self.count)

    def snapshot(self):
        return (
            self.ticket.message_ids,
            self.ticket.message_follower_ids,
            self.ticket.message_ids.notification_ids,
            self.ticket.email_cc,
            self.ticket.resend_count,
            self.ticket.sla_cycle_ids,
        )

    def assertOwnTicket(self, act):
        """The act makes another ticket and leaves no trace of the first one in it."""
        before = self.snapshot()
        ticket = act()
        self.assertEqual(self.snapshot(), before, "the first ticket is untouched")
        self.assertEqual(len(ticket), 1)
        self.assertNotEqual(ticket, self.ticket)
        self.assertEqual(ticket.team_id, self.team)
        # their own subject comes back to them; of the first ticket they learn nothing
        for ours in self.acknowledgements(ticket):
            text = f"{ours.subject} {ours.body}".replace(ticket.name, "")
            self.assertNotIn(self.ticket.number, text)
            self.assertNotIn(self.ticket.partner_name, text)
        self.assertFalse(ticket.message_ids.parent_id & self.ticket.message_ids)
        self.assertFalse(ticket.previous_ticket_id)
        return ticket
