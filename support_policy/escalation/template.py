from odoo import api, models

from ..sla.attempt import attempt


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
