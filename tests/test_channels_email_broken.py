"""Huge or broken messages: a ticket or a clean refusal, never a lost message."""

import random
import time
from unittest.mock import patch
from xmlrpc.client import Binary

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from odoo.tools import mute_logger

from odoo.addons.support_policy.support_policy.channels import raw_message

from .channels_common import ALIAS, SUNDAY, MailCase
from .common import SAMPLES, riyadh

GATEWAY = "odoo.addons.support_policy.support_policy.channels.mail_gateway"


class TestBroken(MailCase):
    def assertUnreadable(self, ticket, raw):
        """A ticket of the team, with a clock, and the original attached."""
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.waiting_since, riyadh(SUNDAY))
        self.assertIn("could not be read", ticket.description)
        attachment = ticket.attachment_ids
        self.assertEqual(attachment.mapped("name"), ["message.eml"])
        self.assertEqual(attachment.raw, raw)
        self.assertEqual(len(self.acknowledgements(ticket)), 1)

    @mute_logger(GATEWAY)
    def test_nul_bytes_in_headers(self):
        raw = (SAMPLES / "unreadable.eml").read_bytes()
        ticket = self.deliver(raw, SUNDAY)
        self.assertUnreadable(ticket, raw)
        self.assertEqual(ticket.partner_id, self.trainee)

    @mute_logger(GATEWAY)
    def test_an_unreadable_message_that_is_delivered_twice_is_one_ticket(self):
        self.assertTrue(self.deliver("unreadable.eml", SUNDAY))
        self.assertFalse(self.deliver("unreadable.eml", SUNDAY))

    @mute_logger(GATEWAY)
    def test_an_unreadable_robot_starts_no_clock(self):
        raw = (SAMPLES / "unreadable.eml").read_bytes()
        ticket = self.deliver(b"Auto-Submitted: auto-replied\n" + raw, SUNDAY)
        self.assertFalse(ticket.sla_cycle_id)
        self.assertFalse(self.mails_to(self.trainee.email))

    @mute_logger(GATEWAY)
    def test_broken_recipients_still_name_the_team(self):
        """Python cannot read the headers at all; Odoo refuses the message."""
        for name, value in (("Cc", "x@"), ("To", f'{ALIAS}";<>,@'), ("From", "x@")):
            with self.subTest(name):
                ticket = self.mail("plain.eml", SUNDAY, **{name: value})
                self.assertEqual(ticket.team_id, self.team)
                self.assertTrue(ticket.sla_cycle_id)

    def test_nul_and_half_characters_in_texts(self):
        words = "=?utf-8?B?AEE=?= =?utf-16?B?2AA=?="
        ticket = self.mail(
            "plain.eml", SUNDAY, body=b"a\x00b\xed\xa0\x80c", Subject=words
        )
        self.assertTrue(ticket.sla_cycle_id)
        self.assertIn("A", ticket.name)

    @mute_logger(GATEWAY)
    def test_given_as_text_or_by_xml_rpc(self):
        raw = self.sample("plain.eml")
        self.assertTrue(self.deliver(Binary(raw), SUNDAY))
        text = self.sample("plain.eml").decode() + "\ud800"
        self.assertTrue(self.deliver(text, SUNDAY))

    def test_a_truncated_multipart(self):
        ticket = self.mail("truncated.eml", SUNDAY)
        self.assertIn("انقطع الاتصال هنا", ticket.description)
        self.assertEqual(ticket.attachment_ids.name, "receipt.pdf")

    def test_missing_headers(self):
        for name in ("From", "Message_Id", "Date", "MIME_Version", "Content_Type"):
            with self.subTest(name):
                ticket = self.mail("plain.eml", SUNDAY, **{name: None})
                self.assertTrue(ticket.sla_cycle_id)
        raw = f"To: {ALIAS}\n\n".encode()
        self.assertTrue(self.deliver(raw, "2026-03-01 10:01").sla_cycle_id)

    def test_without_a_sender_nobody_is_made_up(self):
        ticket = self.mail("plain.eml", SUNDAY, From=None)
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.message_ids.author_id)
        self.assertFalse(self.acknowledgements(ticket))

    def test_addressed_to_nobody_here_it_is_refused_as_ever(self):
        count = self.env["helpdesk.ticket"].search_count([])
        for address in ("nobody@desk.example", "trainee-support-2@desk.example", ""):
            with self.assertRaisesRegex(ValueError, "No possible route"):
                self.mail("plain.eml", SUNDAY, To=address)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), count)

    @mute_logger(GATEWAY)
    def test_a_bug_in_making_the_ticket_bounces_nothing(self):
        """Odoo marks the alias as invalid, and tells the sender that it is broken."""
        tickets = type(self.env["helpdesk.ticket"])
        raw = self.sample("plain.eml")
        with patch.object(tickets, "_route_request", side_effect=KeyError("a bug")):
            self.assertUnreadable(self.deliver(raw, SUNDAY), raw)
        original = tickets.message_new
        failing = [KeyError("a bug in another addon")]

        def fail_once(tickets, msg, custom_values=None):
            if failing:
                raise failing.pop()
            return original(tickets, msg, custom_values)

        raw = self.sample("plain.eml")
        with (
            patch.object(tickets, "message_new", fail_once),
            patch.object(
                type(self.env["mail.thread"]), "_routing_create_bounce_email"
            ) as bounce,
        ):
            self.assertUnreadable(self.deliver(raw, SUNDAY), raw)
        bounce.assert_not_called()
        self.assertNotEqual(self.team.alias_id.alias_status, "invalid")

    @mute_logger(GATEWAY)
    def test_a_server_that_names_the_model_needs_no_alias(self):
        """What a fetchmail server does that was told to make tickets."""
        threads = self.env["mail.thread"]
        for name in ("plain.eml", "unreadable.eml"):
            raw = self.sample(name, To="nobody@desk.example")
            ticket = self.env["helpdesk.ticket"].browse(
                threads.message_process("helpdesk.ticket", raw)
            )
            self.assertEqual(ticket.channel_id, self.email)
            self.assertFalse(ticket.team_id)


class TestHuge(MailCase):
    def assertQuick(self, seconds, act):
        start = time.monotonic()
        ticket = act()
        self.assertLess(time.monotonic() - start, seconds)
        self.assertTrue(ticket.sla_cycle_id)
        return ticket

    def test_a_body_of_20_megabytes_is_cut_and_attached_whole(self):
        line = "سطر طويل من سجل الأخطاء 0123456789 abcdefghij\n".encode()
        body = line * (20_000_000 // len(line))
        ticket = self.assertQuick(30, lambda: self.mail("plain.eml", SUNDAY, body=body))
        self.assertLess(len(ticket.description), 10_000)
        self.assertLess(len(ticket.message_ids[-1].body), 10_000)
        self.assertGreater(ticket.attachment_ids.file_size, 15_000_000)

    def test_a_long_reply_is_cut_as_well(self):
        ticket = self.mail("plain.eml", SUNDAY)
        raw = self.sample("plain.eml", b"line\n" * 200_000)
        parent = ticket.message_ids[-1].message_id
        raw = b"In-Reply-To: %s\n" % parent.encode() + raw
        self.assertEqual(self.deliver(raw, SUNDAY), ticket)
        self.assertLess(len(ticket.message_ids[0].body), 10_000)
        self.assertEqual(ticket.message_ids[0].attachment_ids.name, "message.html")

    def test_five_thousand_recipients(self):
        crowd = ", ".join(f"P{i} <p{i}@crowd.example>" for i in range(5_000))
        self.assertQuick(
            30, lambda: self.mail("plain.eml", SUNDAY, To=f"{ALIAS}, {crowd}", Cc=crowd)
        )

    def test_a_thousand_references(self):
        references = " ".join(f"<{i}@elsewhere.example>" for i in range(1_000))
        self.assertQuick(
            10, lambda: self.mail("plain.eml", SUNDAY, References=references)
        )

    @mute_logger(GATEWAY)
    def test_parts_within_parts_without_end(self):
        nested = "text/plain\n\nfound me\n"
        for depth in range(2_000):
            part = f"multipart/mixed; boundary=b{depth}\n\n--b{depth}"
            nested = f"{part}\nContent-Type: {nested}"
        head = f"From: sara@trainees.example\nTo: {ALIAS}\nContent-Type: "
        self.assertQuick(30, lambda: self.deliver((head + nested).encode(), SUNDAY))

    def test_a_long_subject_and_a_long_name(self):
        ticket = self.mail(
            "plain.eml", SUNDAY, Subject="س".encode() * 10_000, From="x" * 5_000
        )
        self.assertTrue(ticket.sla_cycle_id)


class TestAnything(MailCase):
    """Whatever arrives and names a team: a ticket, or nothing (a bounce, a robot's or a
    doubled mail). What names none is refused, by Odoo and in its own words."""

    def feed(self, raw):
        try:
            with self.env.cr.savepoint():
                self.deliver(raw, SUNDAY)
        except Exception:
            headers = raw_message.parse_headers(raw)
            named = [headers.get_all(name, []) for name in ("To", "Cc", "Delivered-To")]
            if ALIAS in str(named):
                raise

    @mute_logger(GATEWAY)
    @seed(20260301)
    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(sorted(SAMPLES.glob("*.eml"))), st.randoms())
    def test_mutated_samples(self, path, chance):
        self.feed(mutate(path.read_bytes(), chance))

    @mute_logger(GATEWAY)
    @seed(20260301)
    @settings(max_examples=20, deadline=None, database=None)
    @given(st.binary(max_size=2_000))
    def test_random_bytes(self, noise):
        self.feed(noise)
        self.feed(f"To: {ALIAS}\n".encode() + noise)


def mutate(raw, chance: random.Random):
    """A message with some of its bytes lost, doubled, swapped or replaced."""
    raw = bytearray(raw)
    for _change in range(chance.randint(1, 8)):
        start = chance.randrange(len(raw) + 1)
        stop = min(len(raw), start + chance.randint(0, 40))
        raw[start:stop] = chance.choice(
            (b"", raw[start:stop] * 2, b"\n", b"\x00", b"\xff\xfe", b"=?", b'";<>,@')
        )
    return bytes(raw)
