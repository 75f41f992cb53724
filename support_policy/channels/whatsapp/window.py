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
    def _find_written(self, *conditions, order="written_at desc"):
        """The last message, or the first, that a requester wrote.

        :param conditions: of a domain
        """
        return self.search([*WRITTEN, *conditions], order=order, limit=1)

    @api.model
    def _get_window_end(self, account, address):
        """Until when we may write freely to somebody (naive UTC).

        :return: False, if they have never written to this number
        """
        last = self._find_written(
            ("account_id", "=", account.id), ("address", "=", address)
        )
        return last.written_at and last.written_at + WINDOW

    @api.model
    def _is_window_open(self, account, address):
        """Whether we may write freely to somebody now."""
        end = self._get_window_end(account, address)
        return bool(end) and end > fields.Datetime.now()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_open_whatsapp(self):
        """The last message of this person to a number of the current company, if they
        may still be written to freely.

        :rtype: support.whatsapp.message (empty if they may not)
        """
        # sudo: whoever closes a ticket or decides a case need not see messages
        rows = self.env["support.whatsapp.message"].sudo()
        return rows._find_written(
            ("partner_id", "=", self.id),
            ("company_id", "=", self.env.company.id),
            ("written_at", ">", fields.Datetime.now() - WINDOW),
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
        rows = self.env["support.whatsapp.message"]
        self.whatsapp_window = self.whatsapp_window_text = False
        for ticket in self:
            account, address = ticket._get_whatsapp_line()
            if not account:
                continue
            end = rows._get_window_end(account, address)
            left = end - now if end else timedelta()
            soon = CLOSES_SOON if left < CLOSING else OPEN
            ticket.whatsapp_window = soon if left > timedelta() else CLOSED
            ticket.whatsapp_window_text = end and desk._format_moment(end)

    def _check_whatsapp_window(self):
        """Refuse a person's message that WhatsApp would refuse: nothing is lost, the
        text stays in the composer. Runs as superuser, for that person.

        :raises UserError: if the window is closed
        """
        rows = self.env["support.whatsapp.message"]
        if not (
            self._is_from_machine() or rows._is_window_open(*self._get_whatsapp_line())
        ):
            raise UserError(
                self.env._(
                    "WhatsApp only allows free text within 24 hours of the "
                    "requester's last message. Use “Send a Template” on the "
                    "ticket; once the requester replies, you can write again."
                )
            )
