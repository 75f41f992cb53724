"""Fields that were called ``at``, ``kind``, ``uid`` and ``mark`` say what they are."""

from odoo.tools import SQL
from odoo.tools.sql import make_index_name, rename_column

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


def migrate(cr, version):
    """Rename columns, and what Odoo knows of them, before Odoo would make new ones."""
    for model, names in RENAMED.items():
        for old, new in names.items():
            _rename(cr, model, old, new)


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
