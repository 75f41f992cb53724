from odoo import api, fields, models


class HelpdeskTicketChannel(models.Model):
    _inherit = "helpdesk.ticket.channel"

    code = fields.Selection(
        selection=[
            ("whatsapp", "WhatsApp"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("web", "Web form"),
        ],
        copy=False,
        help="Which of the published channels this is. Requests that arrive by it are "
        "assigned this channel automatically.",
    )

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Opening Hours",
        domain="[('is_support_desk', '=', True)]",
        help="Hours during which somebody is available. If empty, somebody is always "
        "available.",
    )
    opening = fields.Char(
        string="Now",
        compute="_compute_opening",
        compute_sudo=True,  # when a desk is open is for everybody to know
        help="Whether it is open now, until when, or when it opens.",
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another channel of this company already has this code.",
    )

    @api.depends("calendar_id")
    @api.depends_context("lang")
    def _compute_opening(self):
        for channel in self:
            desk = channel.calendar_id
            channel.opening = desk._describe_opening() if desk else False

    @api.model
    def _get_by_code(self, code, company):
        """The channel of ``company`` with this code, else the one all companies share.

        :rtype: helpdesk.ticket.channel (empty if there is none)
        """
        channels = self.search(
            [("code", "=", code), ("company_id", "in", [company.id, False])]
        )
        return channels.sorted(lambda channel: not channel.company_id)[:1]
