from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .incoming import REMARKS

#: How long Meta lets a business write freely after the requester's last message.
WINDOW = timedelta(hours=24)
#: How long before its end it is shown as closing.
CLOSING = timedelta(hours=4)
#: What opens the window: a message of the requester's own.
WRITTEN = [("direction", "=", "in"), ("message_type", "not in", [*REMARKS])]
OPEN, CLOSES_SOON, CLOSED = "open", "closing", "closed"


class SupportWhatsappMessage(models.Model):
    _inherit = "support.whatsapp.message"

    @api.model
    def _get_window_end(self, account, address):
        """Until when we may write freely to somebody (naive UTC).

        :return: False, if they have never written to this number
        """
        last = self.search(
            [
                ("account_id", "=", account.id),
                ("address", "=", address),
                *WRITTEN,
            ],
            order="written_at desc",
            limit=1,
        )
        return last.written_at and last.written_at + WINDOW


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_open_whatsapp(self):
        """The last message of this person to a number of the current company, if they
        may still be written to freely.

        :rtype: support.whatsapp.message (empty if they may not)
        """
        # sudo: whoever closes a ticket or decides a case need not see messages
        rows = self.env["support.whatsapp.message"].sudo()
        return rows.search(
            [
                ("partner_id", "=", self.id),
                ("company_id", "=", self.env.company.id),
                *WRITTEN,
                ("written_at", ">", fields.Datetime.now() - WINDOW),
            ],
            order="written_at desc",
            limit=1,
        )


class HelpdeskTicket(models.Model):
    """The 24 hours: shorter than what the policy promises, so agents must see them."""

    _inherit = "helpdesk.ticket"

    whatsapp_window = fields.Selection(
        [(OPEN, "Open"), (CLOSES_SOON, "Closes soon"), (CLOSED, "Closed")],
        string="WhatsApp Window",
        compute="_compute_whatsapp_window",
        compute_sudo=True,  # it is the conversation's, whatever tickets one may see
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Whether WhatsApp lets us write freely, or templates only.",
    )
    whatsapp_window_text = fields.Char(
        string="Until",
        compute="_compute_whatsapp_window",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="End of the WhatsApp window, in the time zone of the support desk.",
    )

    @api.depends("channel_id", "whatsapp_address", "message_ids")
    @api.depends_context("lang")
    def _compute_whatsapp_window(self):
        now = fields.Datetime.now()
        desk = self.env["resource.calendar"]._get_support_desk()
        for ticket in self:
            end = ticket._get_whatsapp_window_end()
            if end is None:
                ticket.whatsapp_window = ticket.whatsapp_window_text = False
                continue
            closed = not end or end <= now
            closing = CLOSES_SOON if end and end - now < CLOSING else OPEN
            ticket.whatsapp_window = CLOSED if closed else closing
            ticket.whatsapp_window_text = end and desk._format_moment(end)

    def _get_whatsapp_window_end(self):
        """Until when the requester may be written to freely (naive UTC). Runs as
        superuser.

        :return: False, if they have never written; None, if WhatsApp does not matter
        """
        account, address = self._get_whatsapp_line()
        if not account:
            return None
        rows = self.env["support.whatsapp.message"]
        return rows._get_window_end(account, address)

    def _check_whatsapp_window(self):
        """Refuse a person's message that WhatsApp would refuse: nothing is lost, the
        text stays in the composer. Runs as superuser, for that person.

        :raises UserError: if the window is closed
        """
        if self._is_from_machine():
            return
        end = self._get_whatsapp_window_end()
        if not end or end <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "WhatsApp only allows free text within 24 hours of the "
                    "requester's last message. Use “Send a Template” on the "
                    "ticket; once the requester replies, you can write again."
                )
            )
