"""A WhatsApp number of ours: what is typed is checked, and its secrets stay secret."""

import json

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .channels_whatsapp_common import ASKED, WhatsappCase
from .channels_whatsapp_stand_in import NUMBER_ID, SECRET, TOKEN, VERIFY_TOKEN

MODEL = "support.whatsapp.account"
NEW = {"phone_number_id": "4711", "app_secret": "new-app", "access_token": "new-token"}
SECRETS = (SECRET, TOKEN, VERIFY_TOKEN, "new-app", "new-token")
#: What may be typed wrong, and what the answer says to it.
WRONG = (
    *(
        ({"phone_number_id": wrong}, "without spaces or signs")
        for wrong in ("+966 50 123 4567", "../me", "a/b?c=d", "٤٧١١")
    ),
    ({"waba_id": "../me"}, "without spaces or signs"),
    ({"phone_number_id": False}, "Phone Number ID"),
    ({"phone_number_id": NUMBER_ID}, "already connected"),
    ({"name": False}, "Name"),
    ({"api_url": False}, "Cloud API"),
    ({"api_url": "graph.facebook.com"}, "full address"),
    ({"team_id": False, "category_id": False}, "receive the requests"),
    ({"app_secret": False}, "Fill in: App Secret."),
    ({"access_token": ""}, "Fill in: Access Token."),
    ({"verify_token": False}, "Fill in: Verify Token."),
)


@tagged("post_install", "-at_install")
class TestAccount(WhatsappCase):
    def call(self, method, *args):
        """What the form does for a system administrator; its answer as text."""
        params = {"model": MODEL, "method": method, "args": args, "kwargs": {}}
        response = self.url_open(
            f"/web/dataset/call_kw/{MODEL}/{method}",
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return json.dumps(response.json(), ensure_ascii=False)

    # -- what is typed ----------------------------------------------------------

    def test_what_is_wrong_is_said_without_a_secret(self):
        new_test_user(self.env, "sp_system", groups="base.group_system")
        other = self.account.create({**NEW, "phone_number_id": "4712"})
        self.account.active = False  # no less connected
        self.authenticate("sp_system", "sp_system")
        answers = []
        with (
            self.everything_logged() as lines,
            self.assertLogs("odoo.sql_db", "ERROR") as logs,
        ):
            for wrong, words in WRONG:
                for method, args in (
                    ("create", [[{**NEW, **wrong}]]),
                    ("write", [other.ids, {**NEW, "name": "Changed", **wrong}]),
                ):
                    with self.subTest(f"{method} {wrong}"):
                        answers.append(self.call(method, *args))
                        self.assertIn("ValidationError", answers[-1])
                        self.assertIn(words, answers[-1])
        self.assertIn("Failing row contains", str(logs.output))
        # asked to log everything, Odoo logs the arguments of every call
        lines = [line for line in lines if ":odoo.service.model:call" not in line]
        for secret in SECRETS:
            for line in (*answers, *lines, *logs.output):
                self.assertNotIn(secret, line)
        self.assertEqual(other.name, "WhatsApp")
        self.assertEqual(other.phone_number_id, "4712")
        self.assertIn("result", self.call("create", [NEW]))

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

    def test_secrets_stand_in_a_table_that_no_error_can_show(self):
        """PostgreSQL shows a whole row only when it breaks such a rule."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT contype::text FROM pg_constraint
             WHERE conrelid = 'support_whatsapp_secret'::regclass
               AND NOT (contype = 'n' AND conkey = '{1}')
            """
        )
        kinds = {kind for (kind,) in self.env.cr.fetchall()}
        self.assertEqual(kinds, {"p", "f"}, "what shows its key only")
        self.env.cr.execute("SELECT * FROM support_whatsapp_account")
        self.assertNotIn(SECRET, str(self.env.cr.fetchall()))

    def test_nobody_gets_at_the_table(self):
        rows = self.env["support.whatsapp.secret"]
        for user in (self.agent, self.env.ref("base.user_admin")):
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(f"{user.name} {operation}"):
                    self.assertFalse(rows.with_user(user).has_access(operation))

    def test_secrets_come_and_go_with_their_number(self):
        rows = self.env["support.whatsapp.secret"].search
        one, two = self.account.create(
            [{**NEW, "phone_number_id": number} for number in ("1", "2")]
        )
        self.env.invalidate_all()
        self.assertEqual(one.app_secret, "new-app")
        self.assertNotEqual(one.verify_token, two.verify_token)
        before = two.verify_token
        (one | two).write({"access_token": "another"})
        self.env.invalidate_all()
        self.assertEqual((one | two).mapped("access_token"), ["another"] * 2)
        self.assertEqual((two.app_secret, two.verify_token), ("new-app", before))
        self.assertEqual(len(rows([("account_id", "in", (one | two).ids)])), 2)
        one.unlink()
        self.env.invalidate_all()
        self.assertEqual(rows([("account_id", "in", [one.id, two.id])]).account_id, two)
