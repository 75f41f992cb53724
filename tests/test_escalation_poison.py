"""R10: what is poisoned fails alone, and its failure is told without touching it.

The poison is in the database itself, as real triggers put it there.
"""

from unittest.mock import patch

import psycopg2

from odoo.tools import SQL, mute_logger

from .common import SupportPolicyCase, at, riyadh

CYCLE_LOGGER = "odoo.addons.support_policy.support_policy.sla.cycle"
DUE = "odoo.addons.support_policy.support_policy.escalation.due"
LATE = "2026-03-04 10:05"


class PoisonCase(SupportPolicyCase):
    def poison(self, record, when="BEFORE"):
        """The database refuses every update of a record from now on."""
        self.env.flush_all()
        name = f"poison_{record._table}_{record.id}"
        kind = "" if when == "BEFORE" else "CONSTRAINT"
        late = "" if when == "BEFORE" else "DEFERRABLE INITIALLY DEFERRED"
        self.env.cr.execute(
            f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'record {record.id} is poisoned'; END $$;
            CREATE {kind} TRIGGER {name} {when} UPDATE ON {record._table} {late}
            FOR EACH ROW WHEN (OLD.id = {record.id}) EXECUTE FUNCTION {name}()
            """
        )
        return name

    def heal(self, record):
        """The record can be written again."""
        name = f"poison_{record._table}_{record.id}"
        table, name = SQL.identifier(record._table), SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TRIGGER %s ON %s", name, table))

    def run_cron(self, moment):
        with mute_logger(CYCLE_LOGGER, "odoo.sql_db"):
            return super().run_cron(moment)


class TestBlame(PoisonCase):
    def test_a_trigger_that_calls_itself_is_to_blame(self):
        """PostgreSQL has no more room for it: the same kind as a lost race."""
        poisoned, other = (self.ask("2026-03-01 10:00") for _number in range(2))
        self.env.flush_all()
        self.env.cr.execute(
            """
            CREATE FUNCTION endless(depth int) RETURNS int LANGUAGE plpgsql AS
            $$ BEGIN RETURN endless(depth + 1); END $$;
            CREATE FUNCTION call_endless() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM endless(0); RETURN NEW; END $$;
            CREATE TRIGGER call_endless BEFORE UPDATE ON helpdesk_ticket
            FOR EACH ROW WHEN (OLD.id = %s) EXECUTE FUNCTION call_endless()
            """,
            [poisoned.id],
        )
        self.run_cron(LATE)
        self.assertEqual(self.climbs(poisoned), [])
        self.assertEqual(self.climbs(other), [(1, self.leader)])


class TestPoison(PoisonCase):
    """A thousand due tickets, one of which refuses to be written: it fails alone."""

    def setUp(self):
        super().setUp()
        self.tickets = [self.ask("2026-03-01 10:00") for _number in range(5)]
        self.first = self.tickets[0]

    def get_incidents(self):
        return self.env["support.incident"].search([])

    def assertOthersClimbed(self, poisoned):
        for ticket in self.tickets:
            climbs = [] if ticket == poisoned else [(1, self.leader)]
            self.assertEqual(self.climbs(ticket), climbs)

    def test_the_first_one_fails_alone(self):
        self.poison(self.first)
        self.run_cron(LATE)
        self.assertOthersClimbed(self.first)

    def test_a_cycle_that_refuses_to_be_written(self):
        """Nor can it be noted on the cycle when it is tried again."""
        self.poison(self.first.sla_cycle_id)
        self.run_cron(LATE)
        self.assertOthersClimbed(self.first)
        self.assertEqual(self.run_cron(LATE), (0, 0), "not met again at once")

    def test_an_automation_that_raises(self):
        write = type(self.first).write

        def automate(records, vals):
            if self.first in records and "user_id" in vals:
                raise ValueError("automation of 17 is broken")
            return write(records, vals)

        with patch.object(type(self.first), "write", automate):
            self.run_cron(LATE)
        self.assertOthersClimbed(self.first)
        self.assertIn("automation of 17 is broken", self.get_incidents().note)

    def test_the_later_batches_climb_in_the_same_run(self):
        """Also when a whole batch is poisoned."""
        for ticket in self.tickets[:2]:
            self.poison(ticket)
        cron = type(self.env["ir.cron"])
        with (
            at(LATE),
            patch(f"{DUE}.BATCH", 2),
            patch.object(cron, "_commit_progress", lambda *a, **k: 60.0),
            mute_logger(CYCLE_LOGGER, "odoo.sql_db"),
        ):
            self.cycles._cron_escalate()
        levels = [ticket.escalation_level for ticket in self.tickets]
        self.assertEqual(levels, [0, 0, 1, 1, 1])

    def test_the_report_never_touches_what_failed(self):
        self.poison(self.first)
        self.run_cron(LATE)
        self.assertFalse(self.first.activity_ids)
        incident = self.get_incidents()
        self.assertIn(self.first.number, incident.note)
        self.assertIn(self.helpdesk_manager, incident.activity_ids.user_id)
        self.assertTrue(incident.with_user(self.helpdesk_manager).has_access("read"))

    def test_one_report_for_each_cause(self):
        """The errors differ in the number of the record only: one cause."""
        for ticket in self.tickets[:3]:
            self.poison(ticket)
        self.run_cron(LATE)
        self.run_cron("2026-03-04 10:25")
        incident = self.get_incidents()
        self.assertEqual(len(incident), 1)
        self.assertEqual(incident.times, 2)
        mine = incident.activity_ids.filtered(
            lambda activity: activity.user_id == self.helpdesk_manager
        )
        self.assertEqual(len(mine), 1)

    def test_tried_again_after_a_quarter_one_four_hours_then_daily(self):
        self.poison(self.first)
        cycle = self.first.sla_cycle_id
        for moment, again in (
            ("2026-03-04 10:00:01", "2026-03-04 10:15:01"),
            ("2026-03-04 10:15:01", "2026-03-04 11:15:01"),
            ("2026-03-04 11:15:00", "2026-03-04 11:15:01"),  # not yet
            ("2026-03-04 11:15:01", "2026-03-04 15:15:01"),
            ("2026-03-04 15:15:01", "2026-03-05 15:15:01"),
            ("2026-03-05 15:15:01", "2026-03-06 15:15:01"),
        ):
            self.run_cron(moment)
            self.assertEqual(cycle.retry_at, riyadh(again))

    def test_healed_it_climbs_and_nothing_is_left_of_the_failure(self):
        self.poison(self.first)
        self.run_cron(LATE)
        self.heal(self.first)
        self.run_cron("2026-03-04 10:20")
        self.assertEqual(self.climbs(self.first), [(1, self.leader)])
        self.assertFalse(self.cycles.search([("retry_at", "!=", False)]))


class TestPendingWrites(PoisonCase):
    """The savepoint of a step swallows no error that is not the step's own."""

    def test_zero_hours_while_requests_run(self):
        """It raised "current transaction is aborted": the policy's own write, still
        pending, failed inside the savepoint of the step that plans afresh."""
        policy = self.ask("2026-03-01 10:00").sla_cycle_id.policy_id
        with (
            at("2026-03-01 11:00"),
            mute_logger("odoo.sql_db", CYCLE_LOGGER),
            self.assertRaisesRegex(psycopg2.IntegrityError, "hours_positive"),
        ):
            policy.response_hours = 0
            self.env.flush_all()

    def test_a_lost_connection_is_nobodys_fault(self):
        """PostgreSQL restarted: the cursor raises InterfaceError from then on."""
        ticket = self.ask("2026-03-01 10:00")

        def restart(_cycles):
            raise psycopg2.InterfaceError("connection already closed")

        with self.assertRaises(psycopg2.InterfaceError):
            ticket.sla_cycle_id._isolate(restart)
        self.assertFalse(ticket.activity_ids)

    def test_what_is_checked_at_the_commit_only_fails_alone_too(self):
        poisoned, sound = (self.ask("2026-03-01 10:00") for _number in range(2))
        self.poison(poisoned, when="AFTER")
        self.run_cron(LATE)
        self.assertEqual(self.climbs(sound), [(1, self.leader)])
        self.assertFalse(poisoned.escalation_ids)
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit does
