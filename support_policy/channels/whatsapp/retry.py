import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...sla.attempt import attempt, forget

_logger = logging.getLogger(__name__)

#: Minutes until what failed is tried again, each time longer.
BACK_OFF = (1, 5, 15, 60, 180)


class SupportWhatsappRetry(models.AbstractModel):
    """Work that waits in a state until its time has come, and is tried again, later
    and later, until it is given up."""

    _name = "support.whatsapp.retry"
    _description = "Retry with Back-off"

    attempts = fields.Integer(readonly=True)
    try_at = fields.Datetime(
        string="Next Attempt", default=fields.Datetime.now, readonly=True
    )
    reason = fields.Char(readonly=True, help="Why it failed or is being retried.")

    @api.model
    def _find_due(self, state, moment=None, skip=()):
        """What waits in a state and whose time has come, oldest first.

        :param datetime moment: naive UTC; now, if None
        :param skip: ids of what is left out
        """
        moment = moment or fields.Datetime.now()
        due = [("state", "=", state), ("try_at", "<=", moment), ("id", "not in", skip)]
        return self.search(due, order="id")

    @api.model
    def _work_off(self, state, work, find=None):
        """Do what waits in a state, each by itself: locked, looked at again, and
        committed. Goes on until nothing is left, or the time of the cron is over. One
        that fails stops no other (R10).

        :param callable work: on one record; it ends the state, or postpones it
        :param callable find: gives what is next, if that is not all that is due;
            takes ids to ``skip``
        """
        commit = self.env["ir.cron"]._commit_progress
        find = find or partial(self._find_due, state)
        stuck = self.browse()
        busy = True  # also after a lost race: then it is done in the next round
        while busy and (due := find(skip=stuck.ids)):
            busy = False
            for number, row in enumerate(due):
                row = row.with_prefetch()  # every commit empties the cache
                # another worker may have done it since it was found
                try:
                    if row.try_lock_for_update() and row.state == state:
                        busy = True
                        work(row)
                        self.env.flush_all()
                        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    forget(self.env)
                except Exception as error:  # noqa: BLE001 (it is told of there)
                    stuck |= row._put_off(error)
                # this one itself stands for what waits behind them
                if not commit(1, remaining=len(due) - number):
                    return
        commit(remaining=0)

    def _put_off(self, error):
        """Whatever is wrong with this one, the others go on: what it did is undone, and
        it is left for later. If not even that can be stored, people hear of it.

        :param Exception error: why
        :return: it, if it is not stored that it is left for later; else none
        """
        _logger.error("%s failed", self, exc_info=error)
        forget(self.env)
        try:
            if not attempt(self.env, self._doubt, str(error)):
                return self.browse()
            self.account_id._tell_broken(f"{self}: {error}")
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            forget(self.env)
        return self

    def _postpone(self, reason):
        """Try again later, or give up after the last time.

        :param str reason: what went wrong
        """
        self.ensure_one()
        if self.attempts >= len(BACK_OFF):
            self._fail(reason)
            return
        wait = timedelta(minutes=BACK_OFF[self.attempts])
        self.write(
            {
                "attempts": self.attempts + 1,
                "try_at": fields.Datetime.now() + wait,
                "reason": reason,
            }
        )

    def _doubt(self, reason):
        """An error has undone what was being done: it can be done again later. Hook:
        unless something of it cannot be undone.

        :param str reason: what went wrong
        """
        self._postpone(reason)

    def _fail(self, reason):
        """Hook: it is given up.

        :param str reason: what went wrong
        """
        raise NotImplementedError
