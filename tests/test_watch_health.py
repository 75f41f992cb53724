"""R10: what monitoring is told, and whom nothing is told."""

from odoo.tests import HttpCase, tagged

from .common import SupportPolicyCase

TOKEN = "ä-monitor's-token"


@tagged("post_install", "-at_install")
class TestHealth(HttpCase, SupportPolicyCase):
    def setUp(self):
        super().setUp()
        self.parameters = self.env["ir.config_parameter"]
        self.parameters.set_param("support_policy.health_token", TOKEN)

    def ask_health(self, **kwargs):
        self.env.flush_all()
        return self.url_open("/support/health", **kwargs)

    def get_health(self):
        response = self.ask_health(params={"token": TOKEN})
        self.assertEqual(response.status_code, 200)
        return response.json()

    def test_not_there_as_long_as_there_is_no_token(self):
        self.parameters.set_param("support_policy.health_token", False)
        for params in ({}, {"token": ""}, {"token": "False"}):
            self.assertEqual(self.ask_health(params=params).status_code, 404)

    def test_only_with_the_token(self):
        for params in ({}, {"token": ""}, {"token": "wrong"}, {"token": "ü" * 99}):
            response = self.ask_health(params=params)
            self.assertEqual(response.status_code, 403)
            self.assertNotIn("queues", response.text)

    def test_the_token_in_the_header(self):
        self.parameters.set_param("support_policy.health_token", "plain")
        headers = {"Authorization": "Bearer plain"}
        self.assertEqual(self.ask_health(headers=headers).status_code, 200)
        headers = {"Authorization": "Bearer wrong"}
        self.assertEqual(self.ask_health(headers=headers).status_code, 403)

    def test_the_token_is_not_in_the_log(self):
        self.parameters.set_param("support_policy.health_token", "secret-of-monitoring")
        with self.everything_logged() as lines:
            self.ask_health(params={"token": "secret-of-monitoring"})
        self.assertTrue(any("/support/health" in line for line in lines))
        self.assertFalse(any("secret-of-monitoring" in line for line in lines))

    def test_what_is_due(self):
        self.assertEqual(self.get_health()["status"], "ok")
        cycle = self.ask("2026-03-01 10:00").sla_cycle_id
        health = self.get_health()
        self.assertEqual(health["status"], "late")
        due = f"{cycle.next_escalation_at.isoformat()}Z"
        self.assertEqual(health["queues"]["steps"], {"waiting": 1, "oldest": due})
        self.assertLessEqual(health["oldest_due"], due)

    def test_what_has_failed(self):
        cycle = self.ask("2026-03-01 10:00").sla_cycle_id
        cycle._try_again_later(ValueError("poison"))
        mails = self.env["mail.mail"]
        before = self.get_health()["channels"]["email"]["exception"]
        mails.create({"state": "exception", "email_to": "nobody@desk.example"})
        health = self.get_health()
        self.assertEqual(health["failed_steps"], 1)
        self.assertEqual(health["channels"]["email"]["exception"], before + 1)
        self.assertNotIn("nobody@", str(health))

    def test_the_jobs(self):
        cron = self.env.ref("support_policy.cron_escalate")
        cron.write({"lastcall": "2026-03-04 07:00:00", "active": False})
        job = self.get_health()["jobs"]["cron_escalate"]
        self.assertEqual(job["last_run"], "2026-03-04T07:00:00Z")
        self.assertFalse(job["active"])
        self.assertIn("cron_whatsapp_send", self.get_health()["jobs"])

    def test_the_whatsapp_numbers_without_anybodys_data(self):
        account = self.env["support.whatsapp.account"].create(
            {
                "name": "Secret name",
                "phone_number_id": "1",
                "app_secret": "s",
                "access_token": "t",
            }
        )
        self.env["support.whatsapp.message"].create(
            {
                "account_id": account.id,
                "direction": "out",
                "address": "966505550000",
                "message_type": "text",
                "written_at": "2026-03-04 06:00:00",
                "state": "queued",
            }
        )
        health = self.get_health()
        number = health["channels"]["whatsapp"][str(account.id)]
        self.assertEqual(
            number,
            {"active": True, "queued": 1, "sending": 0, "unsure": 0, "failed": 0},
        )
        for private in ("966505550000", "Secret name"):
            self.assertNotIn(private, str(health))
