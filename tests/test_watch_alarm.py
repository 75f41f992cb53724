"""R10: when nothing is taken up any more, policy administrators see and hear of it."""

from odoo.tests import HttpCase, tagged

from .common import SupportPolicyCase, at

DUE = "2026-03-04 10:00"
STILL_FINE = "2026-03-04 10:15"
LATE = "2026-03-04 10:16"


class WatchCase(SupportPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.watch = cls.env["support.watch"]
        cls.admin = cls._new_staff("admin", "group_helpdesk_user")
        cls.admin.group_ids |= cls.env.ref("support_policy.group_policy_admin")


class TestAlarm(WatchCase):
    def see(self, moment, user=None):
        with at(moment):
            return self.watch.with_user(user or self.admin).get_alarm()

    def watch_at(self, moment):
        with at(moment):
            self.watch._cron_watch()

    def assertLate(self, moment, *names):
        self.env.flush_all()
        with at(moment):
            self.assertEqual(set(self.watch._get_late()), set(names))

    def date_back(self, records, field, moment="2026-03-04 07:00"):
        """Odoo stamps records with the real time; here it is that of the test."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {records._table} SET {field} = %s WHERE id IN %s",
            [moment, tuple(records.ids)],
        )
        self.env.invalidate_all()

    def test_a_step_that_no_run_took(self):
        self.ask("2026-03-01 10:00").sla_cycle_id.warn_at = False
        self.assertFalse(self.see(STILL_FINE))
        self.assertIn("16 minutes", self.see(LATE))
        self.run_cron(LATE)
        self.assertFalse(self.see(LATE))

    def test_nobody_else_sees_it(self):
        self.ask("2026-03-01 10:00")
        for user in (self.agent, self.executive, self.helpdesk_manager):
            self.assertFalse(self.see(LATE, user))

    def test_a_warning(self):
        self.ask("2026-03-01 10:00")
        self.assertLate("2026-03-03 14:16", "warnings")

    def test_a_plan(self):
        policy = self.ask("2026-03-01 10:00").sla_cycle_id.policy_id
        policy.replan_reason = "Eid"
        self.date_back(policy, "write_date")
        self.assertLate(LATE, "plans", "warnings", "steps")

    def test_notices(self):
        cycle = self.ask("2026-03-01 10:00").sla_cycle_id
        with at(DUE):
            cycle._climb("manual")
        self.date_back(cycle, "write_date")
        self.assertLate(LATE, "notices")
        with at(DUE):
            cycle._queue_notices()
        self.date_back(self.env["support.escalation.notice"].search([]), "try_at")
        self.assertLate(LATE, "mails")

    def test_whatsapp(self):
        account = self.env["support.whatsapp.account"].create(
            {"phone_number_id": "1", "app_secret": "s", "access_token": "t"}
        )
        message = {
            "account_id": account.id,
            "direction": "out",
            "address": "966505550000",
            "message_type": "text",
            "written_at": "2026-03-04 06:00:00",
            "state": "queued",
            "try_at": "2026-03-04 07:00:00",
        }
        self.env["support.whatsapp.message"].create(message)
        self.assertLate("2026-03-04 10:15:01", "whatsapp_out")
        self.env["support.whatsapp.event"].create(
            {
                "account_id": account.id,
                "body": "{}",
                "signature": "x",
                "try_at": "2026-03-04 07:00:00",
            }
        )
        self.assertLate("2026-03-04 10:15:01", "whatsapp_out", "whatsapp_in")

    def test_what_failed_and_is_tried_again_is_no_standstill(self):
        """It has been reported already, as what it is."""
        cycle = self.ask("2026-03-01 10:00").sla_cycle_id
        with at(DUE):
            cycle._try_again_later(ValueError("poison"))
        self.assertLate("2026-03-04 10:14")

    def test_one_mail_and_one_activity_for_each_admin(self):
        self.ask("2026-03-01 10:00")
        mails = self.mails_of(self.watch_at, LATE)
        address = '"Admin" <admin@desk.example>'
        self.assertEqual(mails[address], "Support Policy is at a standstill")
        incident = self.env["support.incident"].search([])
        self.assertIn(self.admin, incident.activity_ids.user_id)
        incident.activity_ids.action_done()
        self.assertEqual(self.mails_of(self.watch_at, "2026-03-04 10:21"), {})

    def test_without_the_job_that_sends_mails(self):
        known = [
            ("module", "=", "mail"),
            ("name", "=", "ir_cron_mail_scheduler_action"),
        ]
        self.env["ir.model.data"].search(known).unlink()
        self.ask("2026-03-01 10:00")
        mails = self.mails_of(self.watch_at, LATE)
        self.assertIn('"Admin" <admin@desk.example>', mails)

    def test_over_it_is_silent_and_told_anew_the_next_time(self):
        self.ask("2026-03-01 10:00")
        self.watch_at(LATE)
        self.run_cron("2026-03-04 10:30")
        self.watch_at("2026-03-04 10:31")
        self.assertFalse(self.env["support.incident"].search([]))
        mails = self.mails_of(self.watch_at, "2026-03-09 11:00")
        self.assertIn('"Admin" <admin@desk.example>', mails)


@tagged("post_install", "-at_install")
class TestScreens(HttpCase, WatchCase):
    def test_on_every_screen(self):
        """Whatever application they are in; agents see nothing."""
        self.ask("2026-03-01 10:00")
        for path in ("/odoo/discuss", "/odoo/helpdesk-tickets"):
            self.browser_js(
                path,
                """
                const seen = setInterval(() => {
                    if (document.querySelector(".o_support_alarm")) {
                        clearInterval(seen);
                        console.log("test successful");
                    }
                }, 200)
                """,
                "Boolean(document.querySelector('.o_main_navbar'))",
                login="sp_admin",
                timeout=120,
            )

    def test_agents_see_nothing(self):
        self.ask("2026-03-01 10:00")
        self.authenticate("sp_agent", "sp_agent")
        info = self.make_jsonrpc_request("/web/session/get_session_info", {})
        self.assertNotIn("support_alarm", info)
