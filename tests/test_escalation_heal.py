"""R10: what failed is tried again, later each time, and heals as a whole."""

from odoo.tools import SQL, mute_logger

from .common import at, riyadh
from .test_escalation_poison import LATE, PoisonCase

ROOM = "odoo.addons.support_policy.support_policy"
SUNDAY = "2026-03-01 10:00"
LEADER = '"Leader" <leader@desk.example>'
AGENT = '"Agent" <agent@desk.example>'


class HealCase(PoisonCase):
    def setUp(self):
        super().setUp()
        loggers = ("escalation.notice", "escalation.words", "sla.cycle", "sla.replan")
        muted = mute_logger("odoo.sql_db", *(f"{ROOM}.{name}" for name in loggers))
        self.enterContext(muted)

    def get_incident(self):
        return self.env["support.incident"].search([])

    def get_failures(self):
        return self.env["support.escalation.failure"].search([])


class TestNotices(HealCase):
    """A notice that cannot be written waits; it is no standstill, and stops nobody."""

    def setUp(self):
        super().setUp()
        self.tickets = [self.ask(SUNDAY) for _number in range(3)]

    def refuse_mails(self, words):
        """The database refuses all mails with these words."""
        self.env.cr.execute(
            SQL(
                """
                CREATE FUNCTION refuse_mail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    IF NEW.body_html LIKE %s OR NEW.email_to LIKE %s THEN
                        RAISE EXCEPTION 'no such mail';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER refuse_mail BEFORE INSERT ON mail_mail
                FOR EACH ROW EXECUTE FUNCTION refuse_mail()
                """,
                f"%{words}%",
                f"%{words}%",
            )
        )

    def get_waiting(self):
        return self.env["support.escalation.notice"].search([])

    def test_later_each_time_and_reported_once(self):
        self.refuse_mails("leader@desk.example")
        for moment, again in (
            ("2026-03-04 10:05", "2026-03-04 10:20"),
            ("2026-03-04 10:19", "2026-03-04 10:20"),  # not yet
            ("2026-03-04 10:20", "2026-03-04 11:20"),
            ("2026-03-04 11:20", "2026-03-04 15:20"),
            ("2026-03-04 15:20", "2026-03-05 15:20"),
            ("2026-03-05 15:20", "2026-03-06 15:20"),
        ):
            self.run_cron(moment)
            self.assertEqual(set(self.get_waiting().mapped("try_at")), {riyadh(again)})
        incident = self.get_incident()
        self.assertEqual(len(incident), 1)
        self.assertIn("no such mail", incident.note)
        self.assertIn(self.helpdesk_manager, incident.activity_ids.user_id)
        self.env.cr.execute("DROP TRIGGER refuse_mail ON mail_mail")
        mails = self.mails_of(self.run_cron, "2026-03-06 15:20")
        self.assertIn(LEADER, mails)
        self.assertFalse(self.get_waiting())

    def test_it_is_no_standstill(self):
        self.refuse_mails("leader@desk.example")
        self.run_cron(LATE)
        with at("2026-03-04 10:19"):
            self.assertNotIn("mails", self.env["support.watch"]._get_late())
        with at("2026-03-04 10:36"):
            self.assertIn("mails", self.env["support.watch"]._get_late())

    def test_one_request_does_not_spoil_the_digest(self):
        poisoned, *others = self.tickets
        self.refuse_mails(poisoned.number)
        self.run_cron(LATE)
        self.assertEqual(self.get_waiting().cycle_id, poisoned.sla_cycle_id)
        written = self.env["mail.mail"].search([("email_to", "=", LEADER)])
        bodies = "".join(written.mapped("body_html"))
        for ticket in others:
            self.assertIn(ticket.number, bodies)


class TestPlans(HealCase):
    """A plan that failed comes first when its cycle has healed."""

    def setUp(self):
        super().setUp()
        self.ticket = self.ask(SUNDAY)
        self.cycle = self.ticket.sla_cycle_id
        self.poison(self.cycle)
        with at("2026-03-02 09:00"):
            self.cycle.policy_id.response_hours += 8  # one business day
        self.assertEqual(self.cycle.deadline, riyadh("2026-03-04 10:00"))

    def test_healed_it_is_planned_afresh_though_nothing_is_due(self):
        self.heal(self.cycle)
        self.run_cron("2026-03-02 09:14")
        self.assertEqual(self.cycle.deadline, riyadh("2026-03-04 10:00"), "not yet")
        self.run_cron("2026-03-02 09:15")
        self.assertEqual(self.cycle.deadline, riyadh("2026-03-05 10:00"))
        self.assertFalse(self.get_failures())

    def test_it_climbs_by_the_new_plan_only(self):
        self.run_cron("2026-03-02 09:15")
        self.heal(self.cycle)
        self.run_cron(LATE)
        self.run_cron("2026-03-05 09:59")
        self.assertEqual(self.climbs(self.ticket), [])
        self.run_cron("2026-03-05 10:01")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])

    def test_an_answer_is_judged_by_the_new_plan(self):
        self.heal(self.cycle)
        self.answer(self.ticket, "2026-03-05 09:00")
        self.assertEqual(self.cycle.state, "met")

    def test_what_another_policy_covers_comes_under_it(self):
        with at("2026-03-02 09:01"):
            other = self.cycle.policy_id.copy({"sequence": -1})
        self.heal(self.cycle)
        self.run_cron("2026-03-02 11:00")
        self.assertEqual(self.cycle.policy_id, other)
        self.assertFalse(self.get_failures())


class TestMatching(HealCase):
    def test_a_request_without_a_clock_that_refuses_is_reported(self):
        policies = self.env["support.sla.policy"].search([])
        with at(SUNDAY):
            policies.active = False
        ticket = self.ask(SUNDAY)
        self.assertFalse(ticket.sla_cycle_id)
        self.poison(ticket)
        with at("2026-03-02 09:00"):
            policies.active = True
        self.assertFalse(ticket.sla_cycle_id)
        incident = self.get_incident()
        self.assertIn(ticket.number, incident.note)
        self.assertIn("is poisoned", incident.note)
        self.assertIn(self.helpdesk_manager, incident.activity_ids.user_id)


class TestAttempts(HealCase):
    def test_a_notice_that_was_queued_at_last_leaves_no_attempts(self):
        cycle = self.ask(SUNDAY).sla_cycle_id
        with at(LATE):
            self.cycles._climb_due()
        self.poison(cycle)
        self.assertNotIn(LEADER, self.mails_of(self.run_cron, LATE))
        self.assertEqual(cycle.failure_ids.attempts, 1)
        self.heal(cycle)
        mails = self.mails_of(self.run_cron, "2026-03-04 10:21")
        self.assertLessEqual({LEADER, AGENT}, {*mails})
        self.assertFalse(self.get_failures())
