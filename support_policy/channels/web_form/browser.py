"""What a visitor's browser has shown or done, kept in its own session, nowhere else."""

from odoo.http import request

#: Tickets whose link out of the requester's mailbox was opened in this browser.
PROVEN = "support_proven"
#: Messages that were written in this browser.
WRITTEN = "support_written"
#: How many are kept.
MOST = 50


def remember(what, record):
    """Note a record in the visitor's session.

    :param str what: ``PROVEN`` or ``WRITTEN``
    :param record: a ticket or a message
    """
    known = request.session.get(what, [])
    if record.id not in known:
        request.session[what] = [*known, record.id][-MOST:]


def is_remembered(what, record):
    """Whether a record has been noted in the visitor's session.

    :param str what: ``PROVEN`` or ``WRITTEN``
    :rtype: bool
    """
    return record.id in request.session.get(what, [])
