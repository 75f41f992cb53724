import json
import logging
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models

from ...sla.attempt import attempt
from . import retry as _retry  # noqa: F401 (extended here)
from .payload import Incoming, parse_webhook

_logger = logging.getLogger(__name__)

WAITING, DONE, FAILED = "waiting", "done", "failed"
#: How long raw events are kept after they have been read.
KEEP = timedelta(days=30)
#: How soon a status is looked at again whose message is only just being sent.
SOON = timedelta(minutes=1)


class NotYet(Exception):
    """An item cannot be understood before something else has happened."""


class SupportWhatsappEvent(models.Model):
    """A call of the webhook, as it came: stored at once, read afterwards. A crash in
    between loses nothing; reading it again does nothing twice."""

    _name = "support.whatsapp.event"
    _description = "WhatsApp Event"
    _inherit = ["support.whatsapp.retry"]
    _order = "id desc"

    account_id = fields.Many2one(
        "support.whatsapp.account", required=True, ondelete="cascade"
    )
    body = fields.Text(required=True)
    signature = fields.Char(
        required=True, help="Ensures that the same call is stored only once."
    )
    state = fields.Selection(
        [(WAITING, "Waiting"), (DONE, "Read"), (FAILED, "Failed")],
        required=True,
        default=WAITING,
    )

    _once = models.UniqueIndex(
        "(account_id, signature)", "This webhook call has already been stored."
    )
    _to_read = models.Index("(try_at, id) WHERE state = 'waiting'")

    @api.model
    def _store(self, account, body, signature):
        """Keep a verified call of the webhook, unless it is kept already.

        :param bytes body: as it came
        :param str signature: as it was verified
        """
        events = self.with_user(SUPERUSER_ID)
        known = [("account_id", "=", account.id), ("signature", "=", signature)]
        if events.search_count(known, limit=1):
            return
        text = body.decode(errors="replace").replace("\x00", "\ufffd")
        vals = {"account_id": account.id, "body": text, "signature": signature}
        try:
            with self.env.cr.savepoint():
                events.create(vals)
        except psycopg2.errors.UniqueViolation:
            return  # delivered twice at the same moment
        events.env.ref("support_policy.cron_whatsapp_read")._trigger()

    @api.model
    def _cron_read(self):
        """Read what has come in, oldest first, each call by itself."""
        self._work_off(WAITING, lambda event: event._read())

    def _read(self):
        """Do what the call says, item by item; one that fails stops no other."""
        self.ensure_one()
        try:
            items, unread = parse_webhook(json.loads(self.body))
        except (ValueError, RecursionError) as error:
            self._set_failed(str(error))
            return
        messages = self.env["support.whatsapp.message"]
        problems, early, lost = [], False, set()
        for item in items:
            account = self.account_id._get_receiver(item.number_id)
            if not account:
                if isinstance(item, Incoming):
                    lost.add(item.number_id)
                continue
            error = attempt(self.env, messages._handle_item, account, item)
            if isinstance(error, NotYet):
                early = True
            elif error:
                _logger.error("WhatsApp event %s failed", self.id, exc_info=error)
                problems.append(f"{item.whatsapp_id}: {error}")
        if problems:
            self._postpone("\n".join(problems))
        elif early:
            self.try_at = fields.Datetime.now() + SOON
        elif lost:
            # nothing is lost: set the number up, and read the call again
            self._fail(
                self.account_id._in_company_lang().env._(
                    "No active number of ours has this phone number ID and the "
                    "same app secret: %(ids)s",
                    ids=", ".join(sorted(lost)),
                )
            )
        else:
            self._set_read(unread)

    def _fail(self, reason):
        self._set_failed(reason)
        self.account_id._tell_broken(reason)

    def action_read_again(self):
        """Read a call that failed once more, by the next run of the cron."""
        self._set_waiting()
        self.env.ref("support_policy.cron_whatsapp_read")._trigger()

    # -- from state to state: nothing else changes it ------------------------------

    def _set_waiting(self):
        self.write({"state": WAITING, "attempts": 0, "try_at": fields.Datetime.now()})

    def _set_read(self, unread):
        """All that could be understood is done.

        :param int unread: how many items could not be
        """
        self.write({"state": DONE, "reason": f"{unread} ?" if unread else False})

    def _set_failed(self, reason):
        self.write({"state": FAILED, "reason": reason})

    @api.autovacuum
    def _gc_events(self):
        old = fields.Datetime.now() - KEEP
        self.search([("state", "=", DONE), ("create_date", "<", old)]).unlink()
