import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import MissingError

from ..routing.automatic_mail import AUTO_GENERATED
from ..sla.attempt import attempt

_logger = logging.getLogger(__name__)

LAYOUT = "mail.mail_notification_light"


class SupportSlaCycle(models.Model):
    """The mails themselves: by templates, or in plain words if a template fails."""

    _inherit = "support.sla.cycle"

    tier_name = fields.Char(compute="_compute_notice_texts")
    holder_name = fields.Char(compute="_compute_notice_texts")
    ticket_url = fields.Char(compute="_compute_notice_texts")

    @api.depends("level", "ticket_id.user_id")
    @api.depends_context("lang")
    def _compute_notice_texts(self):
        """Words for the mail templates, in the language of the environment."""
        for cycle in self:
            cycle.tier_name = cycle._get_tier().name
            cycle.holder_name = cycle.ticket_id.user_id.name
            base = cycle.get_base_url()
            cycle.ticket_url = f"{base}/odoo/helpdesk-tickets/{cycle.ticket_id.id}"

    def _mail_notice(self, kind, address, lang):
        """One mail to one reader, whatever has become of its template (R10).

        :param str kind: of the notice
        :param str address: of the reader
        :param str lang: of the reader
        """
        cycles = self.with_context(lang=lang)
        values = {
            "email_to": address,
            "headers": repr(AUTO_GENERATED),
            "auto_delete": True,
        }
        if len(self) == 1:
            values |= self._get_thread_values()
        if error := attempt(self.env, cycles._mail_by_template, kind, values):
            cycles._mail_in_plain_words(values)
            if untold := attempt(self.env, self._report_template, kind, error):
                _logger.error("A broken template was not reported", exc_info=untold)

    def _report_template(self, kind, error):
        template = self._get_notice_template(kind)
        name = template.name or ("digest" if len(self) > 1 else kind)
        self.env["support.incident"]._report_template(
            name, error, self.company_id, template
        )

    def _mail_by_template(self, kind, values):
        template = self._get_notice_template(kind)
        if not template:
            raise MissingError(self.env._("The mail template has been deleted."))
        template = template.with_context(
            lang=self.env.lang, notice_kind=kind, notice_cycles=self
        )
        template.send_mail(self[0].id, email_layout_xmlid=LAYOUT, email_values=values)

    def _get_notice_template(self, kind):
        """The template of one mail about these cycles (empty, if it is gone)."""
        if len(self) > 1:
            kind = "digest"
        elif kind == "escalation" and (own := self._get_tier().mail_template_id):
            return own
        name = f"support_policy.mail_template_{kind}"
        template = self.env.ref(name, raise_if_not_found=False)
        return template or self.env["mail.template"]

    def _mail_in_plain_words(self, values):
        """What a reader must know, without any template."""
        lines = [
            Markup('<p><a href="%s">%s</a> %s<br/>%s</p>')
            % (
                cycle.ticket_url,
                cycle.ticket_id.number,
                cycle.ticket_id.name,
                self.env._("Promised answer: %(moment)s", moment=cycle.deadline_text),
            )
            for cycle in self
        ]
        subject = self.env._(
            "%(count)s requests are waiting for an answer", count=len(self)
        )
        if len(self) == 1:
            number = self.ticket_id.number
            subject = self.env._(
                "Request %(number)s is waiting for an answer", number=number
            )
        self.env["mail.mail"].create(
            {
                "subject": subject,
                "body_html": Markup().join(lines),
                "email_from": self[0].company_id.email_formatted
                or self.env.user.email_formatted,
                **values,
            }
        )

    def _get_thread_values(self):
        """Make a reply to the notice an internal note on the ticket: somebody who
        presses "Reply" is heard, but has not answered the requester."""
        ticket = self.ticket_id
        return {
            "model": ticket._name,
            "res_id": ticket.id,
            "is_internal": True,
            "is_notification": True,  # the message outlives its mail
            "message_type": "user_notification",  # not shown in the chatter
            "subtype_id": self.env.ref("mail.mt_note").id,
            "reply_to": ticket._notify_get_reply_to()[ticket.id],
        }
