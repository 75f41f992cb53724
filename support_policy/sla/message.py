from odoo import models
from odoo.fields import Domain

#: Message types of people. All others are written by machines: acknowledgements,
#: out-of-office replies, tracking notes; none of them asks or answers anything.
HUMAN_MESSAGES = ("comment", "email")
#: In the context as ``support_quiet``: what is posted neither asks nor answers anything
#: (words that are carried over, the note of a merge). No client can send this object.
QUIET = object()


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _is_between_people(self):
        """Whether a person wrote it, for others than staff to read (R1, R8).

        Runs as superuser: authors from outside cannot read subtypes.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.filtered_domain(self._get_between_people_domain()))

    def _get_between_people_domain(self):
        """The same, to search by.

        :rtype: Domain
        """
        return (
            Domain("message_type", "in", HUMAN_MESSAGES)
            & Domain("is_internal", "=", False)
            & Domain("subtype_id", "!=", False)
            & Domain("subtype_id.internal", "=", False)
        )
