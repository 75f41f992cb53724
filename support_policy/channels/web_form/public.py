import hashlib

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import STORED_SESSION_BYTES, request

from odoo.addons.portal.controllers.portal import CustomerPortal

#: What the page says after something has been done, by the word in its address.
SAID = ("sent", "reminded", "closed", "soon")


class SupportPublicPages(CustomerPortal):
    """What the public pages have in common."""

    def _get_company(self):
        """The company that a visitor writes to.

        :rtype: res.company
        """
        # sudo: visitors may know the company's name
        return request.env.company.sudo()

    def _get_signed_in(self):
        """The contact of who is signed in (empty for the public)."""
        user = request.env.user
        return user.partner_id.browse() if user._is_public() else user.partner_id

    def _get_own_ticket(self, ticket_id):
        """A ticket of who is signed in.

        :param str ticket_id: out of a form, may be anything
        :rtype: helpdesk.ticket, as superuser
        :raises NotFound: for everything else, so that nothing is learned from trying
        """
        # sudo: requesters may read little of their ticket; that it is theirs is checked
        ticket = request.env["helpdesk.ticket"].sudo().browse(to_id(ticket_id)).exists()
        if not ticket or not self._is_mine(ticket):
            raise NotFound()
        return ticket

    def _render(self, template, values, wrong=False):
        """A public page, without Odoo's own way back to the portal.

        :param bool wrong: whether it says what was wrong with what was sent
        """
        page = f"support_policy.{template}"
        response = request.render(page, {"no_breadcrumbs": True, **values})
        if wrong:
            response.status_code = 422
        return response

    def _take_turn(self, files, *parts):
        """The turn of what a page sends: two clicks, or a reload, have the same one.

        :param list files: pairs of name and content
        :param parts: what else makes it the same
        :rtype: support.turn, as superuser
        """
        # sudo: visitors have no rights
        turns = request.env["support.turn"].sudo()
        read = [(name, hashlib.sha256(content).digest()) for name, content in files]
        return turns._take(request.session.sid[:STORED_SESSION_BYTES], read, *parts)

    def _is_mine(self, ticket):
        """Whether who is signed in is the ticket's requester."""
        return ticket._is_requester(self._get_signed_in())

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


def to_id(value):
    """A database id out of a form, or 0: never an error, whatever was sent.

    >>> to_id("12"), to_id("-1"), to_id("٣"), to_id(None)
    (12, 0, 0, 0)
    """
    text = value if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
