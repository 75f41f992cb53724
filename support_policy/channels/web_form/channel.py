from odoo import fields, models


class HelpdeskTicketChannel(models.Model):
    _inherit = "helpdesk.ticket.channel"

    address = fields.Char(
        help="Number or address at which the channel is reached, as the public support "
        "page shows it.",
    )

    def _get_public_address(self, company):
        """Where the channel is reached, for the public support page.

        :param res.company company: whose page it is
        :rtype: str (False if nobody has entered it)
        """
        self.ensure_one()
        return self.address
