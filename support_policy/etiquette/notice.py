from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from odoo import api, models
from odoo.tools import plaintext2html

from ..escalation.notice_mail import LAYOUT
from ..routing.automatic_mail import AUTO_GENERATED
from . import violation as _violation  # noqa: F401 (extended here)


@dataclass(frozen=True)
class Notice:
    """What one person is told, as it leaves."""

    partner: models.Model
    #: Name of the channel; False if none reaches them.
    channel: str | bool
    subject: str
    body: str


class SupportViolation(models.Model):
    """Telling the people concerned (R6)."""

    _inherit = "support.violation"

    @api.model
    def _prepare_notices(self, template, record, readers):
        """What each reader is told, in their own language. Runs as superuser.

        :param str template: XML id of a mail template of ours, without the module
        :param record: what the template speaks of
        :param res.partner readers: whom to tell
        :return: exactly what ``_send_notices`` sends
        :rtype: list of Notice
        """
        notices = []
        for reader in readers.with_company(record.company_id):
            lang = reader.lang or record.company_id.partner_id.lang or self.env.lang
            told = record.with_context(
                lang=lang,
                template_preview_lang=lang,  # not the requester's, as Odoo would
                notice_reader=reader,
            )
            words = told.env["mail.template"]._get_words(
                template, told, partial(told.ticket_id._get_plain_notice, template)
            )
            channel = reader._get_notice_channel()
            notices.append(Notice(reader.with_context(lang=lang), channel, *words))
        return notices

    def _send_notices(self, notices, leave_at=False):
        """Send what has been prepared, to each reader by the channel that reaches them.
        Runs as superuser.

        :param list notices: of ``_prepare_notices``
        :param datetime leave_at: naive UTC; at once, if False
        """
        self.ensure_one()
        for notice in notices:
            if notice.channel:
                send = getattr(self, f"_send_notice_by_{notice.channel}")
                send(notice, leave_at)
            else:
                self._message_log(
                    body=self.env._(
                        "%(name)s has no e-mail address. Please inform them yourself.",
                        name=notice.partner.display_name,
                    )
                )

    def _send_notice_by_email(self, notice, leave_at):
        company = self.company_id
        ticket = self.ticket_id.with_env(notice.partner.env)
        description = ticket.env["ir.model"]._get(ticket._name).display_name
        template = ticket.env["mail.template"]
        body = template._render_encapsulate(
            LAYOUT,
            notice.body,
            add_context={"company": company, "model_description": description},
            context_record=ticket,
        )
        self.env["mail.mail"].create(
            {
                "subject": notice.subject,
                "body": notice.body,
                "body_html": body,
                "author_id": company.partner_id.id,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "recipient_ids": notice.partner.ids,
                "reply_to": self._notify_get_reply_to()[self.id],
                "model": self._name,
                "res_id": self.id,
                "scheduled_date": leave_at,
                "headers": repr(AUTO_GENERATED),
                "is_notification": True,  # the message outlives its mail
                "message_type": "auto_comment",
                "subtype_id": self.env.ref("mail.mt_note").id,
            }
        )

    def _notify_get_reply_to(self, default=None, author_id=False):
        cases = self.sudo()  # sudo: the team's address, whoever may read the ticket
        addresses = cases.ticket_id._notify_get_reply_to(
            default=default, author_id=author_id
        )
        return {case.id: addresses[case.ticket_id.id] for case in cases}

    def _get_leave_at(self):
        """When notices of the closing leave (naive UTC): after the time for undoing."""
        return self.reported_at + timedelta(
            minutes=self.company_id.support_undo_minutes
        )

    def _recall_notices(self):
        """Take back what has not left yet. Runs as superuser.

        :return: whether nothing has left
        :rtype: bool
        """
        mine = [("model", "=", self._name), ("res_id", "in", self.ids)]
        told = self.env["mail.message"].search(
            [*mine, ("message_type", "=", "auto_comment")]
        )
        outgoing = self.env["mail.mail"].search([*mine, ("state", "=", "outgoing")])
        waiting = outgoing.try_lock_for_update()  # without those leaving right now
        if told - waiting.mail_message_id - self._recall_by_whatsapp(told):
            return False
        waiting.unlink()
        return True


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _get_plain_notice(self, template):
        """What the people concerned must know, without any template.

        :param str template: the one that failed
        :return: a subject and a body
        """
        number, env = self.number, self.env
        subject = env._("Request %(number)s: rules of etiquette", number=number)
        body = {
            "mail_template_violation_reported": env._(
                "The request was closed because it violates our rules of etiquette. "
                "Reply to this message if you object."
            ),
            "mail_template_violation_actioned": env._(
                "The violation has been reviewed, and an action has been taken."
            ),
            "mail_template_violation_dismissed": env._(
                "The violation has been dismissed. The request is open again."
            ),
        }
        return subject, plaintext2html(body[template])
