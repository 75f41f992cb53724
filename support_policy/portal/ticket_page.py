from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from ..channels.web_form.public import SupportPublicPages


class SupportTicketPage(CustomerPortalHelpdesk, SupportPublicPages):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        """The same facts as on the ticket's private page."""
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        ticket = ticket.sudo()  # sudo: facts that requesters read on their own ticket
        return values | {
            "invoices": self._get_invoices(ticket),
            "state_words": ticket._describe_state()[1],
            "tracking_page": self._is_mine(ticket) and ticket._get_page(),
        }
