"""The addon's migrations, each from a database of the version before, with data in it.

The schema of that version is made out of today's: what a migration does is undone, and
rows are written as they were. Then Odoo updates the addon, as it does for everybody.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from workshop import databases, postgres
from workshop.place import ADDON

COPY = f"{databases.INSTALLED}_{os.getpid()}"
#: Fields by the names of 19.0.1.0.0 and by those of today.
RENAMED = {
    "support_whatsapp_message": {
        "uid": "whatsapp_id",
        "user_uid": "whatsapp_user_id",
        "kind": "message_type",
        "at": "written_at",
        "mark": "attempt_token",
        "media_uid": "media_reference",
    },
    "support_web_visit": {"kind": "action", "at": "visited_at"},
}
CHANGED = (
    *RENAMED,
    "support_whatsapp_account",
    "support_whatsapp_secret",
    "support_phone_exchange",
)
#: What Odoo writes at indexes, to find out whether they have changed.
COMMENTS = {
    "support_whatsapp_message_once": "UNIQUE INDEX (account_id, uid) "
    "WHERE uid IS NOT NULL",
    "support_web_visit_recent": "INDEX (origin, kind, at)",
}
#: What stands in a table of its own since 19.0.1.1.0.
SECRETS = ("verify_token", "app_secret", "access_token")
#: What a table is made of: columns, constraints, indexes.
SCHEMA = (
    """
    SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
     WHERE attrelid = '{}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1
    """,
    """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE conrelid = '{}'::regclass AND contype <> 'n' ORDER BY 1
    """,
    "SELECT indexdef FROM pg_indexes WHERE tablename = '{}' ORDER BY 1",
)
DATA = """
    INSERT INTO support_whatsapp_account (
        id, name, active, company_id, team_id, phone_number_id, api_url,
        verify_token, app_secret, access_token
    )
    SELECT 70, 'Number', true, 1, min(id), '4711', 'http://127.0.0.1:9',
           'plain-verify', 'plain-app', 'plain-access'
      FROM helpdesk_ticket_team;
    INSERT INTO support_whatsapp_message (
        account_id, company_id, direction, address, state,
        uid, user_uid, kind, at, mark, media_uid
    )
    VALUES (70, 1, 'out', '+966501234567', 'sent',
            'wamid.1', 'SA.7', 'image', '2026-03-01 07:00', 'token', '12');
    INSERT INTO support_web_visit (origin, kind, at)
    VALUES ('origin', 'lost', now() AT TIME ZONE 'utc');
    INSERT INTO support_phone_exchange (name, active, company_id, team_id, key)
    SELECT 'PBX', true, 1, min(id), 'plain-key' FROM helpdesk_ticket_team;
"""

#: What the clock has known since 19.0.1.2.0.
CLOCK = {
    "support_sla_cycle": ("holder_id", "reminded_at", "warned_at"),
    "helpdesk_ticket": ("waited_since", "own_waiting_since"),
    "support_sla_policy": ("rematch",),
}
#: Tickets 701 to 704: at the last tier, closed without an answer, joined, uncovered.
CLOCK_DATA = """
    UPDATE res_company SET support_executive_id = 2 WHERE id = 1;
    INSERT INTO helpdesk_ticket (
        id, name, number, description, company_id, active, priority,
        channel_id, waiting_since, sla_state
    )
    SELECT 700 + n, 'T', 'M' || n, 'D', 1, true, '1', channel.id,
           CASE WHEN n IN (1, 4) THEN timestamp '2026-03-01 07:00' END,
           CASE WHEN n = 1 THEN 'running' WHEN n < 4 THEN 'dropped' ELSE 'met' END
      FROM generate_series(1, 4) n
      JOIN helpdesk_ticket_channel channel ON channel.code = 'email';
    UPDATE helpdesk_ticket SET channel_id = NULL WHERE id = 704;
    INSERT INTO support_sla_cycle (
        id, ticket_id, policy_id, company_id, started_at, deadline, state, level,
        ended_at, drop_reason, next_escalation_at, business_hours
    )
    SELECT row.id, ticket_id, policy.id, 1, started_at, '2026-03-04 07:00', state,
           level, ended_at, drop_reason, next_at, hours
      FROM (VALUES
        (70, 701, timestamp '2026-03-01 07:00', 'running', 3, NULL, NULL,
         timestamp '2126-01-01 05:00', 0),
        (71, 702, '2026-03-01 07:00', 'dropped', 0, timestamp '2026-03-02', 'closed',
         NULL, 52.0003),
        (72, 703, '2026-03-01 07:00', 'met', 0, '2026-03-02', NULL, NULL, -1),
        (73, 703, '2026-03-01 08:00', 'dropped', 0, '2026-03-02', 'joined', NULL, 0),
        (74, 704, '2026-02-01 07:00', 'met', 0, '2026-02-02', NULL, NULL, 8)
      ) row (id, ticket_id, started_at, state, level, ended_at, drop_reason, next_at,
             hours)
      JOIN (SELECT min(id) AS id FROM support_sla_policy) policy ON true;
    UPDATE helpdesk_ticket SET sla_cycle_id = 70 WHERE id = 701;
    INSERT INTO support_escalation (
        cycle_id, ticket_id, tier_id, level, trigger, due_at, escalated_at, answer_by,
        to_user_id, company_id
    )
    SELECT 70, 701, min(id), level, 'deadline', '2026-03-04 07:00', '2026-03-04 07:05',
           '2026-03-12 13:00', 2, 1
      FROM support_escalation_tier GROUP BY level;
"""


def sql(statement):
    """Run a statement on the copy, and return its rows as text."""
    return postgres.sql(statement, COPY)


def undo_names():
    """The statements that give the fields their old names back."""
    for table, names in RENAMED.items():
        for old, new in names.items():
            yield f"ALTER TABLE {table} RENAME {new} TO {old}"
            index = f"{table}__{{}}_index"
            yield (
                f"ALTER INDEX IF EXISTS {index.format(new)} RENAME TO "
                f"{index.format(old)}"
            )
            yield (
                f"UPDATE ir_model_data SET name = 'field_{table}__{old}' "
                f"WHERE name = 'field_{table}__{new}'"
            )
            yield (
                f"UPDATE ir_model_fields SET name = '{old}' WHERE name = '{new}' "
                f"AND model = '{table.replace('_', '.')}'"
            )
    for index, comment in COMMENTS.items():
        yield f"COMMENT ON INDEX {index} IS '{comment}'"


def undo_secrets():
    """The statements that put the secrets of WhatsApp numbers back beside them."""
    table, model = "support_whatsapp_secret", "support.whatsapp.secret"
    yield f"DROP TABLE {table}"
    yield f"DELETE FROM ir_model WHERE model = '{model}'"
    yield f"DELETE FROM ir_model_data WHERE name LIKE '%{table}%'"
    for name in SECRETS:
        yield f"ALTER TABLE support_whatsapp_account ADD {name} varchar NOT NULL"
        yield (
            f"UPDATE ir_model_fields SET store = true WHERE name = '{name}' "
            "AND model = 'support.whatsapp.account'"
        )


def undo_hashes():
    """The statements that make room for plain keys again."""
    yield "ALTER TABLE support_phone_exchange DROP key_hash"
    yield "ALTER TABLE support_phone_exchange ADD key varchar NOT NULL"
    named = "model = 'support.phone.exchange' AND name"
    yield f"DELETE FROM ir_model_fields WHERE {named} = 'key_hash'"
    yield f"UPDATE ir_model_fields SET store = true WHERE {named} = 'key'"
    xml_id = "field_support_phone_exchange__key_hash"
    yield f"DELETE FROM ir_model_data WHERE name = '{xml_id}'"


def undo_clock():
    """The statements that forget what the clock knows now."""
    for table, names in CLOCK.items():
        for name in names:
            yield f"ALTER TABLE {table} DROP {name}"
            model = table.replace("_", ".", 2)
            yield (
                f"DELETE FROM ir_model_fields WHERE name = '{name}' "
                f"AND model = '{model}'"
            )
            yield f"DELETE FROM ir_model_data WHERE name = 'field_{table}__{name}'"


@pytest.fixture(scope="module", autouse=True)
def updated():
    """A database of 19.0.1.0.0, updated to today's version."""
    databases.clone(databases.INSTALLED, COPY)
    try:
        version = "UPDATE ir_module_module SET latest_version = '19.0.1.0.0'"
        before = [*undo_names(), *undo_secrets(), *undo_hashes(), *undo_clock()]
        before.append(f"{version} WHERE name = '{ADDON}'")
        sql(";".join(["BEGIN", *before, DATA + CLOCK_DATA, "COMMIT"]))
        databases.odoo(COPY, "-u", ADDON, hint="the addon could not be updated")
        yield
    finally:
        databases.drop(COPY)


def test_the_version_is_todays():
    installed = f"SELECT latest_version FROM ir_module_module WHERE name = '{ADDON}'"
    manifest = (Path(__file__).resolve().parents[2] / "__manifest__.py").read_text()
    assert f'"version": "{sql(installed)}"' in manifest


def test_renamed_fields_keep_their_values():
    names = "whatsapp_id, whatsapp_user_id, message_type, written_at, attempt_token"
    row = sql(f"SELECT {names}, media_reference FROM support_whatsapp_message")
    assert row == "wamid.1|SA.7|image|2026-03-01 07:00:00|token|12"
    assert sql("SELECT action, origin FROM support_web_visit") == "lost|origin"


def test_secrets_move_into_their_own_table():
    secrets = sql(
        f"SELECT account_id, {', '.join(SECRETS)} FROM support_whatsapp_secret"
    )
    assert secrets == "70|plain-verify|plain-app|plain-access"
    row = sql("SELECT to_json(one) FROM support_whatsapp_account one")
    assert '"4711"' in row
    assert "plain" not in row


def test_of_keys_only_the_hash_is_left():
    hashed = hashlib.sha256(b"plain-key").hexdigest()
    assert sql("SELECT key_hash FROM support_phone_exchange") == hashed
    dump = [postgres.program("pg_dump"), "--inserts", COPY]
    variables = databases.odoo_variables()
    done = subprocess.run(dump, check=True, capture_output=True, env=variables)
    assert hashed.encode() in done.stdout
    assert b"plain-key" not in done.stdout


def test_what_the_clock_knows_now_is_found_out():
    cycle = "SELECT holder_id, reminded_at IS NULL FROM support_sla_cycle WHERE id = 70"
    assert sql(cycle) == "2|f"
    tickets = "SELECT {} FROM helpdesk_ticket WHERE id = {}"
    assert sql(tickets.format("waited_since", 702)) == "2026-03-01 07:00:00"
    assert sql(tickets.format("sla_state, waited_since", 703)) == "met|"
    assert sql(tickets.format("sla_state, waiting_since", 704)) == (
        "|2026-03-01 07:00:00"
    )
    hours = "SELECT business_hours FROM support_sla_cycle WHERE id IN (71, 72) ORDER BY"
    assert sql(f"{hours} id").split() == ["52", "0"]


@pytest.mark.parametrize("table", RENAMED)
def test_no_old_name_is_left(table):
    columns = f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass"
    model = table.replace("_", ".")
    for left in (
        sql(f"{columns} AND NOT attisdropped"),
        sql(f"SELECT name FROM ir_model_fields WHERE model = '{model}'"),
    ):
        assert not {*left.split()} & RENAMED[table].keys()


@pytest.mark.parametrize("table", CHANGED)
@pytest.mark.parametrize("query", SCHEMA)
def test_the_table_is_as_in_a_new_database(query, table):
    query = query.format(table)
    assert sql(query) == postgres.sql(query, databases.INSTALLED)
