"""Whose a WhatsApp message is: the number that it comes from proves it."""

from odoo.tests import new_test_user, tagged

from .channels_whatsapp_common import WhatsappCase
from .channels_whatsapp_stand_in import make_call


@tagged("post_install", "-at_install")
class TestPeople(WhatsappCase):
    def test_a_new_number_becomes_a_contact(self):
        message = self.message(text="hello", person="966505550000")
        ticket = self.tell(message, name="Noura")
        self.assertEqual(ticket.partner_id.name, "Noura")
        self.assertEqual(ticket.partner_id.phone_sanitized, "+966505550000")

    def test_each_of_several_people_in_a_call_has_their_own_name(self):
        message = self.message(text="hello", person="966505550000")
        call = make_call([message], name="Noura")
        someone = {"wa_id": "966505551111", "profile": {"name": "Ali"}}
        call["entry"][0]["changes"][0]["value"]["contacts"].insert(0, someone)
        self.hook(call)
        self.read_events()
        row = self.rows.search([("whatsapp_id", "=", message["id"])])
        self.assertEqual(row.partner_id.name, "Noura")

    def test_a_number_that_nobody_has_is_one_contact_too(self):
        first = self.tell(self.message(text="1", person="15550000000"))
        first.stage_id = self.done
        again = self.tell(self.message(text="2", person="15550000000"))
        self.assertEqual(again.partner_id, first.partner_id)

    def test_whom_staff_have_named_stays_the_requester(self):
        first = self.tell(self.message(text="hello", person="966505550000"))
        first.partner_id = self.stranger
        first.stage_id = self.done
        moment = "2026-03-01 11:00"
        again = self.message(text="again", person="966505550000", moment=moment)
        self.assertEqual(self.tell(again, moment=moment).partner_id, self.stranger)

    def test_a_number_that_somebody_claims_is_not_theirs(self):
        portal = new_test_user(self.env, "sp_claims", groups="base.group_portal")
        claims = self.env["res.partner"].with_user(portal).sudo()
        by_form = claims.create({"name": "Form", "phone": "0505550000"})
        portal.partner_id.with_user(portal).sudo().phone = "+966505550000"
        message = self.message(text="hello", person="966505550000")
        ticket = self.tell(message, name="Noura")
        self.assertEqual(ticket.partner_id.name, "Noura")
        self.assertNotIn(ticket.partner_id, by_form | portal.partner_id)
        self.assertFalse(ticket.with_user(portal).has_access("read"))

    def test_a_number_that_staff_confirm_is_theirs(self):
        portal = new_test_user(self.env, "sp_claims", groups="base.group_portal")
        theirs = portal.partner_id
        theirs.with_user(portal).sudo().phone = "0505550000"
        self.assertTrue(theirs.phone_claimed)
        theirs.with_user(self.agent).sudo().phone_claimed = False
        theirs.with_user(portal).sudo().phone = "0505550000"
        ticket = self.tell(self.message(text="hello", person="966505550000"))
        self.assertEqual(ticket.partner_id, theirs)

    def test_a_new_contact_has_the_language_of_the_message(self):
        for text, person, lang in (
            ("I cannot enter", "966505550001", "en_US"),
            ("لا أستطيع الدخول", "966505550002", "ar_001"),
        ):
            with self.subTest(lang):
                ticket = self.tell(self.message(text=text, person=person))
                self.assertEqual(ticket.partner_id.lang, lang)

    def test_a_contact_that_staff_corrected_stays_the_requester(self):
        ticket = self.tell(self.message(text="hello", person="966505550000"))
        ticket.partner_id = self.stranger
        moment = "2026-03-01 11:00"
        again = self.message(text="again", person="966505550000", moment=moment)
        self.assertEqual(self.tell(again, moment=moment), ticket)
        self.assertEqual(ticket.message_ids[0].author_id, self.stranger)
        self.assertEqual(ticket.resend_count, 1)

    def test_a_person_who_shows_only_a_user_name(self):
        message = self.message(text="hello", person="")
        message["from_user_id"] = "SA.1234567890"
        ticket = self.tell(message, name="Noura", user_id="SA.1234567890")
        self.assertEqual(ticket.partner_id.name, "Noura")
        (sent,) = self.send()
        self.assertEqual(sent["recipient"], "SA.1234567890")
        again = self.message(text="again", person="", moment="2026-03-01 11:00")
        again["from_user_id"] = "SA.1234567890"
        self.assertEqual(self.tell(again, moment="2026-03-01 11:00"), ticket)
