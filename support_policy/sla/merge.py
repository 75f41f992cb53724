from odoo import models

from . import duplicate as _duplicate  # noqa: F401 (extended here)
from .message import QUIET

#: The wizard of OCA's helpdesk_mgmt_merge, on which we do not depend.
WIZARD = "helpdesk.ticket.merge"


class HelpdeskTicket(models.Model):
    """R8, R9: tickets merged by OCA's wizard are duplicates of the one that is left;
    the notes that it posts answer nobody."""

    _inherit = "helpdesk.ticket"

    def _register_hook(self):
        result = super()._register_hook()
        if WIZARD in self.env.registry:
            _extend(self.env.registry[WIZARD])
        return result

    def _adopt(self, merged):
        """These tickets have been merged into this one, with all that was written on
        them. Runs as superuser.

        :param helpdesk.ticket merged: that have been archived by this
        """
        if self._get_original() in merged:
            self.duplicate_id = False
        if not self.channel_id:  # of a new one the wizard says nothing
            self.channel_id = merged.sorted("id").channel_id[:1]
        merged.duplicate_id = self
        for ticket in merged:
            self._take_over(ticket, words=False)


def _extend(wizard):
    """Have a class of wizards tell us of what it merges.

    :param type wizard: the class of the registry
    """
    merge_tickets = wizard.merge_tickets
    if hasattr(merge_tickets, "support_origin"):
        return

    def merge_and_tell(self):
        # sudo: only the machine moves the clock
        tickets = self.ticket_ids.sudo()  # of which most are archived now
        result = merge_tickets(self.with_context(support_quiet=QUIET))
        original = self.dst_ticket_id.sudo()
        original._adopt(tickets - original)
        return result

    merge_and_tell.support_origin = merge_tickets
    wizard.merge_tickets = merge_and_tell
