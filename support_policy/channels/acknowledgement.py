from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models

from ..routing.automatic_mail import AUTO_REPLIED

#: A requester who writes more than this in a day is hardly a person: further tickets
#: are made, but no longer acknowledged, so that two robots fall silent.
ACKNOWLEDGEMENTS_A_DAY = 5


class HelpdeskTicket(models.Model):
    """The acknowledgement of a request: its number and the promised time."""

    _inherit = "helpdesk.ticket"

    def _acknowledge(self, message):
        """Tell the requester, in their language, the number and the promised time.

        No answer in the sense of the policy, and never one more to a robot.

        :param mail.message message: what is acknowledged
        """
        self.ensure_one()
        partner, company = self.partner_id, self.company_id.partner_id
        template = self._get_acknowledgement()
        if not template or self._count_acknowledgements() >= ACKNOWLEDGEMENTS_A_DAY:
            return
        mail = template._generate_template(self.ids, ("subject", "body_html"))[self.id]
        # as OdooBot: Odoo writes to nobody about what they do themselves, in the portal
        machine = self.with_user(SUPERUSER_ID).with_context(lang=partner.lang)
        machine.message_post(
            subject=mail["subject"],
            body=mail["body_html"],
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=company.id,
            email_from=company.email_formatted or self.env.user.email_formatted,
            parent_id=message.id if message.res_id == self.id else False,
            partner_ids=partner.ids,
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
        """The words of the acknowledgement.

        :rtype: mail.template (empty if the requester cannot be reached)
        """
        if not self.partner_id.email:
            return self.env["mail.template"]
        return self.env.ref("support_policy.mail_template_acknowledgement")

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
