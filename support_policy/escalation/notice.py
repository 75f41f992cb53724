import logging
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formataddr

from ..sla.attempt import attempt, isolate
from .failure import get_cause, get_delay, get_text

_logger = logging.getLogger(__name__)

KINDS = [
    ("warning", "Warning"),
    ("escalation", "Escalation"),
    ("reminder", "Reminder"),
]


class SupportEscalationNotice(models.Model):
    """What one reader is still to be told about one cycle (R10). A reader's notices
    become one mail, and go in the transaction that writes it: told once, by whichever
    worker."""

    _name = "support.escalation.notice"
    _description = "Notice to Write"

    cycle_id = fields.Many2one(
        "support.sla.cycle", required=True, ondelete="cascade", index=True
    )
    notice_type = fields.Selection(KINDS, required=True)
    address = fields.Char(required=True)
    lang = fields.Char()
    attempts = fields.Integer(help="How often its mail could not be written.")
    try_at = fields.Datetime(required=True, default=fields.Datetime.now)

    @api.model
    def _get_mails(self, domain):
        """The mails to be written, one for each reader and kind.

        :return: callables (see ``_get_words``)
        """
        due = domain & Domain("try_at", "<=", fields.Datetime.now())
        readers = self._read_group(
            due, ["notice_type", "address", "lang"], ["id:recordset"], order="id:min"
        )
        for *reader, notices in readers:
            yield partial(notices._send, *reader)
        if readers:
            yield self._wake_mailer

    @api.model
    def _wake_mailer(self):
        """Have Odoo send its mails now. Without its job, they wait for who looks after
        it: no step and no other words depend on it (R10)."""
        job = "mail.ir_cron_mail_scheduler_action"
        if cron := self.env.ref(job, raise_if_not_found=False):
            cron._trigger()

    def _send(self, kind, address, lang):
        """Write one mail about all these; about those that it can be written about."""
        mine = self.try_lock_for_update()  # the others are another worker's
        notices = type(self)
        isolate(
            mine,
            lambda some: some._write_mail(kind, address, lang),
            notices._put_off,
        )

    def _write_mail(self, kind, address, lang):
        """The mail itself, unless they have been answered meanwhile."""
        cycles = self.cycle_id.filtered(lambda cycle: cycle.state == "running")
        if cycles:
            cycles._mail_notice(kind, address, lang)
        self.unlink()

    def _put_off(self, error):
        """It cannot be told: that is tried again, each time later, and reported.

        :param Exception error: why
        """
        _logger.error("Notice %s: not written", self.id, exc_info=error)
        later = fields.Datetime.now() + get_delay(self.attempts)
        self.write({"attempts": self.attempts + 1, "try_at": later})
        if untold := attempt(self.env, self._report_unwritten, get_text(error)):
            _logger.error("Notice %s: nor was it reported", self.id, exc_info=untold)

    def _report_unwritten(self, text):
        company = self.cycle_id.company_id
        self.env["support.incident"]._report(
            f"notice not written: {company.id}: {get_cause(text)}",
            company,
            company._get_helpdesk_managers(),
            lambda env: env._("Staff could not be informed of waiting requests"),
            note=f"{self.cycle_id.ticket_id.number}\n{text}",
        )


class SupportSlaCycle(models.Model):
    """Who must be told. Steps only mark that something is to be told; the mails are
    written at the end of the run, one digest a reader however many steps there were."""

    _inherit = "support.sla.cycle"

    pending_notice = fields.Selection(KINDS, help="Notice that has yet to be sent.")

    _pending_notice = models.Index("(id) WHERE pending_notice IS NOT NULL")

    def _queue_notices(self):
        """Note down who is to be told of these cycles' last steps."""
        self._try_lock().filtered("pending_notice")._isolate(self._queue_notices_of)

    @api.model
    def _queue_notices_of(self, cycles):
        self.env["support.escalation.notice"].create(
            [
                {
                    "cycle_id": cycle.id,
                    "notice_type": cycle.pending_notice,
                    "address": address,
                    "lang": lang,
                }
                for cycle in cycles
                for address, lang in cycle._get_readers()
            ]
        )
        cycles.pending_notice = False
        cycles._forget_failures()

    def _get_readers(self):
        """Who is told.

        :return: pairs of a mail address and a language
        :rtype: set of tuple
        """
        self.ensure_one()
        readers = {
            (formataddr((user.name, user.email)), user.lang)
            for user in self._get_told_users()
            if user.active and user.email
        }
        ticket = self.ticket_id
        if self.pending_notice == "escalation" and self._get_tier().mail_department:
            mailbox = ticket.department_id.mailbox
            if mailbox:
                readers.add((mailbox, ticket.company_id.partner_id.lang))
        return readers

    def _get_told_users(self):
        """The staff who are told of the last step: whoever has the ticket, and, if
        nobody has, whoever can change that."""
        ticket = self.ticket_id
        if self.pending_notice == "warning":
            assigned = ticket.user_id.filtered("active")
            return assigned or ticket.team_id.user_ids or ticket.team_id.user_id
        tier = self._get_tier()
        if self.pending_notice == "escalation":
            holder = self.holder_id
        else:
            holder = tier._find_holder(ticket)[0]
        users = holder or ticket.company_id._get_helpdesk_managers()
        if self.pending_notice == "escalation" and tier.remind_team:
            users |= ticket.team_id.user_ids
        return users
