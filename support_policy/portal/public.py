from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

#: What the page says after something has been done, by the word in its address.
SAID = ("sent", "reminded", "closed", "soon")


class SupportPublicPages(CustomerPortal):
    """What the public pages have in common."""

    def _get_company(self):
        """The company whose desk a visitor writes to.

        :rtype: res.company
        """
        # sudo: visitors may know the company's name
        return request.env.company.sudo()

    def _get_signed_in(self):
        """The contact of who is signed in (empty for the public)."""
        user = request.env.user
        return user.partner_id.browse() if user._is_public() else user.partner_id

    def _is_allowed(self, kind):
        """Whether this address has not done it too often."""
        address = request.httprequest.remote_addr
        return request.env["support.web.visit"]._allow(kind, address)

    def _is_human(self, action):
        """Odoo's captcha, if one is configured."""
        try:
            request.env["ir.http"]._verify_request_recaptcha_token(action)
        except UserError:
            return False
        return True

    def _get_invoices(self, ticket):
        """The ticket's documents that the reader may see by Odoo's own rules.

        :rtype: account.move
        """
        # sudo: which are linked; which of them are theirs, the rules say
        linked = ticket.sudo().invoice_ids.ids
        invoices = request.env["account.move"]
        if not invoices.has_access("read"):
            return invoices
        return invoices.search([("id", "in", linked)])

    def _get_files(self, name="files"):
        return request.httprequest.files.getlist(name)
