from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac

#: How long it is known what was made of something.
LIFETIME = timedelta(hours=1)


class SupportTurn(models.Model):
    """One at a time, decided by the database: what comes from one sender, and what a
    page sends twice. Of senders and pages, fingerprints are kept (R10)."""

    _name = "support.turn"
    _description = "Turn"
    _log_access = False

    key = fields.Char(required=True)
    taken_at = fields.Datetime(required=True, index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", index=True, ondelete="cascade")
    message_id = fields.Many2one("mail.message", index=True, ondelete="cascade")

    _once = models.UniqueIndex("(key)")

    @api.model
    def _take(self, *parts):
        """Wait until nobody else takes the same turn, and take it.

        Who has waited cannot see what the other one made: PostgreSQL refuses it with a
        serialization failure, and it is handled once more from the start.

        Runs as superuser: senders have no rights.

        :param parts: what makes it the same turn
        :return: the turn; with the ticket that was made in it, if that is not long ago
        """
        [[turn_id]] = self.env.execute_query(
            SQL(
                """
                INSERT INTO support_turn AS turn (key, taken_at)
                VALUES (%(key)s, %(now)s)
                ON CONFLICT (key) DO UPDATE SET
                    taken_at = EXCLUDED.taken_at,
                    ticket_id = CASE
                        WHEN turn.taken_at > EXCLUDED.taken_at - %(lifetime)s
                        THEN turn.ticket_id
                    END
                RETURNING id
                """,
                key=hmac(self.env, "support_turn", parts),
                now=fields.Datetime.now(),
                lifetime=LIFETIME,
            )
        )
        turn = self.browse(turn_id)
        turn.invalidate_recordset()
        return turn

    @api.autovacuum
    def _gc_turns(self):
        old = fields.Datetime.now() - LIFETIME
        self.search([("taken_at", "<", old)]).unlink()
