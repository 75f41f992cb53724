import base64

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..files import SOUNDS, get_file_name, is_safe
from ..inbound import Inbound, Sender
from .call import ANSWERED, OUTCOMES, VOICEMAIL

#: Larger voicemails (in bytes) are refused.
LARGEST_VOICEMAIL = 15_000_000


class SupportPhoneLogWizard(models.TransientModel):
    """Log a call, from anywhere in the helpdesk."""

    _name = "support.phone.log.wizard"
    _description = "Log a Call"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    number = fields.Char(string="Caller's Number")
    partner_id = fields.Many2one(
        "res.partner",
        string="Caller",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        help="Found by the telephone number. If the number is not known, a new "
        "contact is created.",
    )
    name = fields.Char(
        string="Caller's Name", help="Used when a new contact is created."
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="About",
        domain="[('partner_id', '=', partner_id), ('partner_id', '!=', False)]",
        help="Leave empty to create a new ticket.",
    )
    subject = fields.Char()
    category_id = fields.Many2one("helpdesk.ticket.category")
    note = fields.Text(string="Call Notes")
    outcome = fields.Selection(OUTCOMES, required=True, default=ANSWERED)
    started_at = fields.Datetime(required=True, default=fields.Datetime.now)
    minutes = fields.Float(string="Length (minutes)")
    voicemail = fields.Binary()
    voicemail_name = fields.Char()

    @api.depends("number", "company_id")
    def _compute_partner_id(self):
        partners = self.env["res.partner"]
        for wizard in self:
            e164 = partners._to_e164(wizard.number, wizard.company_id)
            # sudo: a caller is known, whatever contacts an agent may read
            caller = partners.sudo()._find_caller(e164, wizard.company_id, asked=True)
            wizard.partner_id = caller.with_env(self.env) or wizard.partner_id

    @api.constrains("number", "started_at", "minutes", "voicemail")
    def _check_call(self):
        for wizard in self:
            if wizard.number and not self.env["res.partner"]._to_e164(
                wizard.number, wizard.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is not a valid telephone number. Enter it as "
                        "0501234567 or +966501234567.",
                        number=wizard.number,
                    )
                )
            if wizard.started_at > fields.Datetime.now():
                raise ValidationError(self.env._("A call cannot start in the future."))
            if wizard.minutes < 0:
                raise ValidationError(
                    self.env._("Enter a length of zero minutes or more.")
                )

    def action_log(self):
        """Log the call, and open its ticket.

        :raises ValidationError: naming what is missing
        """
        self.ensure_one()
        if not (self.ticket_id or (self.subject and self.category_id)):
            raise ValidationError(
                self.env._(
                    "Enter a subject and choose a category, or choose the ticket "
                    "the call was about."
                )
            )
        if not (self.number or self.partner_id):
            raise ValidationError(self.env._("Enter the number or choose the caller."))
        self._check_ticket()
        answered = self.outcome == ANSWERED
        partners = self.env["res.partner"]
        e164 = partners._to_e164(self.number, self.company_id)
        # sudo: only this form and the exchange log calls; what may be done is checked
        calls = self.env["support.phone.call"].sudo()
        call = calls._log(
            self._read_call(e164 or self.number or ""),
            {
                "number": e164 or self.partner_id.phone_sanitized,
                "outcome": self.outcome,
                "seconds": round(self.minutes * 60),
                "user_id": answered and self.env.uid,
            },
            voicemail=self._get_voicemail(),
        )
        return call.ticket_id.with_user(self.env.user)._get_records_action()

    def _read_call(self, number):
        """The call, for the intake.

        :param str number: in the international form, if it is one
        :rtype: Inbound
        """
        answered = self.outcome == ANSWERED
        return Inbound(
            **self.env["helpdesk.ticket.channel"]._get_keys("phone", self.company_id),
            sender=Sender(
                name=self.name or "", phone=number, partner_id=self.partner_id.id
            ),
            subject=self.subject or "",
            claimed_at=self.started_at,
            thread_id=self.ticket_id.id,
            asks=not answered,
            values={
                "description": self.note or self.subject,
                "category_id": self.category_id.id,
                "user_id": answered and self.env.uid,
            },
        )

    def _check_ticket(self):
        """The chosen ticket is the caller's, and the user may write on it."""
        self.ticket_id.check_access("write")
        if self.ticket_id and not self.ticket_id._is_requester(self.partner_id):
            raise ValidationError(
                self.env._("Choose a ticket of the caller, or leave “About” empty.")
            )

    def _get_voicemail(self):
        if self.outcome != VOICEMAIL or not self.voicemail:
            return None
        content = base64.b64decode(self.voicemail)
        if len(content) > LARGEST_VOICEMAIL:
            raise ValidationError(
                self.env._("This voicemail is too large. The limit is 15 MB.")
            )
        name = get_file_name(self.voicemail_name or "")
        if not is_safe(name, content, SOUNDS):
            raise ValidationError(
                self.env._(
                    "Choose a sound file for the voicemail (%(kinds)s).",
                    kinds=", ".join(sorted(SOUNDS)),
                )
            )
        return name, content
