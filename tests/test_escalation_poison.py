"""R10: what is poisoned fails alone, and its failure is told without touching it.

The poison is in the database itself, as real triggers put it there.
"""

import psycopg2

from odoo.tools import SQL, mute_logger

from .common import SupportPolicyCase, at

CYCLE_LOGGER = "odoo.addons.support_policy.support_policy.sla.cycle"
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
