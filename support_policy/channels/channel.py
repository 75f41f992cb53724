from odoo import api, fields, models

from ..calendar.utc import aware


class HelpdeskTicketChannel(models.Model):
    """How a channel is reached, and whether somebody is there."""

    _inherit = "helpdesk.ticket.channel"

    address = fields.Char(
        help="Telephone number or address of the channel, as shown on the public "
        "support page.",
    )

    @api.model
    def _get_keys(self, code, company):
        """How an ``Inbound`` says by which channel it came, and to whom.

        :rtype: dict
        """
        channel = self._get_by_code(code, company)
        return {"channel_id": channel.id, "company_id": company.id}

    def _get_public_address(self, company):
        """Where the channel is reached, for the public support page.

        :param res.company company: whose page it is
        :rtype: str (False if nobody has entered it)
        """
        self.ensure_one()
        return self.address

    def _is_open(self, moment):
        """Whether somebody is there at a moment (naive UTC); always, without hours.

        Runs as superuser: when a desk is open is for everybody to know.

        :rtype: bool
        """
        desk, moment = self.calendar_id, aware(moment)
        return not desk or desk.support_business_time(moment, moment).is_open(moment)
