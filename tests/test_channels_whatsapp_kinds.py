"""All kinds of WhatsApp messages are readable on the ticket, files included."""

from unittest.mock import patch

from odoo.tests import tagged

from .channels_whatsapp_common import WhatsappCase
from .common import riyadh

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00"
    b"\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-"
    b"\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
MEDIA = "odoo.addons.support_policy.support_policy.channels.whatsapp.media"
LATER = "2026-03-01 11:00"


@tagged("post_install", "-at_install")
class TestKinds(WhatsappCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.say("لا أستطيع الدخول")

    def hear(self, kind, moment=LATER, **content):
        """A message of some kind on the ticket.

        :return: what stands in the chatter
        """
        before = self.ticket.message_ids
        ticket = self.tell(self.message(kind, moment, **content), moment=moment)
        self.assertEqual(ticket, self.ticket)
        return (self.ticket.message_ids - before).sorted("id")

    def test_what_is_no_text_is_readable(self):
        place = {"latitude": 24.7, "longitude": 46.7, "name": "المعهد"}
        person = {
            "name": {"formatted_name": "أبو فهد"},
            "phones": [{"phone": "+966 50 111 2222"}],
        }
        for kind, content, words in (
            ("location", {"location": place}, ("📍 المعهد", "mlat=24.7")),
            ("contacts", {"contacts": [person]}, ("👤 أبو فهد", "+966 50 111 2222")),
            ("button", {"button": {"text": "نعم", "payload": "yes"}}, ("نعم",)),
            (
                "interactive",
                {
                    "interactive": {
                        "type": "button_reply",
                        "button_reply": {"id": "1", "title": "موافق"},
                    }
                },
                ("موافق",),
            ),
            (
                "interactive",
                {
                    "interactive": {
                        "type": "list_reply",
                        "list_reply": {
                            "id": "1",
                            "title": "الشهادات",
                            "description": "إصدار",
                        },
                    }
                },
                ("الشهادات إصدار",),
            ),
            ("order", {"order": {"text": "هذا"}}, ("🛒 هذا",)),
            ("hologram", {"hologram": {"x": 1}}, ("hologram",)),
            ("unsupported", {"errors": [{"code": 131051}]}, ("unsupported",)),
        ):
            with self.subTest(kind):
                message = self.hear(kind, **content)
                for word in words:
                    self.assertIn(word, message.preview)
                self.assertEqual(message.author_id, self.trainee)

    def test_reactions_are_shown_and_ask_for_nothing(self):
        _message, sent = self.reply(self.ticket, LATER, "جرّب الآن")
        reaction = {"message_id": sent[-1]["uid"], "emoji": "👍"}
        note = self.hear("reaction", "2026-03-01 12:00", reaction=reaction)
        self.assertIn("👍 «جرّب الآن»", note.preview)
        self.assertTrue(note.subtype_id.internal)
        self.assertFalse(self.ticket.waiting_since)

    def test_a_deleted_message_is_kept_and_marked(self):
        uid = self.ticket.whatsapp_message_ids.filtered("whatsapp_id").whatsapp_id
        revoke = {"original_message_id": uid}
        note = self.hear("revoke", revoke=revoke)
        self.assertIn("لا أستطيع الدخول", note.preview)
        self.assertEqual(
            note.subtype_id, self.env.ref("support_policy.mt_whatsapp_deleted")
        )
        self.assertEqual(self.ticket.resend_count, 0)

    def test_an_edit_says_it_again_and_reminds_nobody(self):
        uid = self.ticket.whatsapp_message_ids.filtered("whatsapp_id").whatsapp_id
        inner = {"type": "text", "text": {"body": "لا أستطيع دخول المحاضرة"}}
        edit = {"original_message_id": uid, "message": inner}
        message = self.hear("edit", edit=edit)
        self.assertIn("✏️ لا أستطيع دخول المحاضرة", message.preview)
        self.assertEqual(self.ticket.resend_count, 0)
        self.reply(self.ticket, "2026-03-01 12:00")
        self.hear("edit", "2026-03-01 12:10", edit=edit)
        self.assertEqual(self.ticket.waiting_since, riyadh("2026-03-01 12:10"))

    def test_a_changed_number_is_noted(self):
        system = {"body": "Sara changed her number", "type": "user_changed_number"}
        note = self.hear("system", system=system)
        self.assertIn("Sara changed her number", note.preview)

    def test_a_remark_without_a_ticket_makes_none(self):
        before = self.env["helpdesk.ticket"].search_count([])
        reaction = {"message_id": "wamid.unknown", "emoji": "👍"}
        message = self.message("reaction", LATER, "966509999999", reaction=reaction)
        self.assertFalse(self.tell(message, moment=LATER))
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    # -- files ------------------------------------------------------------------

    def test_a_picture_is_fetched_after_the_message(self):
        media = {"id": self.api.keep(PNG, "image/png"), "mime_type": "image/png"}
        message = self.hear("image", image={**media, "caption": "الخطأ"})
        self.assertIn("الخطأ", message.preview)
        self.assertFalse(message.attachment_ids)
        self.fetch(LATER)
        self.assertEqual(message.attachment_ids.raw, PNG)
        self.assertEqual(message.attachment_ids.name, "image.png")
        self.assertEqual(message.attachment_ids.res_id, self.ticket.id)

    def test_sound_video_documents_and_stickers_too(self):
        for kind, mimetype, content, name in (
            ("audio", "audio/ogg; codecs=opus", b"OggS" + bytes(60), "audio.ogg"),
            ("audio", "audio/amr", b"#!AMR\n" + bytes(60), "audio.amr"),
            ("video", "video/3gpp", bytes(4) + b"ftyp3gp4" + bytes(60), "video.3gp"),
            ("video", "video/mp4", bytes(4) + b"ftypmp42" + bytes(60), "video.mp4"),
            ("document", "application/pdf", b"%PDF-1.4 x", "شهادة.pdf"),
            ("sticker", "image/webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "sticker.webp"),
        ):
            with self.subTest(kind):
                media = {"id": self.api.keep(content, mimetype), "mime_type": mimetype}
                if kind == "document":
                    media["filename"] = "../../شهادة.pdf"
                message = self.hear(kind, **{kind: media})
                self.fetch(LATER)
                self.assertEqual(message.attachment_ids.name, name)
                self.assertEqual(message.attachment_ids.raw, content)

    def test_what_the_desk_does_not_take_is_said(self):
        page = b"<html><script>alert(1)</script></html>"
        for content, mimetype, name in (
            (page, "image/png", ""),
            (page, "text/html", "a.html"),
            (b"MZ\x90", "application/x-msdownload", "a.exe"),
            (b"", "image/png", ""),
        ):
            with self.subTest(mimetype):
                media = {"id": self.api.keep(content, mimetype), "mime_type": mimetype}
                message = self.hear("document", document={**media, "filename": name})
                self.fetch(LATER)
                self.assertFalse(message.attachment_ids)
                self.assertEqual(
                    self.ticket.message_ids[0].subtype_id,
                    self.env.ref("support_policy.mt_whatsapp_media_failed"),
                )

    def test_what_is_too_large_is_said_whatever_size_is_stated(self):
        for size in (None, 10):
            uid = self.api.keep(PNG + bytes(2000), "image/png", size)
            with self.subTest(size), patch(f"{MEDIA}.LARGEST_MEDIA", 1000):
                message = self.hear("image", image={"id": uid})
                self.fetch(LATER)
                self.assertFalse(message.attachment_ids)
                self.assertIn(" > ", self.ticket.message_ids[0].preview)

    def test_what_cannot_be_fetched_is_tried_again_then_said(self):
        self.account.api_url = "http://127.0.0.1:9/nobody-listens"
        message = self.hear("image", image={"id": "123", "mime_type": "image/png"})
        row = message.whatsapp_ids
        for moment in (LATER, "2026-03-01 11:01", "2026-03-01 11:06"):
            self.fetch(moment)
            self.assertEqual(row.state, "fetching")
        self.assertEqual(row.attempts, 3)
        self.assertEqual(row.try_at, riyadh("2026-03-01 11:21"))
        for moment in ("2026-03-01 12:00", "2026-03-01 14:00", "2026-03-01 18:00"):
            self.fetch(moment)
        self.assertEqual(row.state, "failed")

    def test_an_unknown_file_is_not_asked_for_again(self):
        message = self.hear("image", image={"id": "123", "mime_type": "image/png"})
        self.fetch(LATER)
        self.assertEqual(message.whatsapp_ids.state, "failed")
        self.assertIn("100", message.whatsapp_ids.reason)

    def test_a_file_that_another_worker_fetches_first_comes_once(self):
        """Two workers had found the same files; the slower one fetched again what the
        other had fetched in between, and it stood at the message twice."""
        media = {"id": self.api.keep(PNG, "image/png"), "mime_type": "image/png"}
        message = self.hear("image", image=media)
        rows = type(self.rows)
        lock = rows.try_lock_for_update

        def lock_late(row, **kwargs):
            row._fetch()
            return lock(row, **kwargs)

        with patch.object(rows, "try_lock_for_update", lock_late):
            self.fetch(LATER)
        self.assertEqual(len(message.attachment_ids), 1)
