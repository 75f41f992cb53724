"""WhatsApp's payloads and texts: pure functions that do not raise, whatever comes."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.support_policy.support_policy.channels.whatsapp import payload, text

from .channels_whatsapp_stand_in import make_call, make_message

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KINDS = st.sampled_from(
    [*payload.SIGNS, "text", "interactive", "button", "reaction", "revoke", "system"]
)
QUICK = settings(max_examples=300, deadline=None)


class TestWhatsappText(BaseCase):
    @QUICK
    @given(JSON)
    def test_any_json_is_read(self, data):
        items, unread = payload.parse_webhook(data)
        self.assertEqual((items, unread), ([], 0))

    @QUICK
    @given(KINDS, JSON, JSON, JSON)
    def test_any_content_of_any_kind_is_read(self, kind, content, context, stamp):
        message = make_message(kind, context=context, **{kind: content})
        message["timestamp"] = stamp
        items, unread = payload.parse_webhook(make_call([message, content]))
        self.assertIn(message["id"], [item.whatsapp_id for item in items])
        self.assertLessEqual(unread, 1)

    def test_the_earliest_comes_first(self):
        messages = [make_message(at=at, text={"body": "x"}) for at in (3, 1, 2)]
        items, _unread = payload.parse_webhook(make_call(messages))
        self.assertEqual([item.written_at.second for item in items], [1, 2, 3])

    def test_an_address_of_a_file_cannot_lead_elsewhere(self):
        for uid in ("../../me", "1?x=y", "a/b", "", 5.0, None, {"id": 1}):
            message = make_message("image", image={"id": uid})
            ((item,), _unread) = payload.parse_webhook(make_call([message]))
            self.assertIsNone(item.media)

    @QUICK
    @given(st.text())
    def test_any_html_is_turned_into_text(self, html):
        self.assertIsInstance(text.to_whatsapp(html), str)

    def test_marks_stand_at_words_not_at_spaces(self):
        for html, expected in (
            ("<b> bold </b>x", "*bold* x"),
            ("<b></b>x", "x"),
            ("<p><b>a<br>b</b></p>", "a\nb"),
            ("<i>i</i> <s>s</s> <code>c</code>", "_i_ ~s~ c"),
            ("<h1>Title</h1><p>x</p>", "*Title*\n\nx"),
            ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
            ("<p>a</p><div data-o-mail-quote='1'>old</div>", "a"),
            ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ):
            with self.subTest(html):
                self.assertEqual(text.to_whatsapp(html), expected)

    @QUICK
    @given(st.text(alphabet="ab \n", max_size=400), st.integers(5, 50))
    def test_pieces_are_short_enough_and_lose_no_letter(self, whole, longest):
        pieces = text.split(whole, longest)
        self.assertTrue(all(0 < len(piece) <= longest for piece in pieces if piece))
        joined = "".join(pieces)
        self.assertEqual("".join(joined.split()), "".join(whole.split()))

    def test_what_is_read_can_be_written_as_json(self):
        items, _unread = payload.parse_webhook(
            make_call([make_message(text={"body": "nul \x00 \ud83d"})])
        )
        self.assertTrue(json.dumps(items[0].text).isascii())
        items[0].text.encode()  # no half characters
