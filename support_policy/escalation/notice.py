from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import formataddr

from ..routing.automatic_mail import AUTO_GENERATED

LAYOUT = "mail.mail_notification_light"


class SupportSlaCycle(models.Model):
    """Mail to those who must act. Steps only mark what is to be told; the mails are
    written at the end of the run, one digest a reader however many steps there were."""

    _inherit = "support.sla.cycle"

    pending_notice = fields.Selection(
        [
            ("warning", "Warning"),
            ("escalation", "Escalation"),
            ("reminder", "Reminder"),
        ],
        help="Notice that has yet to be sent.",
    )

    tier_name = fields.Char(compute="_compute_notice_texts")
    holder_name = fields.Char(compute="_compute_notice_texts")
    ticket_url = fields.Char(compute="_compute_notice_texts")

    _pending_notice = models.Index("(id) WHERE pending_notice IS NOT NULL")

    @api.depends("level", "ticket_id.user_id")
    @api.depends_context("lang")
    def _compute_notice_texts(self):
        """Words for the mail templates, in the language of the environment."""
        for cycle in self:
            tier = cycle.policy_id.ladder_id._get_tier(cycle.level)
            cycle.tier_name = tier.name
            cycle.holder_name = cycle.ticket_id.user_id.name
            base = cycle.get_base_url()
            cycle.ticket_url = f"{base}/odoo/helpdesk-tickets/{cycle.ticket_id.id}"

    @api.model
    def _send_pending_notices(self):
        """Write the mails of all steps taken since the last time."""
        pending = self.search([("pending_notice", "!=", False)])
        pending.try_lock_for_update()._send_notices()

    def _send_notices(self):
        """Write the mails about these cycles: one for each reader and kind."""
        pending = self.filtered("pending_notice")
        for kind, cycles in pending.grouped("pending_notice").items():
            to_tell = defaultdict(self.browse)
            for cycle in cycles:
                for reader in cycle._get_readers(kind):
                    to_tell[reader] |= cycle
            for (address, lang), told in to_tell.items():
                told._mail_notice(kind, address, lang)
        if pending:
            pending.pending_notice = False
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _get_readers(self, kind):
        """Who is told.

        :return: pairs of a mail address and a language
        :rtype: set of tuple
        """
        self.ensure_one()
        ticket = self.ticket_id
        tier = self.policy_id.ladder_id._get_tier(self.level)
        users, mailbox = self.env["res.users"], False
        if kind == "warning":
            assigned = ticket.user_id.filtered("active")
            users = assigned or ticket.team_id.user_ids or ticket.team_id.user_id
        elif kind == "escalation":
            users = self._get_last_escalation().to_user_id
            if tier.remind_team:
                users |= ticket.team_id.user_ids
            if tier.mail_department:
                mailbox = ticket.department_id.mailbox
        elif tier:
            users = tier._find_holder(ticket)[0]
        readers = {
            (formataddr((user.name, user.email)), user.lang)
            for user in users
            if user.active and user.email
        }
        if mailbox:
            readers.add((mailbox, ticket.company_id.partner_id.lang))
        return readers

    def _mail_notice(self, kind, address, lang):
        first = self[0]
        template = self._get_notice_template(kind).with_context(
            lang=lang, notice_kind=kind, notice_cycles=self.with_context(lang=lang)
        )
        values = {
            "email_to": address,
            "headers": repr(AUTO_GENERATED),
            "auto_delete": True,
        }
        if len(self) == 1:
            values |= self._get_thread_values()
        template.send_mail(first.id, email_layout_xmlid=LAYOUT, email_values=values)

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

    def _get_notice_template(self, kind):
        if len(self) > 1:
            return self.env.ref("support_policy.mail_template_digest")
        if kind == "escalation":
            tier = self.policy_id.ladder_id._get_tier(self.level)
            if tier.mail_template_id:
                return tier.mail_template_id
        return self.env.ref(f"support_policy.mail_template_{kind}")
