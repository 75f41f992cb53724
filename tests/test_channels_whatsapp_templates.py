"""Approved templates: the only way to write after 24 hours of silence."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .channels_whatsapp_common import ASKED, PHONE, PROMISED, WhatsappCase
from .channels_whatsapp_stand_in import TOKEN
from .common import at

LATE = "2026-03-04 10:00"
TEMPLATE = "odoo.addons.support_policy.support_policy.channels.whatsapp.template"


@tagged("post_install", "-at_install")
class TestTemplates(WhatsappCase):
    def setUp(self):
        super().setUp()
        self.account.action_test()
        self.ticket = self.say("لا أستطيع الدخول")
        self.send()
        self.api.sent.clear()

    def open_form(self, user=None):
        ticket = self.ticket.with_user(user or self.agent)
        with at(LATE):
            action = ticket.action_send_whatsapp_template()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.agent)
            .browse(action["res_id"])
        )

    def test_testing_the_connection_fetches_name_and_templates(self):
        self.assertEqual(self.account.number, "+966 50 000 0022")
        self.assertEqual(
            [template.display_name for template in self.account.template_ids],
            ["ticket_update (ar)", "ticket_update (en)"],
        )

    def test_the_support_page_shows_the_connected_number(self):
        self.assertIn(self.account.number, self.url_open("/support").text)
        self.whatsapp.address = "0500000000"
        self.env.flush_all()
        page = self.url_open("/support").text
        self.assertIn("0500000000", page)
        self.assertNotIn(self.account.number, page)

    def test_what_is_wrong_with_the_connection_is_said(self):
        self.account.access_token = "wrong"
        with self.assertRefused("190"):
            self.account.action_test()
        self.account.api_url = "http://127.0.0.1:9/nobody-listens"
        with self.assertRefused("refused the connection"):
            self.account.action_test()
        self.account.write({"api_url": self.api.url, "access_token": TOKEN})
        self.account.waba_id = "4711"
        with self.assertRefused("Check both IDs"):
            self.account.action_test()
        with self.assertRaises(AccessError):
            self.account.with_user(self.helpdesk_manager).action_test()

    def test_fetched_again_they_are_the_same_records(self):
        before = self.account.template_ids
        templates = self.api.templates
        changed = {**templates[1], "components": [{"type": "BODY", "text": "New"}]}
        self.api.templates = [templates[0] | {"status": "PAUSED"}, changed]
        self.addCleanup(setattr, self.api, "templates", templates)
        self.account.action_test()
        self.assertEqual(self.account.template_ids, before[1])
        self.assertEqual(before[1].body, "New")
        self.assertFalse(before[0].active)
        self.api.templates = templates
        self.account.action_test()
        self.assertEqual(self.account.template_ids, before)

    def test_they_are_fetched_every_day_and_one_number_stops_no_other(self):
        other = self.account.copy(
            {
                "phone_number_id": "777",
                "app_secret": "a",
                "access_token": TOKEN,
                "api_url": f"{self.api.url}/nothing-there",
            }
        )
        other.name = "A: the first"
        self.account.template_ids.active = False
        with self.assertLogs(TEMPLATE, "WARNING"):
            self.run_job(None, self.account._cron_templates)
        self.assertEqual(len(self.account.template_ids), 2)

    def test_what_is_filled_in_is_one_line(self):
        form = self.open_form()
        form.line_ids[0].value = " Sara\tof \n the     diploma "
        with at(LATE):
            form.action_send()
        (sent,) = self.send(LATE)
        (body,) = sent["template"]["components"]
        self.assertEqual(body["parameters"][0]["text"], "Sara of the diploma")

    def test_the_requesters_language_comes_first_filled_in(self):
        form = self.open_form()
        self.assertEqual(form.template_id.language, "ar")
        self.assertIn(
            f"عزيزنا Sara، لدينا رد على طلبك رقم {self.ticket.number}", form.preview
        )

    def test_sent_it_reaches_the_requester_and_is_an_answer(self):
        form = self.open_form()
        with at(LATE):
            form.action_send()
        (sent,) = self.send(LATE)
        self.assertEqual((sent["to"], sent["type"]), (PHONE, "template"))
        template = sent["template"]
        self.assertEqual(template["name"], "ticket_update")
        self.assertEqual(template["language"], {"code": "ar"})
        values = [p["text"] for p in template["components"][0]["parameters"]]
        self.assertEqual(values, ["Sara", self.ticket.number])
        self.assertIn(f"رقم {self.ticket.number}", self.ticket.message_ids[0].preview)
        self.assertEqual(self.ticket.sla_state, "met")

    def test_a_template_that_fails_is_no_answer(self):
        form = self.open_form()
        self.api.faults += [132015]
        with at(LATE):
            form.action_send()
        self.send(LATE)
        self.assertEqual(self.ticket.sla_state, "running")
        self.assertIn("132015", self.last_out(self.ticket).reason)

    def test_every_variable_must_be_filled_in(self):
        form = self.open_form()
        form.line_ids[0].value = " "
        with self.assertRefused("Fill in: 1"):
            form.action_send()

    def test_another_language_can_be_chosen(self):
        form = self.open_form()
        with Form(form) as view:
            view.template_id = self.account.template_ids[1]
        self.assertIn("Dear Sara", form.preview)

    def test_templates_of_another_number_are_refused(self):
        other = self.account.copy(
            {"phone_number_id": "778", "app_secret": "x", "access_token": "x"}
        )
        foreign = self.env["support.whatsapp.template"].create(
            {"account_id": other.id, "name": "x", "language": "en", "body": "x"}
        )
        form = self.open_form()
        with self.assertRefused("Choose a template of the WhatsApp number"):
            form.template_id = foreign
        with self.assertRefused("24 hours"):
            self.answer(self.ticket, LATE, whatsapp_template=foreign.id)

    def test_without_any_it_is_said_what_to_do(self):
        self.account.template_ids.active = False
        with self.assertRaisesRegex(UserError, "Test Connection"):
            self.open_form()

    def test_a_request_written_down_by_hand_can_be_answered_by_template(self):
        self.ticket = self.ask(ASKED, channel_id=self.whatsapp.id)
        self.assertEqual(str(self.ticket.sla_deadline), "2026-03-09 07:00:00", PROMISED)
        with at(ASKED):
            ticket = self.ticket.with_user(self.agent)
            self.assertEqual(ticket.whatsapp_window, "open")
            self.rows.search([]).unlink()
            self.env.invalidate_all()
            self.assertEqual(ticket.whatsapp_window, "closed")
        form = self.open_form()
        with at(LATE):
            form.action_send()
        self.assertEqual(self.send(LATE)[0]["to"], PHONE)
