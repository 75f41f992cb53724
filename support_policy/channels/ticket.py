from odoo import models

from ..sla.message import HUMAN_MESSAGES


class HelpdeskTicket(models.Model):
    """Where the channels listen to what lower rooms do with a ticket."""

    _inherit = "helpdesk.ticket"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_new_request(message):
            self._acknowledge(message)  # acknowledgement.py
        return result

    def _attach(self, name, content):
        """A file of the ticket's.

        :param bytes content: of the file
        :rtype: ir.attachment
        """
        here = {"res_model": self._name, "res_id": self.id}
        return self.env["ir.attachment"].create({"name": name, "raw": content, **here})

    def _is_new_request(self, message):
        """Whether the message is the one that made the ticket, and from a person."""
        return (
            message.message_type in HUMAN_MESSAGES
            and message.subtype_id == self._creation_subtype()
        )

    def _follow_up(self, moment, message):
        follow_up = super()._follow_up(moment, message)
        if message:  # not for a call
            follow_up._acknowledge(message)
        return follow_up

    def _prepare_follow_up(self, moment, message):
        return {
            **super()._prepare_follow_up(moment, message),
            "requester_confirmed": self.requester_confirmed,
        }
