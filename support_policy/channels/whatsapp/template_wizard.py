from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import plaintext2html


class SupportWhatsappTemplateWizard(models.TransientModel):
    """Write to a requester who has been silent for 24 hours: an approved template, its
    variables filled in, and a preview of what they will read."""

    _name = "support.whatsapp.template.wizard"
    _description = "Send a WhatsApp Template"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    account_id = fields.Many2one("support.whatsapp.account", required=True)
    template_id = fields.Many2one(
        "support.whatsapp.template", domain="[('account_id', '=', account_id)]"
    )
    line_ids = fields.One2many(
        "support.whatsapp.template.wizard.line",
        "wizard_id",
        string="Values to Fill In",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    preview = fields.Text(compute="_compute_preview")

    @api.constrains("ticket_id", "template_id", "account_id")
    def _check_ticket(self):
        for wizard in self:
            # Odoo checks constraints as superuser; the right is the person's own
            wizard.ticket_id.sudo(False).check_access("write")
            account, _address = wizard.ticket_id._get_whatsapp_line()
            if wizard.account_id != account or (
                wizard.template_id and wizard.template_id.account_id != account
            ):
                raise ValidationError(
                    self.env._(
                        "Choose a template of the WhatsApp number used by this ticket."
                    )
                )

    @api.depends("template_id")
    def _compute_line_ids(self):
        for wizard in self:
            ticket = wizard.ticket_id
            # what templates ask for first, as a rule; the preview shows whether it fits
            guesses = iter((ticket.partner_id.name, ticket.number, ticket.name))
            wizard.line_ids = [Command.clear()] + [
                Command.create({"variable": name, "value": next(guesses, "")})
                for name in wizard.template_id._get_variables()
            ]

    @api.depends("template_id", "line_ids.value")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard.template_id._fill(wizard._get_values())

    def _get_values(self):
        # Meta takes neither line breaks nor several spaces in what is filled in
        return {
            line.variable: " ".join((line.value or "").split())
            for line in self.line_ids
        }

    def action_send(self):
        """Post the template on the ticket, and send it.

        :raises ValidationError: naming what is missing
        """
        self.ensure_one()
        template, values = self.template_id, self._get_values()
        if not template:
            raise ValidationError(self.env._("Choose a template."))
        missing = [name for name in template._get_variables() if not values.get(name)]
        if missing:
            raise ValidationError(
                self.env._("Fill in: %(names)s.", names=", ".join(missing))
            )
        self.ticket_id.message_post(
            body=plaintext2html(template._fill(values)),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            whatsapp_template=template.id,
            whatsapp_values=values,
        )
        return {"type": "ir.actions.act_window_close"}


class SupportWhatsappTemplateWizardLine(models.TransientModel):
    """One variable of the template."""

    _name = "support.whatsapp.template.wizard.line"
    _description = "Variable of a WhatsApp Template"

    wizard_id = fields.Many2one(
        "support.whatsapp.template.wizard", required=True, ondelete="cascade"
    )
    variable = fields.Char(required=True)
    value = fields.Char()


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def action_send_whatsapp_template(self):
        """Offer the templates of the number that the ticket uses, first those in the
        requester's language.

        :raises UserError: if there is none
        """
        self.ensure_one()
        self.check_access("write")
        account, _address = self._get_whatsapp_line()
        if not account.template_ids:
            raise UserError(
                self.env._(
                    "There is no approved template. Ask a system administrator to "
                    "create one at Meta and to press “Test Connection” on the "
                    "WhatsApp number."
                )
            )
        lang = (self.partner_id.lang or "")[:2]
        templates = account.template_ids.sorted(lambda one: one.language[:2] != lang)
        vals = {"account_id": account.id, "template_id": templates[0].id}
        wizards = self.env["support.whatsapp.template.wizard"]
        wizard = wizards.create({"ticket_id": self.id, **vals})
        return wizard._get_records_action(
            name=self.env._("Send a WhatsApp Template"), target="new"
        )
