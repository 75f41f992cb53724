import logging

from odoo import api, fields, models

from ...sla.attempt import attempt
from . import client
from . import retry as _retry  # noqa: F401 (extended here)
from .payload import Incoming

_logger = logging.getLogger(__name__)

INCOMING, OUTGOING = "in", "out"
#: What came in: read, or a file of it is still to be fetched.
RECEIVED, FETCHING = "received", "fetching"
#: What goes out, in the order in which it may happen; a later one is never undone by
#: an earlier one that arrives late. What has been delivered has not failed.
QUEUED, SENDING, UNSURE, SENT, FAILED, DELIVERED, READ = (
    *("queued", "sending", "unsure", "sent", "failed", "delivered", "read"),
)
STATES = [
    (RECEIVED, "Received"),
    (FETCHING, "Downloading the file"),
    (QUEUED, "Queued"),
    (SENDING, "Being sent"),
    (UNSURE, "Unconfirmed"),
    (SENT, "Sent"),
    (FAILED, "Failed"),
    (DELIVERED, "Delivered"),
    (READ, "Read"),
]


class SupportWhatsappMessage(models.Model):
    """One message in WhatsApp, in or out: each of its ids is known once only."""

    _name = "support.whatsapp.message"
    _description = "WhatsApp Message"
    _inherit = ["support.whatsapp.retry"]
    _order = "id desc"
    _rec_name = "address"

    account_id = fields.Many2one(
        "support.whatsapp.account", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    direction = fields.Selection(
        [(INCOMING, "Incoming"), (OUTGOING, "Outgoing")],
        required=True,
    )
    whatsapp_id = fields.Char(string="WhatsApp ID", index="btree_not_null")
    address = fields.Char(
        required=True,
        index=True,
        help="Telephone number of the person, or WhatsApp's ID of a person who shows "
        "only a username.",
    )
    whatsapp_user_id = fields.Char(
        string="WhatsApp ID of the Person", index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", string="Requester", index=True)
    # the ids must be known even when the ticket has been deleted
    ticket_id = fields.Many2one("helpdesk.ticket", ondelete="set null", index=True)
    message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null"
    )
    message_type = fields.Char(
        string="Kind",
        required=True,
        help="Type of the message in WhatsApp: text, image, template…",
    )
    written_at = fields.Datetime(
        required=True, help="When it was written (incoming) or queued (outgoing)."
    )
    state = fields.Selection(STATES, required=True, index=True)

    _once = models.UniqueIndex(
        "(account_id, whatsapp_id) WHERE whatsapp_id IS NOT NULL",
        "This message has already been recorded.",
    )
    _queue = models.Index("(try_at, id) WHERE state IN ('queued', 'fetching')")

    @api.model
    def _get_known(self, account, whatsapp_id):
        """The message that WhatsApp knows by this id (empty if there is none).

        :param str whatsapp_id: may be empty
        """
        if not whatsapp_id:
            return self.browse()
        same = [("account_id", "=", account.id), ("whatsapp_id", "=", whatsapp_id)]
        return self.search(same, limit=1)

    @api.model
    def _handle_item(self, account, item):
        """Do what an item of the webhook says; once, however often it is said.

        :param support.whatsapp.account account: for which of our numbers
        :param item: of ``payload.parse_webhook``
        :raises NotYet: if it is too early to understand it
        """
        messages = self.with_company(account.company_id)
        if isinstance(item, Incoming):
            messages._handle_incoming(account, item)
        else:
            messages._handle_status(account, item)

    # -- what goes wrong --------------------------------------------------------

    def _attempt(self, ask):
        """Ask WhatsApp for something; if it says no, this is given up, tried again
        later, or left in doubt.

        :param callable ask: as long as nothing has left, it can be repeated
        :return: what was asked for; None, if WhatsApp said no
        :raises Exception: anything else; what was committed decides (see ``_doubt``)
        """
        try:
            return ask()
        except client.Refused as problem:
            self._fail(str(problem))
        except client.Later as problem:
            self._postpone(str(problem))
        except client.Unsure as problem:
            self._doubt(str(problem))
        return None

    def _fail(self, reason):
        """It will not arrive, or its file cannot be had: never tried again by itself.

        :param str reason: for people
        """
        for row in self:
            came = row.direction == INCOMING
            follow = row._miss_file if came else row._stay_unsent
            # what follows from it on one ticket never stops the others
            if error := attempt(self.env, follow, reason):
                _logger.error("WhatsApp message %s failed", row.id, exc_info=error)
                row._set_failed(reason)
                row.account_id._tell_broken(f"{row.ticket_id.number}: {error}")
