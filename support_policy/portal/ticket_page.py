from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


class SupportTicketPage(CustomerPortalHelpdesk):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        # sudo: which are linked; which of them the reader sees, Odoo's own rules say
        linked = ticket.sudo().invoice_ids.ids
        invoices = request.env["account.move"]
        if invoices.has_access("read"):
            values["invoices"] = invoices.search([("id", "in", linked)])
        return values
