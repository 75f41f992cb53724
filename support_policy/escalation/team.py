from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "mail.activity.mixin"]

    mailbox = fields.Char(
        string="Department Mailbox",
        help="Address of the department's own mailbox, outside this helpdesk. It "
        "receives a copy of whatever is escalated to the department manager.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            led = Domain("ticket_id.team_id", "in", self.ids)
            led |= Domain("ticket_id.department_id", "in", self.ids)
            self.env["support.sla.cycle"]._hand_over_where(led)
        return result

    @api.model
    def _follow_tree(self, domain):
        tickets = super()._follow_tree(domain)
        below = Domain("ticket_id", "in", tickets.ids)
        self.env["support.sla.cycle"]._hand_over_where(below)
        return tickets

    @api.constrains("mailbox")
    def _check_mailbox(self):
        for team in self.filtered("mailbox"):
            address = email_normalize(team.mailbox)
            if not address:
                raise ValidationError(
                    self.env._(
                        "“%(mailbox)s” is not a valid e-mail address. Enter one "
                        "such as name@example.com.",
                        mailbox=team.mailbox,
                    )
                )
            if self.env["mail.alias.domain"]._find_aliases([address]):
                raise ValidationError(
                    self.env._(
                        "E-mails to %(mailbox)s create tickets here, so "
                        "escalations sent there would come back as requests. Enter "
                        "a separate mailbox for the department.",
                        mailbox=address,
                    )
                )
