"""Answers by WhatsApp, when sending goes wrong: again, but never twice."""

from odoo.tests import tagged

from .channels_whatsapp_common import WaitingCase
from .common import at, riyadh

REPLIED = "2026-03-01 11:00"


@tagged("post_install", "-at_install")
class TestAgain(WaitingCase):
    def test_limits_and_outages_are_tried_again_later_and_later(self):
        self.api.faults += [130429, 131016, 190, 131056]
        message, _sent = self.reply(self.ticket, REPLIED)
        waits = []
        for moment in ("11:01", "11:06", "11:21"):
            row = self.last_out(self.ticket)
            waits.append(row.try_at)
            self.assertFalse(self.send(f"2026-03-01 {moment}"))
        self.assertEqual(
            waits,
            [riyadh(f"2026-03-01 {moment}") for moment in ("11:01", "11:06", "11:21")],
        )
        self.assertFalse(self.send("2026-03-01 12:20"), "not before its time")
        self.assertEqual(len(self.send("2026-03-01 12:21")), 1)
        self.assertEqual(self.shown(message), "pending")
        self.assertEqual(self.cycle.state, "met")

    def test_what_passes_by_itself_is_tried_again(self):
        passing = (1, 2, 4, 131005, 131042, 131045, 133004, "429")
        for minute, fault in enumerate(passing):
            with self.subTest(fault):
                self.api.faults += [fault]
                self.reply(self.ticket, f"2026-03-01 11:{minute:02}")
                self.assertEqual(self.last_out(self.ticket).state, "queued")
                self.ticket.whatsapp_message_ids.state = "read"

    def test_a_failure_that_passes_by_itself_is_sent_again(self):
        message, (sent,) = self.reply(self.ticket, REPLIED)
        error = {"code": 130429, "title": "Rate limit hit"}
        self.status(sent, "failed", REPLIED, errors=[error])
        self.assertEqual(self.shown(message), "ready")
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(len(self.send("2026-03-01 11:02")), 1)
        self.status(sent, "failed", "2026-03-01 11:03")
        self.assertEqual(self.shown(message), "pending", "that was the first attempt")

    def test_tried_often_enough_it_fails(self):
        self.api.faults += [130429] * 10
        self.reply(self.ticket, REPLIED)
        for moment in ("11:01", "11:06", "11:21", "12:21", "15:21"):
            self.assertEqual(self.cycle.state, "met")
            self.send(f"2026-03-01 {moment}")
        self.assertRunning()

    def test_without_a_connection_it_is_tried_again(self):
        self.account.api_url = "http://127.0.0.1:9/nobody-listens"
        self.reply(self.ticket, REPLIED)
        self.assertEqual(self.last_out(self.ticket).state, "queued")
        self.account.api_url = self.api.url
        self.assertEqual(len(self.send("2026-03-01 11:02")), 1)

    def test_broken_off_nobody_knows_and_it_is_not_sent_twice(self):
        for fault in ("break", "nonsense", "502"):
            with self.subTest(fault):
                self.api.faults += [fault]
                _message, sent = self.reply(self.ticket, REPLIED)
                row = self.last_out(self.ticket)
                self.assertEqual(row.state, "unsure")
                self.assertFalse(self.send("2026-03-01 11:10"))
                if sent:  # WhatsApp tells, by our mark, that it was sent
                    mark = sent[0]["biz_opaque_callback_data"]
                    self.status(sent[0], "sent", "2026-03-01 11:11", mark=mark)
                    self.assertEqual(row.state, "sent")
                    self.assertEqual(self.cycle.state, "met")
                else:
                    self.send("2026-03-01 11:16")
                    self.assertEqual(row.state, "failed")
                self.assertFalse(self.send("2026-03-01 15:00"))

    def test_a_worker_that_died_while_sending_is_found_out(self):
        self.answer(self.ticket, REPLIED)
        row = self.last_out(self.ticket)
        row.write({"state": "sending", "try_at": riyadh("2026-03-01 11:05")})
        self.assertFalse(self.send("2026-03-01 11:10"))
        self.assertEqual(row.state, "sending")
        self.assertFalse(self.send("2026-03-01 11:20"))
        self.assertEqual(row.state, "failed")
        self.assertRunning()

    def test_given_up_but_arrived_after_all(self):
        self.api.faults += ["break"]
        message, (sent,) = self.reply(self.ticket, REPLIED)
        self.send("2026-03-01 11:16")
        self.assertRunning()
        self.say("شكرا", moment="2026-03-01 11:30")
        mark = sent["biz_opaque_callback_data"]
        self.status(sent, "delivered", "2026-03-01 12:00", mark=mark)
        self.assertEqual(self.shown(message), "sent")
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(self.cycle.ended_at, riyadh(REPLIED))
        self.assertFalse(self.ticket.activity_ids)
        self.assertEqual(self.ticket.waiting_since, riyadh("2026-03-01 11:30"))

    def test_a_failed_part_takes_the_others_with_it(self):
        self.api.faults += [131026]
        files = [("a.pdf", b"%PDF-1.4 x")]
        message, sent = self.reply(self.ticket, REPLIED, attachments=files)
        self.assertFalse(sent)
        self.assertEqual(set(message.sudo().whatsapp_ids.mapped("state")), {"failed"})
        self.assertEqual(len(self.ticket.activity_ids), 1)

    def test_only_what_failed_is_sent_again(self):
        self.reply(self.ticket, REPLIED)
        inbound = self.ticket.whatsapp_message_ids.filtered(
            lambda row: row.direction == "in"
        )
        inbound.state = "failed"  # a file of it could not be had
        self.say("وأيضًا", moment="2026-03-01 11:30")
        cycle = self.ticket.sla_cycle_id
        for row in self.ticket.whatsapp_message_ids:
            with at("2026-03-01 12:00"):
                row.with_user(self.agent).action_send_again()
        self.assertFalse(self.send("2026-03-01 12:00"))
        self.assertEqual(cycle.state, "running")

    def test_what_nobody_knows_of_holds_nothing_up(self):
        self.api.faults += ["break"]
        self.reply(self.ticket, REPLIED)
        _message, sent = self.reply(self.ticket, "2026-03-01 11:01", body="The next")
        self.assertEqual(self.texts(sent), ["The next"])

    def test_a_worker_that_died_holds_up_for_a_minute_at_most(self):
        self.answer(self.ticket, REPLIED)
        with at(REPLIED):
            self.last_out(self.ticket)._begin_sending("died")
        _message, sent = self.reply(self.ticket, REPLIED, body="The next")
        self.assertFalse(sent, "the other may still be sent, and comes first")
        self.assertEqual(self.texts(self.send("2026-03-01 11:01")), ["The next"])

    def test_sent_again_by_hand(self):
        self.api.faults += [131026]
        _message, _sent = self.reply(self.ticket, REPLIED)
        row = self.last_out(self.ticket).with_user(self.agent)
        with at("2026-03-01 12:00"):
            row.action_send_again()
        self.assertEqual(len(self.send("2026-03-01 12:00")), 1)
        self.assertEqual(self.cycle.state, "met")
        self.assertEqual(self.cycle.ended_at, riyadh("2026-03-01 12:00"))

    def test_sent_again_by_hand_and_broken_off(self):
        message, (first,) = self.reply(self.ticket, REPLIED)
        self.status(first, "failed", "2026-03-01 11:05")
        row = self.last_out(self.ticket)
        with at("2026-03-01 12:00"):
            row.with_user(self.agent).action_send_again()
        self.api.faults += ["break"]
        (second,) = self.send("2026-03-01 12:00")
        self.assertEqual(row.state, "unsure")
        old, new = (one["biz_opaque_callback_data"] for one in (first, second))
        self.status(first, "failed", "2026-03-01 12:01", mark=old)
        self.assertEqual(row.state, "unsure", "that was the first attempt")
        self.status(second, "delivered", "2026-03-01 12:02", mark=new)
        self.assertEqual((row.state, row.whatsapp_id), ("delivered", second["uid"]))
        self.assertFalse(self.send("2026-03-01 12:30"))
        self.assertEqual(self.shown(message), "sent")
