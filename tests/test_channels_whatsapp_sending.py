"""Answers by WhatsApp: intact, visible, and sent once."""

from unittest.mock import patch

from markupsafe import Markup

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tools.discuss import Store

from .channels_whatsapp_common import ASKED, PHONE, WaitingCase
from .common import at, riyadh

REPLIED = "2026-03-01 11:00"
WHATSAPP = "odoo.addons.support_policy.support_policy.channels.whatsapp"
OUTGOING, MESSAGE = f"{WHATSAPP}.outgoing", f"{WHATSAPP}.message"


@tagged("post_install", "-at_install")
class TestSending(WaitingCase):
    # -- intact -----------------------------------------------------------------

    def test_arabic_emoji_and_line_breaks_arrive_intact(self):
        body = Markup("<p>أهلًا سارة 🎉</p><ul><li>أولًا</li><li>ثانيًا</li></ul>")
        _message, sent = self.reply(self.ticket, REPLIED, body)
        self.assertEqual(self.texts(sent), ["أهلًا سارة 🎉\n\n• أولًا\n• ثانيًا"])
        self.assertEqual(sent[0]["to"], PHONE)

    def test_attachments_arrive_intact_after_the_text(self):
        files = [("شهادة.pdf", b"%PDF-1.4 x"), ("a.png", b"\x89PNG\r\n\x1a\n")]
        _message, sent = self.reply(self.ticket, REPLIED, attachments=files)
        kinds = [message["type"] for message in sent]
        self.assertEqual(kinds, ["text", "document", "image"])
        self.assertEqual(sent[1]["document"]["filename"], "شهادة.pdf")
        contents = [self.api.media[sent[1]["document"]["id"]][1]]
        contents.append(self.api.media[sent[2]["image"]["id"]][1])
        self.assertEqual(contents, [content for _name, content in files])

    def test_a_picture_that_is_too_large_goes_as_a_document(self):
        with patch.dict(f"{OUTGOING}.LARGEST", image=7):
            files = [("a.png", b"\x89PNG\r\n\x1a\n")]
            _message, sent = self.reply(self.ticket, REPLIED, attachments=files)
        self.assertEqual(sent[1]["type"], "document")

    def test_a_file_that_was_deleted_meanwhile_is_told(self):
        message = self.answer(self.ticket, REPLIED, attachments=[("a.pdf", b"%PDF x")])
        message.sudo().attachment_ids.unlink()
        self.assertEqual(len(self.send(REPLIED)), 1)
        self.assertEqual(self.last_out(self.ticket).state, "failed")
        self.assertRunning()

    def make_picture(self, user):
        """A picture, as Odoo's editor puts it into the text of a message."""
        files = self.env["ir.attachment"].with_user(user)
        file = files.create({"name": "a.png", "raw": b"\x89PNG\r\n\x1a\n"})
        return file, Markup("<p><img src='/web/image/%s-ab12/a.png'/></p>") % file.id

    def test_a_picture_in_the_text_arrives(self):
        file, picture = self.make_picture(self.agent)
        _message, (sent,) = self.reply(self.ticket, REPLIED, picture)
        self.assertEqual(self.api.media[sent["image"]["id"]][1], file.raw)
        self.assertEqual(self.cycle.state, "met")

    def test_nobody_sends_a_picture_that_they_cannot_see(self):
        _file, picture = self.make_picture(self.env.ref("base.user_admin"))
        text = Markup("<p>Look</p>")
        _message, sent = self.reply(self.ticket, REPLIED, text + picture)
        self.assertEqual(self.texts(sent), ["Look"])

    def test_nothing_to_send_is_no_answer(self):
        _file, picture = self.make_picture(self.env.ref("base.user_admin"))
        with self.assertRaisesRegex(UserError, "no content"):
            self.answer(self.ticket, REPLIED, body=picture)
        self.answer_by_mail(picture)
        self.assertFalse(self.send(REPLIED))
        self.assertRunning()
        self.assertEqual(self.ticket.activity_ids.user_id, self.agent)

    def test_a_file_that_whatsapp_does_not_take_is_said_before_anything_leaves(self):
        files = [("logs.zip", b"PK\x03\x04")]
        with self.assertRaisesRegex(UserError, "logs.zip"):
            self.answer(self.ticket, REPLIED, attachments=files)
        self.answer_by_mail("See there", attachments=files)
        self.assertFalse(self.send(REPLIED))
        self.assertRunning()

    def answer_by_mail(self, body, **kwargs):
        """As the mail gateway does: no person waits for an error message."""
        with at(REPLIED):
            self.ticket.with_user(SUPERUSER_ID).message_post(
                body=body,
                author_id=self.agent.partner_id.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                **kwargs,
            )

    def test_what_follows_from_a_failure_stops_no_other(self):
        other = self.tell(self.message(text="x", person="966505550000"))
        self.send()
        self.api.faults += [131026]
        self.answer(self.ticket, REPLIED)
        row = self.last_out(self.ticket)
        self.answer(other, REPLIED)
        poison = patch.object(type(row), "_tell_author", side_effect=ValueError)
        with poison, mute_logger(MESSAGE):
            self.assertEqual(len(self.send(REPLIED)), 1)
        self.assertEqual(self.last_out(other).state, "sent")
        self.assertEqual(row.state, "failed")
        self.assertIn(self.helpdesk_manager, self.account.activity_ids.user_id)

    def test_a_backlog_is_gone_on_with_at_once(self):
        for number in range(3):
            self.tell(self.message(text="x", person=f"96650555000{number}"))
        left = []

        def commit(_cron, *_args, remaining=None):
            left.append(remaining)
            return float(remaining is None)  # no time is left after the first

        cron = type(self.env["ir.cron"])
        with at(ASKED), patch.object(cron, "_commit_progress", commit):
            self.rows._cron_send()
        self.assertEqual(len(self.api.sent), 1)
        self.assertEqual(left[-2:], [None, 3])

    def test_a_conversation_that_another_worker_holds_is_left_to_it(self):
        self.answer(self.ticket, REPLIED)
        none = self.rows.browse()
        with patch.object(type(none), "try_lock_for_update", return_value=none):
            self.assertFalse(self.send(REPLIED))
        self.assertEqual(len(self.send(REPLIED)), 1)

    def test_one_that_breaks_our_own_code_stops_no_other(self):
        other = self.tell(self.message(text="x", person="966505550000"))
        self.answer(self.ticket, REPLIED)
        send = self.last_out(self.ticket)
        prepare = type(self.rows)._prepare_sending

        def poisoned(row, *args):
            if row == send:
                raise ZeroDivisionError
            return prepare(row, *args)

        with (
            patch.object(type(self.rows), "_prepare_sending", poisoned),
            mute_logger(MESSAGE),
        ):
            self.assertEqual(len(self.send(REPLIED)), 1)
        self.assertEqual(self.last_out(other).state, "sent")
        self.assertEqual((send.state, send.attempts), ("queued", 1))
        self.assertEqual(len(self.send("2026-03-01 11:02")), 1)

    def test_a_long_answer_comes_in_several_messages(self):
        body = "\n".join(f"سطر {number}" for number in range(1000))
        _message, sent = self.reply(self.ticket, REPLIED, body)
        self.assertGreater(len(sent), 1)
        self.assertEqual("\n".join(self.texts(sent)).split(), body.split())

    def test_internal_notes_do_not_go_out(self):
        _message, sent = self.reply(
            self.ticket, REPLIED, subtype_xmlid="mail.mt_note", partner_ids=[]
        )
        self.assertFalse(sent)
        self.assertRunning()

    def test_a_colleagues_answer_by_mail_goes_out_without_what_it_quotes(self):
        mail = self.answer(self.ticket, "2026-03-01 10:30")
        self.send("2026-03-01 10:30")
        self.reply_to(mail, "staff_reply.eml", REPLIED, From=self.agent.email)
        (sent,) = self.send(REPLIED)
        self.assertNotIn("\n>", sent["text"]["body"])

    def test_two_answers_keep_their_order(self):
        self.api.faults += [130429]
        self.answer(self.ticket, REPLIED, body="one")
        self.answer(self.ticket, REPLIED, body="two")
        self.assertFalse(self.send(REPLIED), "the second waits for the first")
        self.assertEqual(self.texts(self.send("2026-03-01 11:02")), ["one", "two"])

    def test_the_composer_takes_a_requester_without_an_address(self):
        for address in (False, "sara@trainees.example"):
            self.trainee.email = address
            ticket = self.ticket.with_user(self.agent)
            suggested = ticket._message_get_suggested_recipients(no_create=True)
            partners = [recipient["partner_id"] for recipient in suggested]
            self.assertNotIn(self.trainee.id, partners)
            store = Store()
            ticket._thread_to_store(store, [], request_list=["suggestedRecipients"])
            (thread,) = store.get_result()["mail.thread"]
            self.assertTrue(thread["goesByWhatsapp"])

    # -- visible ----------------------------------------------------------------

    def test_how_far_it_has_come_is_shown_at_the_message(self):
        message = self.answer(self.ticket, REPLIED)
        self.assertEqual(self.shown(message), "ready")
        (sent,) = self.send(REPLIED)
        self.assertEqual(self.shown(message), "pending")
        self.status(sent, "delivered", "2026-03-01 11:01")
        self.assertEqual(self.shown(message), "sent")
        self.status(sent, "read", "2026-03-01 11:02")
        self.assertEqual(self.shown(message), "read")

    def test_statuses_in_any_order(self):
        message, (sent,) = self.reply(self.ticket, REPLIED)
        self.status(sent, "read", "2026-03-01 11:01")
        for late in ("delivered", "sent", "failed", "nonsense"):
            self.status(sent, late, "2026-03-01 11:02")
            self.assertEqual(self.shown(message), "read")
        self.assertEqual(self.cycle.state, "met")

    def test_a_status_before_the_id_is_known_waits_or_is_known_by_our_mark(self):
        self.answer(self.ticket, REPLIED)
        row = self.last_out(self.ticket)
        with at(REPLIED):
            busy_until = riyadh("2026-03-01 11:05")
            row.write(
                {"state": "sending", "attempt_token": "ours", "try_at": busy_until}
            )
        sent = {"uid": "wamid.early"}
        self.status(sent, "delivered", REPLIED, mark="ours")
        self.assertEqual(row.state, "sending", "it is only just being sent")
        self.read_events("2026-03-01 11:06")
        self.assertEqual((row.state, row.whatsapp_id), ("delivered", "wamid.early"))
