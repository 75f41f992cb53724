from odoo import models

from ..sla.message import HUMAN_MESSAGES
from . import violation as _violation  # noqa: F401 (extended here)

ACTIVITY = "support_policy.activity_violation_appeal"


class SupportViolation(models.Model):
    """What the requester answers to a notice: it is heard by who studies the case, and
    neither reopens the ticket nor starts a clock (R6)."""

    _inherit = "support.violation"

    def _is_party(self, partner):
        """Whether somebody is the requester, or was told of the case.

        :param res.partner partner: author of a message, may be empty
        :rtype: bool
        """
        self.ensure_one()
        told = self.concerned_ids | self.referred_to_id
        return partner in told or self.ticket_id._is_requester(partner)

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # sudo: whoever writes need not see the case
        case = self.sudo()
        if message.message_type in HUMAN_MESSAGES and case._is_party(message.author_id):
            case._alert_officer()
        return result

    def _alert_officer(self):
        """The officer sees in their activities that somebody has objected."""
        self.ensure_one()
        if self.user_id and not self.activity_search([ACTIVITY]):
            self.activity_schedule(ACTIVITY, user_id=self.user_id.id)

    def _add_objection(self, message):
        """An answer that was written on the cancelled ticket joins its case.

        :param mail.message message: on the ticket
        """
        self.ensure_one()
        copies = [
            file.copy({"res_model": self._name, "res_id": self.id})
            for file in message.attachment_ids
        ]
        self._post_statement(
            message.author_id,
            message.body,
            email_from=message.email_from,
            attachment_ids=[file.id for file in copies],
        )

    def _post_statement(self, author, body, **values):
        """What somebody concerned says about the case.

        :param res.partner author: may be empty for a mere address (``email_from``)
        :param Markup body: what they say
        :rtype: mail.message
        """
        return self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            **values,
        )


class HelpdeskTicket(models.Model):
    """Mail about a cancelled ticket. Behind the gateway's door: runs as superuser."""

    _inherit = "helpdesk.ticket"

    def _find_answered_case(self, message_dict):
        """The case whose notice a message answers, if its sender was told of it.

        :rtype: support.violation (empty if there is none)
        """
        references = f"{message_dict['references']} {message_dict['in_reply_to']}"
        notice = self.env["mail.message"].search(
            [
                ("message_id", "in", references.split()[-32:]),
                ("model", "=", "support.violation"),
            ],
            order="id desc",
            limit=1,
        )
        case = self.env["support.violation"].browse(notice.res_id or []).exists()
        return case if self._is_appeal(case, message_dict) else case.browse()

    def _is_appeal(self, case, message_dict):
        if not case:
            return False
        writer, ticket = self._get_mail_writer(message_dict), case.ticket_id
        return case._is_party(ticket._get_author(writer)) or ticket._is_from(writer)

    def _get_mail_writer(self, message_dict):
        return self.env["res.partner"]._recognize(self._read_mail(message_dict))

    def _find_contested_case(self, message_dict, ticket_id):
        """The case of the cancelled ticket that a message is about, if its sender may
        object.

        :rtype: support.violation (empty if there is none)
        """
        case = self.browse(ticket_id or [])._get_case()
        return case if self._is_appeal(case, message_dict) else case.browse()

    def _route_appeal(self, case, message_dict, route):
        """The route of a message to the case, in place of one to a ticket."""
        writer = self._get_mail_writer(message_dict)
        message_dict["author_id"] = case.ticket_id._get_author(writer).id
        message_dict.update(parent_id=False, is_internal=False)
        return case._name, case.id, None, route[3], None
