"""All doors at once: by each channel something is brought in, as it really comes."""

import itertools
from email.utils import format_datetime

from odoo.addons.support_policy.support_policy.calendar.utc import aware

from .channels_whatsapp_common import WhatsappCase
from .common import at, riyadh
from .portal_common import PublicCase
from .test_channels_phone_exchange import REPORT, ExchangeCase

NOON = "2026-03-01 12:00"
SERIAL = itertools.count(1)


class DoorsCase(WhatsappCase, PublicCase, ExchangeCase):
    """The same trainee writes and calls. Each ``by_…`` brings something in:

    - ``moment``: by Riyadh's clock, when it comes in
    - ``text``: what it says (channels that carry words)
    - ``about``: the ticket it is about
    - ``claimed``: when, as the channel claims
    """

    def by_mail(self, moment=NOON, text="", about=None, claimed=None):
        stamp = format_datetime(aware(riyadh(claimed or moment)))
        self.mail(
            "plain.eml",
            moment,
            body=(text or f"{moment} {about.number if about else ''}").encode(),
            Received=f"from relay.example by mx.desk.example with ESMTP; {stamp}",
        )

    def by_reply(self, moment=NOON, about=None, **_values):
        """By e-mail, as a reply to what has been written on the ticket."""
        self.reply_to(about.message_ids[-1:], "plain.eml", moment)

    def by_whatsapp(self, moment=NOON, text="", about=None, claimed=None):
        text = text or f"{moment} {about.number if about else ''}"
        written = self.message(text=text, moment=claimed or moment)
        self.tell(written, moment=moment)

    def by_web(self, moment=NOON, text="", about=None, **_values):
        previous = text or (about.number if about else "")
        self.visit()
        response = self.ask_by_form(
            moment, email=self.trainee.email, text=moment, previous=previous
        )
        self.assertIn(response.status_code, (200, 303))

    def by_page(self, moment=NOON, about=None, **_values):
        """On the page of the private link."""
        self.visit()
        response = self.post(f"{about._get_page()}/answer", {"text": moment}, moment)
        self.assertEqual(response.status_code, 303)

    def by_exchange(self, moment=NOON, claimed=None, **_values):
        """A missed call that the exchange reports."""
        started_at = f"{(claimed or moment).replace(' ', 'T')}:00+03:00"
        report = {"call_id": f"PBX-{next(SERIAL)}", "started_at": started_at}
        with at(moment):
            response = ExchangeCase.send(self, {**REPORT, **report})
        self.assertEqual(response.status_code, 200)

    def by_call(self, moment=NOON, about=None, claimed=None, **_values):
        """A missed call that staff log."""
        self.log(
            moment,
            outcome="missed",
            ticket_id=about and about.id,
            started_at=riyadh(claimed or moment),
        )


def every(case, rule, *channels):
    """Add a test of a rule to a case for each of these channels."""
    for channel in channels:

        def test(self, bring=f"by_{channel}", check=rule):
            check(self, getattr(self, bring))

        test.__doc__ = rule.__doc__
        setattr(case, f"test_{rule.__name__}__by_{channel}", test)
