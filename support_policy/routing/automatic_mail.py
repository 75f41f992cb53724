"""Mail that the machine writes: headers, so that no robot ever answers it (RFC 3834),
and what becomes of it while there is no mail server."""

from datetime import timedelta

from odoo import fields, models

#: Mail that the machine writes of itself: notices, warnings, digests.
AUTO_GENERATED = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}
#: Mail that the machine writes because somebody wrote: acknowledgements, links.
AUTO_REPLIED = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
}

#: When mail is tried again that the mail server did not take, and for how long.
TRY_AGAIN, TRY_FOR = timedelta(minutes=10), timedelta(days=3)


class MailMail(models.Model):
    """R10: what the machine says is said as soon as there is a mail server again. (A
    person sees at their own message that it has failed; here, nobody would.)"""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
        if failure_type == "mail_smtp":
            now = fields.Datetime.now()
            fresh = self.filtered(
                lambda mail: (
                    "Auto-Submitted" in (mail.headers or "")
                    and mail.create_date > now - TRY_FOR
                )
            )
            fresh.write({"state": "outgoing", "scheduled_date": now + TRY_AGAIN})
        return result
