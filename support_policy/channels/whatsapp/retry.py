from datetime import timedelta

from odoo import fields, models

#: Minutes until what failed is tried again, each time longer.
BACK_OFF = (1, 5, 15, 60, 180)


class SupportWhatsappRetry(models.AbstractModel):
    """Work that is tried again, later and later, until it is given up."""

    _name = "support.whatsapp.retry"
    _description = "Retry with Back-off"

    attempts = fields.Integer(readonly=True)
    try_at = fields.Datetime(
        string="Next Attempt", default=fields.Datetime.now, readonly=True
    )
    reason = fields.Char(readonly=True, help="Why it failed or is being retried.")

    def _postpone(self, reason):
        """Try again later, or give up after the last time.

        :param str reason: what went wrong
        """
        self.ensure_one()
        if self.attempts >= len(BACK_OFF):
            self._give_up(reason)
            return
        wait = timedelta(minutes=BACK_OFF[self.attempts])
        self.write(
            {
                "attempts": self.attempts + 1,
                "try_at": fields.Datetime.now() + wait,
                "reason": reason,
            }
        )

    def _give_up(self, reason):
        """Hook: it has been tried often enough.

        :param str reason: what went wrong
        """
        raise NotImplementedError
