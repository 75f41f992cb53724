from odoo import models


class HelpdeskTicket(models.Model):
    """What the machine did to a ticket, noted in its chatter."""

    _inherit = "helpdesk.ticket"

    def _log_changes(self, subtype, bodies, changes=None):
        """A tracked note on each ticket. Its words are a subtype's, so everyone reads
        them in their own language whoever (or whatever) wrote it.

        :param str subtype: XML id
        :param dict bodies: {ticket: text}
        :param dict changes: {ticket: list of (field's name, old value, new value)}, if
            there is any
        """
        if not self:
            return
        messages = self._message_log_batch({t.id: bodies[t] or "" for t in self})
        # somebody may have deleted it: then the note has no words of its own
        messages.subtype_id = self.env.ref(subtype, raise_if_not_found=False) or (
            self.env.ref("mail.mt_note")
        )
        if not changes:
            return
        message_of = {message.res_id: message.id for message in messages}
        names = {name for change in changes.values() for name, _old, _new in change}
        col_infos = self.fields_get([*names])
        tracking = self.env["mail.tracking.value"]
        tracking.create(
            [
                {
                    **tracking._create_tracking_values(
                        old, new, name, col_infos[name], ticket
                    ),
                    "mail_message_id": message_of[ticket.id],
                }
                for ticket in self
                for name, old, new in changes[ticket]
            ]
        )
