from werkzeug.exceptions import NotFound

from odoo.http import request, route
from odoo.tools import plaintext2html

from ..channels.web_form.posting import require_post
from ..channels.web_form.public import SupportPublicPages

#: Longer objections are cut (in characters): nobody reads a book in a case.
LONGEST_OBJECTION = 10_000


class SupportObjectionController(SupportPublicPages):
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
        ticket = self._get_own_ticket(ticket_id)
        if not ticket._get_case():
            raise NotFound()
        text = text.strip()[:LONGEST_OBJECTION] if isinstance(text, str) else ""
        if text:
            partner = self._get_signed_in()
            ticket._get_case()._post_statement(partner, plaintext2html(text))
        return request.redirect(f"{ticket.access_url}?objected={bool(text):d}")
