from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models

from ..routing.automatic_mail import AUTO_REPLIED
from ..sla.attempt import attempt

#: A requester who writes more than this in a day is hardly a person: further tickets
#: are made, but no longer acknowledged, so that two robots fall silent.
ACKNOWLEDGEMENTS_A_DAY = 5


class HelpdeskTicket(models.Model):
    """The acknowledgement of a request: its number and the promised time."""

    _inherit = "helpdesk.ticket"

    def _acknowledge(self, message):
        """Tell the requester, in their language, the number and the promised time.

        No answer in the sense of the policy, and never one more to a robot. The request
        is kept, whatever becomes of its acknowledgement (R10).

        :param mail.message message: what is acknowledged
        """
        self.ensure_one()
        name = self._get_acknowledgement()
        if not name or self._count_acknowledgements() >= ACKNOWLEDGEMENTS_A_DAY:
            return
        # as OdooBot: Odoo writes to nobody about what they do themselves, in the portal
        ticket = self.with_user(SUPERUSER_ID).with_context(lang=self.partner_id.lang)
        templates = ticket.env["mail.template"]
        words = templates._get_words(name, ticket, ticket._get_plain_acknowledgement)
        if error := attempt(self.env, ticket._post_acknowledgement, message, *words):
            report = ticket.env["support.incident"]._report_unsaid
            attempt(self.env, report, error, self.company_id)

    def _get_plain_acknowledgement(self):
        """What a requester must know, without any template."""
        subject = self.env._("We received your request %(number)s", number=self.number)
        promise = self.sla_cycle_id and self.env._(
            "Promised answer: %(moment)s", moment=self.sla_cycle_id.deadline_text
        )
        return subject, promise or subject

    def _post_acknowledgement(self, message, subject, body):
        company = self.company_id.partner_id
        self.message_post(
            subject=subject,
            body=body,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=company.id,
            email_from=company.email_formatted or self.env.user.email_formatted,
            parent_id=message.id if message.res_id == self.id else False,
            partner_ids=self.partner_id.ids,
            notify_skip_followers=True,
            email_layout_xmlid="mail.mail_notification_light",
            mail_headers=dict(AUTO_REPLIED),
        )

    def _is_acknowledgement(self, message):
        """Whether a message is one of these to the requester."""
        return (
            message.message_type == "auto_comment"
            and message.author_id == self.company_id.partner_id
            and self.partner_id in message.partner_ids
        )

    def _get_acknowledgement(self):
        """The XML id, without its module, of the template of the acknowledgement.

        :rtype: str (empty if the requester cannot be reached)
        """
        return "mail_template_acknowledgement" if self.partner_id.email else ""

    def _count_acknowledgements(self):
        """How many this requester got in the last day."""
        # sudo: messages on tickets of other teams count too
        messages = self.env["mail.message"].sudo()
        return messages.search_count(
            [
                ("model", "=", self._name),
                ("message_type", "=", "auto_comment"),
                ("author_id", "=", self.company_id.partner_id.id),
                ("partner_ids", "in", self.partner_id.ids),
                ("date", ">", fields.Datetime.now() - timedelta(days=1)),
            ]
        )
