"""Who may see and do what with WhatsApp."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .channels_whatsapp_common import ASKED, WhatsappCase
from .common import at

MODELS = (
    "support.whatsapp.account",
    "support.whatsapp.event",
    "support.whatsapp.message",
    "support.whatsapp.template",
)


@tagged("post_install", "-at_install")
class TestWhatsappAccess(WhatsappCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = cls._new_staff("outsider", "group_helpdesk_user_team")
        cls.portal = new_test_user(cls.env, "sp_portal", groups="base.group_portal")
        cls.internal = new_test_user(cls.env, "sp_internal", groups="base.group_user")
        cls.system = new_test_user(
            cls.env,
            "sp_system",
            groups="base.group_system,helpdesk_mgmt.group_helpdesk_manager",
        )

    def setUp(self):
        super().setUp()
        self.account.action_test()
        self.ticket = self.say("سري")
        self.row = self.ticket.whatsapp_message_ids[-1:]

    def test_messages_are_seen_by_who_sees_the_ticket(self):
        for user, may in (
            (self.agent, True),
            (self.leader, True),
            (self.manager, True),
            (self.helpdesk_manager, True),
            (self.outsider, False),
            (self.internal, False),
            (self.portal, False),
        ):
            with self.subTest(user.name):
                self.assertEqual(self.row.with_user(user).has_access("read"), may)
        self.ticket.user_id = self.agent
        own = self._new_staff("own", "group_helpdesk_user_own")
        self.assertFalse(self.row.with_user(own).has_access("read"))

    def test_nobody_writes_what_the_machine_writes(self):
        for user in (self.agent, self.helpdesk_manager, self.system):
            for model in ("support.whatsapp.message", "support.whatsapp.template"):
                record = self.env[model].search([], limit=1).with_user(user)
                for operation in ("create", "write", "unlink"):
                    with self.subTest(f"{user.name} {model} {operation}"):
                        self.assertFalse(record.has_access(operation))

    def test_numbers_and_events_are_for_system_administrators(self):
        event = self.events.search([], limit=1)
        for user in (self.agent, self.helpdesk_manager, self.internal, self.portal):
            self.assertFalse(self.account.with_user(user).has_access("write"))
            self.assertFalse(event.with_user(user).has_access("read"))
        self.assertTrue(self.account.with_user(self.system).has_access("write"))
        self.assertTrue(event.with_user(self.system).has_access("read"))
        self.assertFalse(event.with_user(self.system).has_access("unlink"))

    def test_another_companys_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Other"})
        other = self._new_staff("other", "group_helpdesk_manager")
        other.write({"company_ids": company.ids, "company_id": company.id})
        for model in MODELS:
            found = self.env[model].with_user(other)
            if found.has_access("read"):
                with self.subTest(model):
                    self.assertFalse(found.search([]))

    def test_a_failed_message_is_sent_again_by_who_may_write_the_ticket(self):
        _message, sent = self.reply(self.ticket, "2026-03-01 11:00")
        self.status(sent[-1], "failed", "2026-03-01 11:05")
        row = self.last_out(self.ticket)
        for user in (self.outsider, self.internal, self.portal):
            with self.subTest(user.name), self.assertRaises(AccessError):
                row.with_user(user).action_send_again()

    def test_templates_are_sent_by_who_may_write_the_ticket(self):
        with at(ASKED), self.assertRaises(AccessError):
            self.ticket.with_user(self.outsider).action_send_whatsapp_template()
        wizards = self.env["support.whatsapp.template.wizard"]
        vals = {"ticket_id": self.ticket.id, "account_id": self.account.id}
        with self.assertRaises(AccessError):
            wizards.with_user(self.outsider).create(vals)
        mine = wizards.with_user(self.agent).create(vals)
        self.assertFalse(mine.with_user(self.leader).has_access("read"))

    def test_the_requesters_address_cannot_be_forged(self):
        for user in (self.agent, self.portal):
            ticket = self.ticket.with_user(user)
            for name in ("whatsapp_address", "whatsapp_account_id"):
                with (
                    self.subTest(f"{user.name} {name}"),
                    self.assertRaises(AccessError),
                ):
                    ticket.write({name: False})
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).create(
                {"name": "x", "description": "x", "whatsapp_address": "+966500000000"}
            )

    def test_a_changed_secret_is_not_told_in_the_chatter(self):
        before = self.account.message_ids
        self.account.with_user(self.system).write(
            {"app_secret": "a secret", "name": "New"}
        )
        self.env.flush_all()
        told = self.account.message_ids - before
        self.assertFalse(told.tracking_value_ids)
        self.assertNotIn("a secret", str(told.mapped("body")))
