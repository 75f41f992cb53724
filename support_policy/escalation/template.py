from odoo import api, models

from ..sla.attempt import attempt
from .notice_mail import LAYOUT


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.model
    def _get_words(self, name, record, get_plain_words):
        """The words of a template of ours; plain ones, if it fails or is gone (R10).
        Runs as superuser.

        :param str name: its XML id, without the module
        :param record: what it speaks of
        :param callable get_plain_words: returns a subject and a body
        :return: a subject and a body
        :rtype: tuple
        """
        parts = {}

        def render():
            template = self.env.ref(f"support_policy.{name}")
            fields = ("subject", "body_html")
            parts.update(template._generate_template(record.ids, fields)[record.id])

        if error := attempt(self.env, render):
            report = self.env["support.incident"]._report_template
            attempt(self.env, report, name, error, record.company_id)
            return get_plain_words()
        return parts["subject"], parts["body_html"]

    @api.model
    def _mail_words(self, name, record, get_plain_words, **values):
        """Mail the words of a template of ours, from the record's company.

        :param values: of the mail
        """
        subject, body = self._get_words(name, record, get_plain_words)
        company = record.company_id
        self.env["mail.mail"].create(
            {
                "subject": subject,
                "body_html": self._render_encapsulate(
                    LAYOUT, body, {"company": company}, context_record=record
                ),
                "email_from": company.email_formatted or self.env.user.email_formatted,
                **values,
            }
        )
