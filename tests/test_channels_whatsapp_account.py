"""A WhatsApp number of ours: what is typed is checked, and its secrets stay secret."""

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .channels_whatsapp_common import ASKED, WhatsappCase
from .channels_whatsapp_stand_in import NUMBER_ID, SECRET, TOKEN, VERIFY_TOKEN

NEW = {"phone_number_id": "4711", "app_secret": "a", "access_token": "b"}


@tagged("post_install", "-at_install")
class TestAccount(WhatsappCase):
    # -- what is typed ----------------------------------------------------------

    def test_ids_are_metas_own_not_a_telephone_number(self):
        for wrong in ("+966 50 123 4567", "../me", "a/b?c=d", "٤٧١١"):
            with self.subTest(wrong):
                with self.assertRefused("no signs or spaces"):
                    self.account.phone_number_id = wrong
                with self.assertRefused("no signs or spaces"):
                    self.account.create({**NEW, "phone_number_id": wrong})
                with self.assertRefused("no signs or spaces"):
                    self.account.waba_id = wrong

    def test_what_is_missing_is_named(self):
        for name, words in (
            ("phone_number_id", "Phone Number Id"),
            ("app_secret", "App Secret"),
            ("access_token", "Access Token"),
        ):
            with self.subTest(name):
                with self.assertRefused(f"Fill in: {words}"):
                    self.account[name] = False
                with self.assertRefused(f"Fill in: {words}"):
                    self.account.create({**NEW, name: False})
        with self.assertRefused("whole address"):
            self.account.api_url = "graph.facebook.com"
        with self.assertRefused("somebody gets the requests"):
            self.account.create({**NEW, "team_id": False})
        with self.assertRefused("somebody gets the requests"):
            self.account.write({"team_id": False, "category_id": False})

    def test_a_number_is_connected_once(self):
        self.account.active = False
        with self.assertRefused("connected already"):
            self.account.create({**NEW, "phone_number_id": NUMBER_ID})
        other = self.account.create(NEW)
        with self.assertRefused("connected already"):
            other.phone_number_id = NUMBER_ID
        other.phone_number_id = "4711"

    def test_only_what_meta_gives_has_to_be_filled_in(self):
        account = self.account.create(NEW)
        self.assertEqual(account.team_id, self.team)
        self.assertGreater(len(account.verify_token), 30)

    # -- secrets ----------------------------------------------------------------

    def test_secrets_are_for_system_administrators(self):
        names = ["verify_token", "app_secret", "access_token", "api_url"]
        for user in (self.agent, self.helpdesk_manager):
            for name in names:
                with (
                    self.subTest(f"{user.name} {name}"),
                    self.assertRaises(AccessError),
                ):
                    self.account.with_user(user).read([name])
            self.assertFalse(
                {*names} & self.account.with_user(user).fields_get().keys()
            )
        for name in names[:3]:
            self.assertFalse(self.account._fields[name].exportable)
            self.assertFalse(self.account._fields[name].copy)

    def test_no_secret_gets_into_a_log(self):
        secrets = (SECRET, TOKEN, VERIFY_TOKEN)
        with self.everything_logged() as lines:
            self.url_open(f"{self.account.url}?hub.verify_token={VERIFY_TOKEN}")
            ticket = self.say("مرحبا")
            self.hook(b"{}", **{"X-Hub-Signature-256": "sha256=0"})
            self.send()
            self.api.faults += [190, 131047, "break", "502", "nonsense"]
            for minute in range(1, 6):
                self.reply(ticket, f"2026-03-01 11:{minute:02}")
            self.tell(self.message("image", image={"id": "123"}))
            self.fetch()
            self.account.action_test()
        self.assertIn("verify_token=…", str(lines))
        for secret in secrets:
            for line in lines:
                self.assertNotIn(secret, line)
        stored = self.env["mail.message"].search([]).mapped("body")
        stored += self.rows.search([]).mapped("reason") + [ASKED]
        for secret in secrets:
            self.assertNotIn(secret, str(stored))

    def test_nor_into_that_of_the_database(self):
        self.env.flush_all()
        query = """
            UPDATE support_whatsapp_account
               SET phone_number_id = '+966', app_secret = %s
             WHERE id = %s
        """
        values = ["another secret", self.account.id]
        with (
            self.assertLogs("odoo.sql_db", "ERROR") as logs,
            self.assertRaises(psycopg2.IntegrityError) as error,
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, values)
        self.assertIn("another secret", str(error.exception), "as PostgreSQL says it")
        for secret in (*values[:1], SECRET, VERIFY_TOKEN):
            self.assertNotIn(secret, str(logs.output))
        self.assertIn("support_whatsapp_account", str(logs.output))
