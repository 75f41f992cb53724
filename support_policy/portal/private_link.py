import re
import secrets
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import consteq, hmac

from ..routing.automatic_mail import AUTO_REPLIED

TOKEN = re.compile(r"[\w-]{40,64}", re.ASCII)
#: The scope of the signature that only the requester's own mailbox receives.
MAILBOX = "support_tracking_mailbox"


class HelpdeskTicket(models.Model):
    """The private link by which a requester follows one ticket, without signing in."""

    _inherit = "helpdesk.ticket"

    tracking_token = fields.Char(
        compute="_compute_tracking_token",
        store=True,
        copy=False,
        groups="base.group_system",
        help="Opens the public page of this ticket only.",
    )
    tracking_url = fields.Char(
        string="Private Link",
        compute="_compute_tracking_url",
        compute_sudo=True,
        groups="base.group_system",
    )

    _tracking_token_unique = models.UniqueIndex(
        "(tracking_token) WHERE tracking_token IS NOT NULL"
    )

    @api.depends("number")  # that is, once, when the ticket is made
    def _compute_tracking_token(self):
        for ticket in self:
            ticket.tracking_token = ticket.tracking_token or secrets.token_urlsafe(32)

    def _compute_tracking_url(self):
        """The link as it is mailed to the requester, which also proves that they read
        their mailbox."""
        for ticket in self:
            key = ticket._get_mailbox_key()
            page = f"{ticket.get_base_url()}{ticket._get_page()}"
            ticket.tracking_url = f"{page}?key={key}"

    def _get_page(self):
        """The path of the ticket's public page."""
        # sudo: the link is given to whoever may have it
        return f"/support/track/{self.sudo().tracking_token}"

    def _get_mailbox_key(self):
        ticket = self.sudo()  # sudo: the secret of the database
        return hmac(ticket.env, MAILBOX, ticket.tracking_token)

    def _is_mailbox_key(self, key):
        """Whether somebody opened the link that only the requester's mailbox got.

        :param str key: as it was sent, may be anything
        :rtype: bool
        """
        known = self._get_mailbox_key().encode()
        return consteq(known, key.encode(errors="replace"))

    def _is_open_to_link(self, message):
        """Whether everybody who has the bare link may read a message.

        Who filled the web form may have given somebody else's address: what that
        person answers by e-mail is not for them.
        """
        by_mail = self.channel_id.code == "web" and message.message_type == "email"
        return self.requester_confirmed and not by_mail

    @api.model
    def _find_tracked(self, token):
        """The ticket that a token opens, as superuser.

        :param str token: as it was sent, may be anything
        :return: the ticket; empty if there is none, or its link has expired
        """
        # sudo: the token is what gives the right
        tickets = self.sudo()
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            return tickets.browse()
        ticket = tickets.search([("tracking_token", "=", token)], limit=1)
        days = timedelta(days=ticket.company_id.support_tracking_days)
        closed = ticket.closed and ticket.closed_date
        if closed and closed + days < fields.Datetime.now():
            return tickets.browse()
        return ticket

    def _mail_tracking_link(self, address):
        """Send the private link to the requester's mailbox (again).

        :param str address: the one that the ticket knows
        """
        ticket = self.with_context(lang=self.partner_id.lang)
        templates = ticket.env["mail.template"]
        templates._mail_words(
            "mail_template_tracking",
            ticket,
            ticket._get_plain_link,
            email_to=address,
            headers=repr(AUTO_REPLIED),
            auto_delete=True,
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()  # at once

    def _get_plain_link(self):
        """The private link, without any template."""
        subject = self.env._("Your request %(number)s", number=self.number)
        link = Markup('<p><a href="%s">%s</a></p>')
        return subject, link % (self.tracking_url, self.number)
