from odoo import api, fields, models
from odoo.tools import html2plaintext

from .ticket import WHO_MAY_KNOW


class HelpdeskTicket(models.Model):
    """A hint for staff, "please check", that a message contains a listed term. It
    decides nothing, and requesters never see it (R6)."""

    _inherit = "helpdesk.ticket"

    terms_to_check = fields.Char(
        string="Please Check",
        copy=False,
        readonly=True,
        groups=WHO_MAY_KNOW,
        help="Listed terms found in the requester's messages that nobody has checked "
        "yet.",
    )
    restricted_until = fields.Date(
        string="Restricted to E-mail Until",
        compute="_compute_restricted_until",
        compute_sudo=True,
        groups=WHO_MAY_KNOW,
        help="The requester may ask for help by e-mail only, but this request came "
        "through another channel.",
    )

    @api.depends("partner_id", "channel_id")
    def _compute_restricted_until(self):
        for ticket in self:
            ticket.restricted_until = (
                ticket.channel_id.code != "email"
                and ticket.partner_id._is_restricted_to_email()
                and ticket.partner_id.support_email_only_until
            )

    @api.model
    def _get_terms_to_check(self, vals):
        """The mark that a new ticket is given for its own words.

        :param dict vals: of the ticket
        :return: values of the ticket
        :rtype: dict
        """
        found = self._find_terms(vals.get("name"), vals.get("description"))
        return {"terms_to_check": found}

    @api.model
    def _find_terms(self, *texts):
        """The listed terms that the texts contain, for people to read.

        :param texts: plain texts or HTML, empty or not
        :return: the terms, or False
        """
        text = "\n".join(html2plaintext(text or "") for text in texts)
        # sudo: a hint does not depend on who may keep the list
        found = self.env["support.etiquette.term"].sudo()._find_in(text)
        return self.env._(", ").join(found.mapped("name")) or False

    def _point_out_terms(self, message):
        """Mark the ticket, if a further message contains listed terms."""
        if found := self._find_terms(message.subject, message.body):
            self.terms_to_check = found
            self._log_changes("support_policy.mt_terms_found", {self: found})

    def action_terms_checked(self):
        """Somebody has looked, and nothing is wrong."""
        self.check_access("write")
        self.sudo().terms_to_check = False  # sudo: a mark only these methods set
