from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..escalation.managers import POLICY_ADMINS
from . import queues as _queues  # noqa: F401 (extended here)

#: How long something may be due before it is an alarm.
PATIENCE = timedelta(minutes=15)
#: The cause of the incident that stands for the alarm.
KEY = "nothing is taken up"


class SupportWatch(models.AbstractModel):
    """The alarm: something has long been due, and no job took it up (R10)."""

    _inherit = "support.watch"

    @api.model
    @api.readonly
    def get_alarm(self):
        """What policy administrators see on all their screens, asked by the browser.

        :return: the alarm in the reader's language; False if there is none, or for
            anybody else
        """
        if not self.env.user.has_group(POLICY_ADMINS):
            return False
        # sudo: the figures are those of all companies
        return self.sudo()._get_alarm()

    @api.model
    def _get_alarm(self):
        late = self._get_late()
        if not late:
            return False
        count = sum(queue.waiting for queue in late.values())
        since = min(queue.oldest for queue in late.values())
        minutes = (fields.Datetime.now() - since) // timedelta(minutes=1)
        return self.env._(
            "Support Policy is at a standstill: %(count)s due steps and messages wait, "
            "the oldest for %(minutes)s minutes. Ask your system administrator to "
            "check the scheduled actions whose names begin with “Support Policy”.",
            count=count,
            minutes=minutes,
        )

    @api.model
    def _get_late(self):
        """The queues whose oldest has waited too long.

        :return: {name: Queue}
        """
        limit = fields.Datetime.now() - PATIENCE
        return {
            name: queue
            for name, queue in self._get_queues().items()
            if queue.oldest and queue.oldest < limit
        }

    @api.model
    def _cron_watch(self):
        """Tell policy administrators when it begins; be silent until it is over."""
        incidents = self.env["support.incident"]
        known = incidents.search([("key", "=", KEY)])
        alarm = self._get_alarm()
        if not alarm:
            known.unlink()
        if known or not alarm:
            return
        company = self.env["res.company"]
        # quick update: the mail below says it, also to who reads in Odoo only
        told = incidents.with_context(mail_activity_quick_update=True)._report(
            KEY,
            company,
            company._get_policy_admins(),
            lambda env: env._("Support Policy is at a standstill"),
            note=alarm,
        )
        told._mail_alarm()


class ResUsers(models.Model):
    _inherit = "res.users"

    def _mail_alarm(self):
        """One mail to each, in their language."""
        values = []
        for user in self.filtered("email"):
            watch = self.env["support.watch"].with_context(lang=user.lang)
            values.append(
                {
                    "email_to": user.email_formatted,
                    "email_from": user.company_id.email_formatted,
                    "subject": watch.env._("Support Policy is at a standstill"),
                    "body_html": plaintext2html(watch._get_alarm()),
                    "auto_delete": True,
                }
            )
        self.env["mail.mail"].create(values)
        self.env["support.escalation.notice"]._wake_mailer()
