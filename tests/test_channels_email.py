"""R1, R2 and R7: a mail to a team makes a ticket; its clock starts on receipt."""

from .channels_common import ALIAS, SUNDAY, MailCase
from .common import riyadh


class TestNewTicket(MailCase):
    def test_channel_team_department_beneficiary_and_clock(self):
        ticket = self.mail("arabic_base64.eml", SUNDAY)
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "تعذر الدخول إلى المحاضرة",
                    "channel_id": self.email.id,
                    "team_id": self.team.id,
                    "team_by_hand": False,
                    "department_id": self.department.id,
                    "partner_id": self.trainee.id,
                    "partner_email": "sara@trainees.example",
                    "beneficiary_id": self.trainee.beneficiary_id.id,
                    "user_id": False,
                    "waiting_since": riyadh(SUNDAY),
                    "sla_deadline": riyadh("2026-03-04 10:00"),
                }
            ],
        )
        self.assertIn("لا يفتح رابط المحاضرة", ticket.description)

    def test_each_team_has_its_own_alias(self):
        for name in ("trainee", "financial", "technical"):
            ticket = self.mail("plain.eml", SUNDAY, To=f"{name}-support@desk.example")
            team = self.env.ref(f"support_policy.team_{name}_support")
            self.assertEqual(ticket.team_id, team)
            self.assertEqual(ticket.department_id, team.parent_id)

    def test_however_it_is_delivered(self):
        """helpdesk_mgmt sets the channel only when the mail was fetched by its cron."""
        for context in ({"fetchmail_cron_running": True}, {}):
            self.env = self.env(context=context)
            ticket = self.mail("plain.eml", SUNDAY)
            self.assertEqual(ticket.channel_id, self.email)

    def test_delivered_to_says_it_when_to_does_not(self):
        ticket = self.mail(
            "plain.eml", SUNDAY, To="undisclosed-recipients:;", Delivered_To=ALIAS
        )
        self.assertEqual(ticket.team_id, self.team)

    def test_a_category_chosen_later_routes_what_the_alias_began(self):
        ticket = self.mail("plain.eml", SUNDAY)
        ticket.category_id = self.env.ref("support_policy.category_financial_refunds")
        financial = self.env.ref("support_policy.team_financial_support")
        self.assertEqual(ticket.team_id, financial)
        self.assertEqual(ticket.department_id, financial.parent_id)
        self.assertTrue(ticket.sla_cycle_id)

    def test_two_teams_addressed_are_one_ticket_with_the_first(self):
        before = self.env["helpdesk.ticket"].search_count([])
        ticket = self.mail(
            "plain.eml",
            SUNDAY,
            To="technical-support@desk.example, " + ALIAS,
            Cc="financial-support@desk.example",
        )
        self.assertEqual(ticket.team_id.alias_name, "technical-support")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before + 1)

    def test_delivered_twice_it_is_one_ticket(self):
        first = self.mail("plain.eml", SUNDAY, Message_Id="<once@trainees.example>")
        again = self.mail("plain.eml", SUNDAY, Message_Id="<once@trainees.example>")
        self.assertTrue(first)
        self.assertFalse(again)

    def test_an_unknown_sender_becomes_a_contact(self):
        ticket = self.mail(
            "arabic_base64.eml", SUNDAY, From="Noura <noura@new.example>"
        )
        self.assertEqual(ticket.partner_id.name, "Noura")
        self.assertEqual(ticket.partner_id.lang, "ar_001")
        self.assertFalse(ticket.beneficiary_id)
        self.assertTrue(ticket.sla_cycle_id)
        english = self.mail("plain.eml", SUNDAY, From="John <john@new.example>")
        self.assertEqual(english.partner_id.lang, "en_US")

    def test_no_subject_no_body(self):
        ticket = self.mail("plain.eml", SUNDAY, Subject=None, body=b"")
        self.assertEqual(ticket.name, "No Subject")
        self.assertIn("no text", ticket.description)
        self.assertEqual(
            self.mail("plain.eml", SUNDAY, Subject="  ").name, "No Subject"
        )

    def test_staff_who_ask_for_help_are_requesters(self):
        ticket = self.mail("plain.eml", SUNDAY, From="agent@desk.example")
        self.assertEqual(ticket.partner_id, self.agent.partner_id)
        self.assertTrue(ticket.sla_cycle_id)
        self.assertFalse(ticket.user_id)


class TestReceivedAt(MailCase):
    """The clock starts when our server received the message, whatever its date says."""

    def received(self, header, moment=SUNDAY, **headers):
        ticket = self.mail("plain.eml", moment, Received=header, **headers)
        return ticket.waiting_since

    def test_the_topmost_stamp_counts(self):
        ours = "from a by mx.desk.example; Thu, 26 Feb 2026 15:30:00 +0300"
        theirs = "from b by mx.b.example; Wed, 25 Feb 2026 11:00:00 +0300"
        both = f"{ours}\nReceived: {theirs}"
        self.assertEqual(self.received(both), riyadh("2026-02-26 15:30"))

    def test_a_stamp_in_another_time_zone(self):
        stamp = "by mx.desk.example; Sun, 1 Mar 2026 01:30:00 -0500 (EST)"
        self.assertEqual(self.received(stamp), riyadh("2026-03-01 09:30"))

    def test_beyond_a_week_or_in_the_future_it_is_now(self):
        for day in ("21 Feb 2026", "2 Mar 2026", "1 Mar 1999", "1 Mar 2099"):
            stamp = f"by mx.desk.example; {day} 10:00:01 +0300"
            self.assertEqual(self.received(stamp), riyadh(SUNDAY))

    def test_missing_or_broken_it_is_now(self):
        for header in (None, "", "by mx", "by mx; yesterday", "by mx; 99 Foo 9999"):
            self.assertEqual(self.received(header), riyadh(SUNDAY))

    def test_the_date_header_is_the_senders_word(self):
        for date in ("Fri, 01 Mar 2019 10:00:00 +0300", "1 Jan 2035", "nonsense", None):
            ticket = self.mail("plain.eml", SUNDAY, Date=date)
            self.assertEqual(ticket.waiting_since, riyadh(SUNDAY))
            self.assertEqual(ticket.message_ids[-1:].date, riyadh(SUNDAY))


class TestWords(MailCase):
    """Whatever alphabet, coding and shape a message has."""

    def test_quoted_printable_windows_1256(self):
        ticket = self.mail("arabic_windows_1256.eml", SUNDAY)
        self.assertEqual(ticket.name, "تعذر الدخول إلى المحاضرة")
        self.assertEqual(ticket.partner_name, "سارة العتيبي")
        self.assertIn("أرجو المساعدة", ticket.description)

    def test_headers_and_body_in_raw_eight_bit(self):
        """Old programs send bytes and do not say what they mean."""
        ticket = self.mail("raw_8bit.eml", SUNDAY)
        self.assertEqual(ticket.name, "تعذر الدخول")
        self.assertIn("لا يفتح رابط المحاضرة", ticket.description)

    def test_a_character_set_that_nobody_knows(self):
        for charset in ("x-unknown", "utf-8-arabic", "''", '""'):
            ticket = self.mail(
                "arabic_base64.eml",
                SUNDAY,
                Content_Type=f"text/plain; charset={charset}",
            )
            self.assertIn("لا يفتح رابط المحاضرة", ticket.description)

    def test_html_is_taken_and_cleaned(self):
        ticket = self.mail("html_alternative.eml", SUNDAY)
        self.assertIn("<b>رابط المحاضرة</b>", ticket.description)
        self.assertNotIn("script", ticket.description)
        self.assertNotIn("النص العادي", ticket.description)

    def test_attachments_with_arabic_names(self):
        ticket = self.mail("attachments.eml", SUNDAY)
        files = {a.name: a.raw for a in ticket.attachment_ids}
        self.assertEqual(set(files), {"إيصال الدفع.pdf", "كشف.csv"})
        self.assertTrue(files["إيصال الدفع.pdf"].startswith(b"%PDF-1.4"))
        self.assertIn("مرفق إيصال الدفع", ticket.description)

    def test_a_mail_that_is_only_a_photo(self):
        ticket = self.mail(
            "arabic_base64.eml",
            SUNDAY,
            body=b"/9j/4AAQSkZJRg==\n",
            Content_Type='image/jpeg; name="photo.jpg"',
        )
        self.assertEqual(ticket.attachment_ids.name, "photo.jpg")
        self.assertIn("no text", ticket.description)

    def test_copied_in_people_are_remembered_and_ask_nothing(self):
        ticket = self.mail("html_alternative.eml", SUNDAY)
        self.assertIn("registrar@college.example", ticket.email_cc)
        self.assertEqual(ticket.partner_id, self.trainee)


class TestAcknowledgement(MailCase):
    def test_number_and_promised_time_in_the_requesters_language(self):
        template = self.env.ref("support_policy.mail_template_acknowledgement")
        template.update_field_translations(
            "subject", {"ar_001": "استلمنا طلبكم {{ object.number }}"}
        )
        ticket = self.mail("arabic_base64.eml", SUNDAY)
        mail = self.mails_to(self.trainee.email)
        self.assertEqual(len(mail), 1, "exactly one")
        self.assertEqual(mail.subject, f"استلمنا طلبكم {ticket.number}")
        promised = ticket.with_context(lang="ar_001").sla_cycle_id.deadline_text
        self.assertIn(ticket.number, mail.body_html)
        self.assertIn(promised, mail.body_html)
        self.assertIn("أربعاء", promised)
        english = self.mail("plain.eml", SUNDAY, From="John <john@new.example>")
        mail = self.mails_to("john@new.example")
        self.assertEqual(mail.subject, f"We received your request {english.number}")
        self.assertIn("Wednesday 4 March, 10:00 (Riyadh time)", mail.body_html)

    def test_no_robot_should_answer_it(self):
        self.mail("plain.eml", SUNDAY)
        headers = self.mails_to(self.trainee.email).headers
        self.assertIn("'Auto-Submitted': 'auto-replied'", headers)

    def test_it_is_no_answer_and_goes_to_the_requester_alone(self):
        ticket = self.mail("html_alternative.eml", SUNDAY)
        self.assertEqual(ticket.sla_state, "running")
        acknowledgement = self.acknowledgements(ticket)
        self.assertEqual(acknowledgement.notified_partner_ids, self.trainee)
        self.assertFalse(self.mails_to("registrar@college.example"))

    def test_further_messages_are_not_acknowledged(self):
        ticket = self.mail("plain.eml", SUNDAY)
        self.reply_to(self.acknowledgements(ticket), "plain.eml", "2026-03-01 12:00")
        self.assertEqual(len(self.acknowledgements(ticket)), 1)

    def test_no_answer_to_ourselves(self):
        """A message that claims to come from an alias would go round for ever."""
        ticket = self.mail("plain.eml", SUNDAY, From=ALIAS)
        self.assertTrue(ticket)
        self.assertFalse(ticket.partner_id)
        self.assertFalse(self.mails_to(ALIAS))

    def test_the_acknowledgement_itself_delivered_to_us_is_dropped(self):
        ticket = self.mail("plain.eml", SUNDAY)
        ours = self.acknowledgements(ticket).message_id
        self.assertFalse(self.mail("auto_reply.eml", SUNDAY, Message_Id=ours))
