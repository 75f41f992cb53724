"""From 19.0.1.0.0: before Odoo would make new columns, and lose what is in the old."""

from odoo.tools import SQL
from odoo.tools.sql import (
    create_column,
    create_model_table,
    make_index_name,
    rename_column,
)

#: Fields that were called ``at``, ``kind``, ``uid`` and ``mark``, by model.
RENAMED = {
    "support.whatsapp.message": {
        "uid": "whatsapp_id",
        "user_uid": "whatsapp_user_id",
        "kind": "message_type",
        "at": "written_at",
        "mark": "attempt_token",
        "media_uid": "media_reference",
    },
    "support.web.visit": {"kind": "action", "at": "visited_at"},
}
SECRETS = ("verify_token", "app_secret", "access_token")


def migrate(cr, version):
    """Rename fields that said nothing; move secrets apart; keep hashes of keys only."""
    for model, names in RENAMED.items():
        for old, new in names.items():
            _rename(cr, model, old, new)
    _move_secrets(cr)
    _hash_keys(cr)


def _rename(cr, model, old, new):
    table = model.replace(".", "_")
    rename_column(cr, table, old, new)
    # an index of a field is found by its name; the others are compared by Odoo itself
    cr.execute(
        SQL(
            "ALTER INDEX IF EXISTS %s RENAME TO %s",
            SQL.identifier(make_index_name(table, old)),
            SQL.identifier(make_index_name(table, new)),
        )
    )
    cr.execute(
        "UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s",
        [new, model, old],
    )
    cr.execute(
        """
        UPDATE ir_model_data
           SET name = %s
         WHERE module = 'support_policy' AND model = 'ir.model.fields' AND name = %s
        """,
        [f"field_{table}__{new}", f"field_{table}__{old}"],
    )


def _move_secrets(cr):
    columns = [("account_id", "int4", None), *((n, "varchar", None) for n in SECRETS)]
    create_model_table(cr, "support_whatsapp_secret", columns=columns)
    cr.execute(
        """
        INSERT INTO support_whatsapp_secret
               (account_id, verify_token, app_secret, access_token)
        SELECT id, verify_token, app_secret, access_token
          FROM support_whatsapp_account
        """
    )
    _forget(cr, "support_whatsapp_account", SECRETS)


def _hash_keys(cr):
    create_column(cr, "support_phone_exchange", "key_hash", "varchar")
    cr.execute(
        """
        UPDATE support_phone_exchange
           SET key_hash = encode(sha256(convert_to(key, 'UTF8')), 'hex')
        """
    )
    _forget(cr, "support_phone_exchange", ["key"])


def _forget(cr, table, columns):
    """Drop columns with secrets: out of the rows, too, not only out of sight."""
    for column in columns:
        names = SQL.identifier(table), SQL.identifier(column)
        cr.execute(SQL("ALTER TABLE %s ALTER %s DROP NOT NULL", *names))
        cr.execute(SQL("UPDATE %s SET %s = NULL", *names))
        cr.execute(SQL("ALTER TABLE %s DROP %s", *names))
