from werkzeug.exceptions import NotFound

from odoo.http import request, route
from odoo.tools import plaintext2html

from odoo.addons.portal.controllers.portal import CustomerPortal

from .ids import to_id
from .posting import require_post

#: Longer objections are cut (in characters): nobody reads a book in a case.
LONGEST_OBJECTION = 10_000


class SupportObjectionController(CustomerPortal):
    @route(
        "/my/ticket/object", type="http", auth="user", methods=["POST"], website=True
    )
    def support_ticket_object(self, ticket_id=None, text=None, **kw):
        """The requester objects to the cancelling of their ticket (R6).

        :param str ticket_id: id of the ticket, from the form
        :param str text: what they say
        :raises NotFound: for everything but their own cancelled ticket
        """
        require_post()
        # sudo: the ownership check comes first, and requesters see no cases
        ticket = request.env["helpdesk.ticket"].sudo().browse(to_id(ticket_id)).exists()
        partner = request.env.user.partner_id
        if not ticket or not ticket._is_requester(partner) or not ticket._get_case():
            raise NotFound()
        text = text.strip()[:LONGEST_OBJECTION] if isinstance(text, str) else ""
        if text:
            ticket._get_case()._post_statement(partner, plaintext2html(text))
        return request.redirect(f"{ticket.access_url}?objected={bool(text):d}")
