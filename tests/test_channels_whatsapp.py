"""WhatsApp, from the outside in: what the requester writes, and on which ticket."""

import re

from markupsafe import Markup

from odoo.tests import tagged

from .channels_whatsapp_common import ASKED, PHONE, PROMISED, WhatsappCase
from .channels_whatsapp_stand_in import make_call
from .common import at, riyadh


@tagged("post_install", "-at_install")
class TestWhatsapp(WhatsappCase):
    def count(self):
        return self.env["helpdesk.ticket"].search_count([])

    def test_a_request_is_promised_an_answer_within_48_business_hours(self):
        ticket = self.say("السلام عليكم\nلا أستطيع دخول المحاضرة")
        self.assertEqual(ticket.partner_id, self.trainee)
        self.assertEqual(ticket.channel_id, self.whatsapp)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.name, "السلام عليكم")
        self.assertIn("لا أستطيع دخول المحاضرة", ticket.description)
        self.assertEqual(ticket.sla_deadline, riyadh(PROMISED))

    def test_it_is_acknowledged_with_number_and_promise(self):
        ticket = self.say("مرحبا")
        (sent,) = self.send()
        self.assertEqual(sent["to"], PHONE)
        self.assertIn(ticket.number, sent["text"]["body"])
        (link,) = re.findall(r"http\S+(/support/track/[^)\s]+)", sent["text"]["body"])
        self.authenticate(None, None)
        with at(ASKED):
            self.assertIn(ticket.number, self.url_open(link).text)
        self.assertEqual(ticket.sla_state, "running", "which is no answer")
        self.assertFalse(self.mails_to(self.trainee.email), "and not mailed as well")

    def test_end_to_end_answered_in_time(self):
        ticket = self.say("لا أستطيع الدخول")
        self.send()
        body = Markup("<p>أهلًا 🎉<br>جرّب <b>الآن</b></p>")
        _message, sent = self.reply(ticket, "2026-03-01 11:00", body)
        self.assertEqual(self.texts(sent), ["أهلًا 🎉\nجرّب *الآن*"])
        self.status(sent[0], "delivered", "2026-03-01 11:01")
        self.assertEqual(ticket.sla_state, "met")
        self.assertEqual(ticket.sla_cycle_ids.answered_by_id, self.agent)
        self.assertFalse(ticket.waiting_since)

    def test_end_to_end_never_answered(self):
        ticket = self.say("لا أستطيع الدخول")
        for moment in ("2026-03-09 10:01", "2026-03-12 10:02", "2026-03-24 10:03"):
            self.run_cron(moment)
        self.assertEqual(
            self.climbs(ticket),
            [(1, self.leader), (2, self.manager), (3, self.executive)],
        )
        self.assertEqual(ticket.user_id, self.executive)
        self.assertEqual(ticket.priority, "3")

    def test_the_cycle_starts_when_it_was_written_not_when_it_came_in(self):
        late = self.message(text="مرحبا", moment=ASKED)
        ticket = self.tell(late, moment="2026-03-03 15:00")
        self.assertEqual(ticket.waiting_since, riyadh(ASKED))
        self.assertEqual(ticket.sla_deadline, riyadh(PROMISED))

    def test_a_stamp_out_of_all_bounds_is_not_believed(self):
        for stamp, person in (
            ("2019-01-01 10:00", "966500000001"),
            ("2026-03-01 23:00", "966500000002"),
        ):
            with self.subTest(stamp):
                message = self.message(text="x", moment=stamp, person=person)
                ticket = self.tell(message)
                self.assertEqual(ticket.waiting_since, riyadh(ASKED))

    def test_unordered_the_earliest_message_starts_the_cycle(self):
        ticket = self.say("الثانية", moment="2026-03-01 12:00")
        first = self.message(text="الأولى", moment=ASKED)
        self.assertEqual(self.tell(first, moment="2026-03-01 13:00"), ticket)
        self.assertEqual(ticket.waiting_since, riyadh(ASKED))
        self.assertEqual(ticket.sla_cycle_id.started_at, riyadh(ASKED))
        self.assertEqual(ticket.sla_deadline, riyadh(PROMISED))
        self.assertEqual(len(ticket.sla_cycle_ids), 1)

    # -- R5 -----------------------------------------------------------------

    def test_the_running_conversation_goes_on_in_its_ticket(self):
        ticket = self.say("الأولى")
        self.assertEqual(self.say("وأيضًا", moment="2026-03-01 11:00"), ticket)
        self.assertEqual(ticket.resend_count, 1)
        self.assertEqual(ticket.sla_deadline, riyadh(PROMISED), "untouched")
        self.reply(ticket, "2026-03-01 12:00")
        self.assertEqual(self.say("شكرا", moment="2026-03-01 13:00"), ticket)
        self.assertEqual(ticket.waiting_since, riyadh("2026-03-01 13:00"))

    def test_after_the_deadline_writing_again_climbs_at_once(self):
        ticket = self.say("الأولى")
        self.say("أين الرد؟", moment="2026-03-09 10:30")
        self.assertEqual(self.climbs(ticket), [(1, self.leader)])
        self.assertEqual(ticket.escalation_ids.trigger, "resend")

    def test_a_closed_conversation_does_not_go_on(self):
        ticket = self.say("الأولى")
        ticket.stage_id = self.done
        again = self.say("سؤال آخر", moment="2026-03-02 10:00")
        self.assertNotEqual(again, ticket)

    def test_quoting_an_old_message_of_ours_goes_to_its_ticket(self):
        first = self.say("الأولى")
        _message, sent = self.reply(first, "2026-03-01 11:00")
        first.stage_id = self.done
        second = self.say("سؤال آخر", moment="2026-03-02 10:00")
        quoted = {"id": sent[-1]["uid"]}
        quoting = self.say("ما زال", moment="2026-03-02 11:00", context=quoted)
        self.assertEqual(quoting, first)
        self.assertFalse(first.closed, "and reopens it")
        self.assertNotEqual(second, first)

    def test_naming_a_tickets_number_goes_to_it(self):
        asked = self.ask("2026-02-26 10:00")
        number = asked.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        self.assertEqual(self.say(f"بخصوص {number}"), asked)
        self.assertEqual(asked.resend_count, 1)

    def test_somebody_elses_number_or_message_opens_nothing(self):
        theirs = self.ask("2026-02-26 10:00", partner_id=self.stranger.id)
        before = theirs.message_ids
        ticket = self.say(f"بخصوص {theirs.number}")
        self.assertNotEqual(ticket, theirs)
        quoted = {"id": ticket.whatsapp_message_ids[-1:].whatsapp_id}
        other = self.message(text="?", person="966509999999", context=quoted)
        self.assertNotEqual(self.tell(other), ticket)
        self.assertEqual(theirs.message_ids, before)

    def test_closed_too_long_ago_it_continues_in_a_linked_ticket(self):
        first = self.say("الأولى")
        _message, sent = self.reply(first, "2026-03-01 11:00")
        first.stage_id = self.done
        first.closed_date = riyadh("2026-03-01 12:00")
        again = self.say(
            "مجددًا", moment="2026-04-01 10:00", context={"id": sent[-1]["uid"]}
        )
        self.assertEqual(again.previous_ticket_id, first)
        self.assertEqual(again.channel_id, self.whatsapp)
        self.assertEqual(again.whatsapp_address, f"+{PHONE}")
        texts = self.texts(self.send("2026-04-01 10:00"))
        self.assertIn(again.number, texts[-1])

    def test_the_answer_to_a_request_written_down_by_hand_joins_it(self):
        by_hand = self.ask(ASKED, channel_id=self.whatsapp.id)
        ticket = self.say("شكرا", moment="2026-03-01 11:00")
        self.assertEqual(ticket, by_hand)
        self.assertEqual(ticket.whatsapp_account_id, self.account)
        self.assertEqual(ticket.whatsapp_address, f"+{PHONE}")
        _message, (sent,) = self.reply(ticket, "2026-03-01 12:00")
        self.assertEqual(sent["to"], PHONE)

    def test_two_numbers_of_ours_with_one_webhook(self):
        other = self.account.copy(
            {
                "phone_number_id": "777",
                "app_secret": self.account.app_secret,
                "access_token": self.account.access_token,
            }
        )
        first = self.say("إلى الأول")
        message = self.message(text="إلى الثاني")
        self.hook(make_call([message], number_id="777"))
        self.read_events()
        second = self.rows.search([("whatsapp_id", "=", message["id"])]).ticket_id
        self.assertEqual(second.whatsapp_account_id, other)
        self.assertNotEqual(first, second)
        other.app_secret = "another app's"
        foreign = self.message(text="?")
        self.hook(make_call([foreign], number_id="777"))
        self.read_events()
        self.assertFalse(self.rows.search([("whatsapp_id", "=", foreign["id"])]))
        event = self.events.search([], limit=1)
        self.assertEqual(event.state, "failed")
        self.assertIn("777", event.reason)
        self.assertIn(self.helpdesk_manager, self.account.activity_ids.user_id)
        other.app_secret = self.account.app_secret
        with at(ASKED):
            event.action_read_again()
        self.read_events()
        self.assertTrue(self.rows.search([("whatsapp_id", "=", foreign["id"])]))

    def test_the_cost_of_a_message_does_not_grow_with_what_came_before(self):
        def count_queries():
            self.hook(make_call([self.message(text="x")]))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.read_events()
            return self.env.cr.sql_log_count - before

        self.say("first")
        count_queries()  # warms the caches up
        few = count_queries()
        messages = [self.message(text=str(number)) for number in range(60)]
        self.tell(*messages)
        self.assertLessEqual(count_queries(), few + 2)
