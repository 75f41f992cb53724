"""R5: a request sent again, its number quoted, joins the first one."""

from .channels_common import IN_TIME, SUNDAY, TOO_LATE, ResendCase
from .common import riyadh


class TestQuotedNumber(ResendCase):
    def quote(self, text, moment=IN_TIME, **headers):
        headers = {"Subject": text.encode(), **headers}
        return self.mail("plain.eml", moment, **headers)

    def arabic(self, digits):
        return self.ticket.number.translate(str.maketrans("0123456789", digits))

    def test_in_the_subject_however_it_is_written(self):
        number = self.ticket.number
        bare = number.removeprefix("HT")
        for text in (
            number,
            f"Re: [#{number.lower()}] any news?",
            f"تذكير بالتذكرة {self.arabic('٠١٢٣٤٥٦٧٨٩')}",
            f"تذكير بالتذكرة {self.arabic('۰۱۲۳۴۵۶۷۸۹')}",
            f"\u200fتذكير: HT\u200e{bare[:2]}\u200f{bare[2:]}",
            f"بخصوص الطلب رقم {bare}",
        ):
            self.assertJoined(self.quote(text))
        self.assertEqual(self.ticket.resend_count, 6)

    def test_in_the_body(self):
        body = f"السلام عليكم، سبق أن أرسلت الطلب {self.ticket.number}".encode()
        self.assertJoined(self.mail("plain.eml", IN_TIME, body=body))

    def test_in_the_body_of_html(self):
        body = f"<p>About <b>{self.ticket.number}</b></p>".encode()
        html = "text/html; charset=utf-8"
        self.assertJoined(self.mail("plain.eml", IN_TIME, body, Content_Type=html))

    def test_the_subject_counts_before_the_body(self):
        other = self.mail("plain.eml", SUNDAY)
        self.count += 1
        body = f"and not {other.number}".encode()
        self.assertJoined(self.quote(self.ticket.number, body=body))

    def test_another_address_of_the_same_person_is_somebody_else(self):
        self.assertOwnTicket(
            lambda: self.quote(self.ticket.number, From="sara@home.example")
        )

    def test_quoted_by_somebody_else_it_reveals_nothing(self):
        for sender in (self.stranger.email, self.agent.email, "new@who.example"):
            self.assertOwnTicket(
                lambda s=sender: self.quote(self.ticket.number, From=s)
            )

    def test_unknown_numbers_make_a_new_ticket(self):
        for text in ("HT99999", "99999", "HT00000", "0555123456"):
            ticket = self.quote(text)
            self.assertNotEqual(ticket, self.ticket)
            self.assertTrue(ticket.sla_cycle_id)

    def test_of_two_contacts_with_one_address_the_requester_is_meant(self):
        """Families share a mailbox; its older contact was taken for a stranger."""
        twin = self.trainee.copy({"name": "Sara's sister"})
        theirs = self.ask(IN_TIME, partner_id=twin.id)
        self.count += 1
        self.assertEqual(self.quote(theirs.number), theirs)
        self.assertEqual(theirs.resend_count, 1)
        self.assertJoined(self.quote(self.ticket.number))

    def test_a_number_with_another_prefix(self):
        self.ticket.number = "REQ/2026/00042"
        self.assertJoined(self.quote("بخصوص req/2026/٠٠٠٤٢"))


class TestClockOfResend(ResendCase):
    def resend(self, moment):
        return self.mail("plain.eml", moment, Subject=f"Re: {self.ticket.number}")

    def test_before_the_deadline_it_is_only_counted(self):
        self.assertJoined(self.resend(IN_TIME))
        self.assertJoined(self.resend("2026-03-04 10:00:00"))
        self.assertEqual(self.ticket.resend_count, 2)
        self.assertEqual(self.ticket.sla_cycle_id, self.cycle)
        self.assertEqual(self.cycle.deadline, riyadh("2026-03-04 10:00"))
        self.assertFalse(self.climbs(self.ticket))

    def test_after_the_deadline_it_triggers_tier_one_at_once(self):
        self.assertJoined(self.resend(TOO_LATE))
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])
        self.assertEqual(self.ticket.escalation_ids.trigger, "resend")
        self.assertEqual(self.ticket.user_id, self.leader)

    def test_a_second_one_does_nothing_more_and_no_tier_is_skipped(self):
        self.resend(TOO_LATE)
        due = self.cycle.next_escalation_at
        self.resend("2026-03-05 12:00")
        self.resend("2026-03-20 12:00")  # tier 1's time is long over: the cron's job
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])
        self.assertEqual(self.cycle.next_escalation_at, due)
        self.assertEqual(self.ticket.resend_count, 3)

    def test_after_the_cron_it_does_nothing_more(self):
        self.run_cron(TOO_LATE)
        self.resend("2026-03-04 11:00")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])
        self.assertEqual(self.ticket.escalation_ids.trigger, "deadline")

    def test_after_an_answer_it_opens_a_new_cycle(self):
        self.answer(self.ticket, "2026-03-01 12:00")
        self.assertJoined(self.resend(IN_TIME))
        self.assertEqual(self.ticket.sla_deadline, riyadh("2026-03-05 10:00"))
        self.assertEqual(self.ticket.resend_count, 0)
