from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import acknowledgement as _acknowledgement  # noqa: F401 (extended here)

#: Where answers go: as the requester's own messages say, and nobody else.
LINE = {"whatsapp_account_id", "whatsapp_address"}


class HelpdeskTicket(models.Model):
    """A conversation in WhatsApp: what staff write to the requester goes out by it."""

    _inherit = "helpdesk.ticket"

    whatsapp_account_id = fields.Many2one(
        "support.whatsapp.account",
        string="WhatsApp Number",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Our WhatsApp number that the requester wrote to.",
    )
    whatsapp_address = fields.Char(
        string="Requester's WhatsApp",
        copy=False,
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    whatsapp_message_ids = fields.One2many(
        "support.whatsapp.message",
        "ticket_id",
        string="WhatsApp Messages",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_whatsapp_line(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_whatsapp_line(vals)
        return super().write(vals)

    def _check_whatsapp_line(self, vals):
        if not self.env.su and LINE & vals.keys():
            raise AccessError(
                self.env._(
                    "WhatsApp answers go to the number the requester wrote from. "
                    "To use another number, ask them to write from it."
                )
            )

    def _get_whatsapp_line(self):
        """Between whom messages go: our number, and the requester's address.

        A request that was written down by hand has the company's first number, and the
        requester's telephone.

        :rtype: tuple of support.whatsapp.account and str; both empty if there is none
        """
        self.ensure_one()
        # sudo: whoever posts on tickets, requesters too, need not see our numbers
        ticket = self.sudo()
        accounts = ticket.env["support.whatsapp.account"]
        if ticket.channel_id.code != "whatsapp":
            return accounts, ""
        account = ticket.whatsapp_account_id or accounts._get_default(ticket.company_id)
        address = ticket.whatsapp_address or ticket.partner_id.phone_sanitized
        return (account, address) if account and address else (accounts.browse(), "")

    def _goes_by_whatsapp(self, message, scheduled_date=False):
        """Whether a message on the ticket leaves for the requester, by WhatsApp.

        :param mail.message message: from staff, or an acknowledgement
        :param scheduled_date: as ``_notify_thread`` takes it: Odoo calls again then
        :rtype: bool
        """
        if not self or not self._get_whatsapp_line()[1]:
            return False
        if self._is_notification_scheduled(scheduled_date):
            return False
        message = message.sudo()  # sudo: a portal author cannot read subtypes
        return self._is_acknowledgement(message) or self._is_from_staff(message)

    def _prepare_follow_up(self, moment, message):
        return {
            **super()._prepare_follow_up(moment, message),
            "whatsapp_account_id": self.whatsapp_account_id.id,
            "whatsapp_address": self.whatsapp_address,
        }

    def _get_acknowledgement(self):
        if self._get_whatsapp_line()[1]:
            return "mail_template_acknowledgement_whatsapp"
        return super()._get_acknowledgement()

    # -- the way out ------------------------------------------------------------

    def _get_notify_valid_parameters(self):
        own = {"whatsapp_template", "whatsapp_values"}
        return super()._get_notify_valid_parameters() | own

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        if self._goes_by_whatsapp(message, kwargs.get("scheduled_date")):
            # sudo: only the machine writes the queue
            self.sudo()._queue_whatsapp(
                message, kwargs.get("whatsapp_template"), kwargs.get("whatsapp_values")
            )
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        if not self._goes_by_whatsapp(message, kwargs.get("scheduled_date")):
            return recipients
        # the requester has it by WhatsApp, and not by mail as well
        return [data for data in recipients if data["id"] != self.partner_id.id]

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """The requester is reached by WhatsApp: Odoo's composer would not let go of a
        message to somebody without an e-mail address."""
        suggested = super()._message_get_suggested_recipients_batch(*args, **kwargs)
        for ticket in self.filtered(lambda ticket: ticket._get_whatsapp_line()[1]):
            suggested[ticket.id] = [
                recipient
                for recipient in suggested[ticket.id]
                if recipient["partner_id"] != ticket.partner_id.id
            ]
        return suggested

    def _thread_to_store(self, store, fields, *, request_list=None):
        result = super()._thread_to_store(store, fields, request_list=request_list)
        if "suggestedRecipients" in (request_list or ()):
            for ticket in self:
                goes = bool(ticket._get_whatsapp_line()[1])
                store.add(ticket, {"goesByWhatsapp": goes}, as_thread=True)
        return result

    def _reaches_requester(self, message, recipients):
        return self._goes_by_whatsapp(message) or super()._reaches_requester(
            message, recipients
        )

    def _queue_whatsapp(self, message, template_id, values):
        """Put a message into WhatsApp's queue. Runs as superuser.

        :param int template_id: of the approved template that it is (None if it is none)
        :param dict values: texts for the template's variables
        """
        rows = self.env["support.whatsapp.message"]
        message = message.with_env(self.env)
        account, address = self._get_whatsapp_line()
        template = account.template_ids.filtered(lambda one: one.id == template_id)
        if template:
            parts = [template._prepare_part(values or {})]
        else:
            self._check_whatsapp_window()
            parts = rows._prepare_parts(message, self._get_staff(message.author_id))
        queued = rows._queue_parts(
            parts,
            account_id=account.id,
            address=address,
            partner_id=self.partner_id.id,
            ticket_id=self.id,
            message_id=message.id,
        )
        refusal = not template and queued[0]._get_refusal()
        if refusal and not self._is_from_machine():
            raise UserError(refusal)

    def _is_from_machine(self):
        """Whether no person waits for an error message: what came in by mail fails
        visibly in the chatter, and its author is told."""
        return self.env.uid == SUPERUSER_ID

    def _record_answer(self, message):
        rows = message.with_env(self.env).whatsapp_ids
        rows.cycle_id = self._get_running_cycles()
        # what is told of an answer that failed is done with the next one
        self.activity_feedback(["support_policy.activity_whatsapp_failed"])
        return super()._record_answer(message)
