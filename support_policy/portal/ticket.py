from markupsafe import Markup

from odoo import models
from odoo.tools import plaintext2html

from ..channels.inbound import Inbound, Sender


class HelpdeskTicket(models.Model):
    """A ticket as its requester sees it, and what they may do with it. All of it runs
    as superuser: visitors have no rights; whose ticket it is has been checked."""

    _inherit = "helpdesk.ticket"

    def _get_public_messages(self):
        """The conversation as requesters may read it, oldest first.

        :rtype: mail.message
        """
        return self.message_ids.filtered(
            lambda message: (
                message._is_between_people() and not self._is_new_request(message)
            )
        ).sorted("id")

    def _describe_state(self):
        """Where the request stands, in plain words.

        :return: a code (for the look) and a sentence, in the environment's language
        :rtype: tuple
        """
        self.ensure_one()
        cycle = self._get_running_cycles()
        if self._get_end_reason():
            return "closed", self.env._("Closed.")
        if not self.waiting_since:
            return "answered", self.env._(
                "Answered. Write to us if you need anything else."
            )
        if not cycle:
            return "received", self.env._("Received. We will answer you.")
        if not cycle.level:
            return "waiting", self.env._("Received, and waiting for our answer.")
        office = cycle._get_last_escalation()._name_office()
        if not office:
            return "late", self.env._(
                "Late. It has been escalated and now has priority."
            )
        return "late", self.env._("Late. It is now with %(office)s.", office=office)

    def _get_closing_stages(self):
        """The stages with which its requester may close the ticket.

        :rtype: helpdesk.ticket.stage
        """
        return self.team_id._get_applicable_stages().filtered(
            lambda stage: stage.closed and stage.close_from_portal
        )

    def _take_from_page(self, text, files):
        """What the requester writes on the ticket's own page.

        :param str text: plain text
        :param list files: pairs of name and content
        :rtype: intake.Taken
        """
        self.ensure_one()
        partner = self.partner_id
        return self._take_in(
            Inbound(
                **self.channel_id._get_keys("web", self.company_id),
                sender=Sender(
                    partner_id=partner.id,
                    email="" if partner else self.partner_email or "",
                    welcome=False,
                ),
                body=Markup(plaintext2html(text)),
                thread_id=self.id,
                files=tuple(files),
            )
        )
