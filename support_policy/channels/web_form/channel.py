from odoo import fields, models


class HelpdeskTicketChannel(models.Model):
    _inherit = "helpdesk.ticket.channel"

    address = fields.Char(
        help="Number or address at which the channel is reached, as the public support "
        "page shows it.",
    )
