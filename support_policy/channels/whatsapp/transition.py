from datetime import timedelta

from odoo import fields, models

from .message import FAILED, FETCHING, OUTGOING, QUEUED, RECEIVED, SENDING, SENT, UNSURE

#: A worker that has been sending for longer than WhatsApp may take (``PATIENCE``) must
#: have died.
ALIVE = timedelta(minutes=1)
#: How long WhatsApp has to say that a message of which nobody knows did arrive.
TELLS_WITHIN = timedelta(minutes=15)


class SupportWhatsappMessage(models.Model):
    """Every way from one state to another: nothing else changes a message's state.

    All of it runs as superuser. What has become of an outgoing message is shown at the
    message in the chatter.
    """

    _inherit = "support.whatsapp.message"

    # -- on the way out ---------------------------------------------------------

    def _begin_sending(self, token):
        """From now on it may have left. Whoever begins commits this at once.

        :param str token: of this attempt
        """
        died_at = fields.Datetime.now() + ALIVE
        self.write({"state": SENDING, "attempt_token": token, "try_at": died_at})

    def _set_sent(self, whatsapp_id):
        """WhatsApp has taken it.

        :param str whatsapp_id: by which it will tell of the message
        """
        self.write({"state": SENT, "whatsapp_id": whatsapp_id, "reason": False})
        self._show_state()

    def _postpone(self, reason):
        """It has not arrived, but may: into the queue again, for later."""
        sending = self.direction == OUTGOING
        if sending:
            self.write({"state": QUEUED, "whatsapp_id": False})
        result = super()._postpone(reason)
        if sending:
            self._show_state()
        return result

    def _doubt(self, reason):
        """Something broke. If it was being sent then, or WhatsApp's answer made no
        sense, it may have arrived: it is not sent again.

        :param str reason: what went wrong
        """
        if self.state in (QUEUED, FETCHING):
            self._postpone(reason)  # it had not left
        elif self.state in (SENDING, UNSURE):
            wait = fields.Datetime.now() + TELLS_WITHIN
            self.write({"state": UNSURE, "reason": reason, "try_at": wait})
            self._show_state()

    def _set_arrived(self, state):
        """WhatsApp tells that it has come further.

        :param str state: sent, delivered or read
        """
        self.write({"state": state, "reason": False})
        self._show_state()

    def _queue_again(self):
        """Somebody has decided that what failed is sent once more, at once."""
        self.write(
            {
                "state": QUEUED,
                "whatsapp_id": False,
                "attempts": 0,
                "try_at": fields.Datetime.now(),
                "reason": False,
            }
        )
        self._show_state()

    # -- on the way in ----------------------------------------------------------

    def _set_fetched(self):
        """The file that belongs to it is there."""
        self.write({"state": RECEIVED, "reason": False})

    # -- both -------------------------------------------------------------------

    def _set_failed(self, reason):
        """It did not arrive, or its file cannot be had. What follows from it is done by
        ``_fail``.

        :param str reason: for people
        """
        self.write({"state": FAILED, "reason": reason})
