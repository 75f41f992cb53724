from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

from ..channels.web_form.posting import require_post
from ..channels.web_form.public import SupportPublicPages, to_id


class SupportTicketController(HelpdeskTicketController, SupportPublicPages):
    @route(methods=["POST"], csrf=True)
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Let requesters close their own ticket, and nobody else's.

        :param str ticket_id: id of the ticket, from the form
        :param str stage_id: id of the stage to close it with, one offered on the portal
        :raises NotFound: for everything else, so that nothing is learned from trying
        """
        require_post()
        ticket = self._get_own_ticket(ticket_id)
        if ticket.closed:
            return request.redirect(ticket.access_url)  # the button was pressed twice
        offered = ticket._get_closing_stages()
        stage = offered.filtered(lambda stage: stage.id == to_id(stage_id))
        if not stage:
            raise NotFound()
        ticket.stage_id = stage
        return request.redirect(ticket.access_url)

    @route()
    def create_new_ticket(self, **kw):
        """There is one form: who is signed in finds their name in it."""
        return request.redirect("/support/request", code=303)

    @route()
    def submit_ticket(self, **kw):
        """The base module's form checks nothing that ours does: nothing is taken."""
        return request.redirect("/support/request", code=303)
