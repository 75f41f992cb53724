import uuid
from functools import partial

from odoo import api, fields, models

from . import client
from .message import FAILED, OUTGOING, QUEUED, SENDING, UNSURE
from .outgoing import is_taken
from .transition import TELLS_WITHIN


class SupportWhatsappMessage(models.Model):
    """Emptying the queue. Nothing is sent twice: that a message is being sent is
    committed before it is, and what breaks after that is never simply repeated."""

    _inherit = "support.whatsapp.message"

    attempt_token = fields.Char(
        index="btree_not_null",
        help="Identifies the last attempt to send the message. WhatsApp repeats it "
        "with every status.",
    )

    @api.model
    def _cron_send(self):
        """Send what is due: in each conversation one after the other."""
        self._work_off(UNSURE, lambda row: row._give_up())
        died = partial(self._find_due, SENDING, fields.Datetime.now() - TELLS_WITHIN)
        self._work_off(SENDING, lambda row: row._give_up(), died)
        self._work_off(QUEUED, lambda row: row._send(), self._get_heads)

    @api.model
    def _get_heads(self, skip):
        """The first unfinished message of every conversation, if it is due.

        :param skip: ids of what is left out
        """
        waiting = [("state", "in", (QUEUED, SENDING)), ("id", "not in", skip)]
        unfinished = self.search(waiting, order="id")
        now = fields.Datetime.now()
        # what is to leave later keeps nothing else waiting, nor does what a worker was
        # sending when it died: if that has left, it left before
        unfinished = unfinished.filtered(
            lambda row: (
                (row.try_at > now)
                if row.state == SENDING
                else (row.attempts or row.try_at <= now)
            )
        )
        conversations = unfinished.grouped(lambda row: (row.account_id, row.address))
        heads = self.concat(*(rows[0] for rows in conversations.values()))
        return heads.filtered(lambda row: row.state == QUEUED and row.try_at <= now)

    def _send(self):
        """Send one message, once.

        An error before the message itself leaves our hands is tried again; one after
        that leaves it unsure, until WhatsApp tells or its time is over. Runs as
        superuser, for the number's secrets.
        """
        self.ensure_one()
        if refusal := self._get_refusal():
            self._fail(refusal)
        elif whatsapp_id := self._attempt(self._hand_over):
            self._set_sent(whatsapp_id)

    def _hand_over(self):
        """Let WhatsApp have it; that it may have left is committed before.

        :return: its id there
        """
        token = uuid.uuid4().hex
        with client.connect(self.account_id) as whatsapp:
            send = self._prepare_sending(whatsapp)
            self._begin_sending(token)
            self.env["ir.cron"]._commit_progress()
            return send(tracker=token).id

    def _get_refusal(self):
        """Why WhatsApp would refuse this message, so that it need not be asked."""
        env = self.account_id._in_company_lang().env
        kind = self.message_type
        account = self.account_id
        if kind != "template" and not self._is_window_open(account, self.address):
            return env._("The 24 hours after the requester's last message are over")
        if not account.active:
            return env._("This WhatsApp number is no longer in use")
        if kind not in ("template", "text") and not self.attachment_id:
            return env._("The file has been deleted")
        if kind == "text" and not self.body:
            return env._("The message has no content that WhatsApp can send")
        # a message leaves as a whole, or not at all
        refused = self.message_id.whatsapp_ids.attachment_id.filtered(
            lambda file: not is_taken(file.mimetype, file.file_size)
        )
        if refused:
            return env._(
                "WhatsApp does not accept “%(names)s”. Send a PDF, JPEG or MP4 "
                "file of up to 100 MB",
                names=", ".join(refused.mapped("name")),
            )
        return False

    def _prepare_sending(self, whatsapp):
        """Everything that can be done, and repeated, before the message leaves.

        :return: pywa's method that sends it; it asks the database nothing
        :rtype: callable
        """
        to, kind = self.address.lstrip("+"), self.message_type
        if kind == "template":
            template, values = self.template_id, self.template_values or {}
            what = to, template.name, template.language, values
            return partial(client.send_template, whatsapp, *what)
        if kind == "text":
            return partial(whatsapp.send_message, to, self.body, preview_url=True)
        file = self.attachment_id
        media = client.upload(whatsapp, file.raw, file.mimetype, file.name)
        named = {"filename": file.name} if kind == "document" else {}
        return partial(getattr(whatsapp, f"send_{kind}"), to, media, **named)

    def _give_up(self):
        """WhatsApp has not said that it arrived: so far, it did not."""
        self._fail(
            self.account_id._in_company_lang().env._(
                "The connection was lost while the message was being sent, and "
                "WhatsApp has not confirmed it since"
            )
        )

    def action_send_again(self):
        """Put a failed message into the queue once more, all its pieces that failed.

        :raises UserError: if the 24 hours are over
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        # sudo: only the machine writes the queue; the right has just been checked
        failed = self.sudo()
        ticket, message = failed.ticket_id, failed.message_id
        rows = message.whatsapp_ids.filtered(
            lambda row: row.direction == OUTGOING and row.state == FAILED
        )
        if not rows:
            return
        if self.message_type != "template":
            ticket._check_whatsapp_window()
        rows._queue_again()
        ticket._record_answer(message)
        self.env.ref("support_policy.cron_whatsapp_send")._trigger()
