from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "mail.activity.mixin"]

    mailbox = fields.Char(
        string="Department Mailbox",
        help="Address of the department's own mailbox, outside this helpdesk. What "
        "reaches the department manager is copied to it.",
    )

    @api.constrains("mailbox")
    def _check_mailbox(self):
        for team in self.filtered("mailbox"):
            address = email_normalize(team.mailbox)
            if not address:
                raise ValidationError(
                    self.env._(
                        "“%(mailbox)s” is no e-mail address. Write one like "
                        "name@example.com.",
                        mailbox=team.mailbox,
                    )
                )
            if self.env["mail.alias.domain"]._find_aliases([address]):
                raise ValidationError(
                    self.env._(
                        "Mail to %(mailbox)s makes tickets here, so escalations sent "
                        "to it would come back as requests. Give the department a "
                        "mailbox of its own.",
                        mailbox=address,
                    )
                )
