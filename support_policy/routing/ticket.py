from odoo import api, fields, models
from odoo.tools import email_normalize

#: The flag that remembers who chose, for each of these.
BY_HAND = {"team_id": "team_by_hand", "department_id": "department_by_hand"}


class HelpdeskTicket(models.Model):
    """R7: who asks, and which team and department the request belongs to."""

    _inherit = "helpdesk.ticket"

    number = fields.Char(index=True)
    beneficiary_id = fields.Many2one(
        "support.beneficiary",
        string="Beneficiary Category",
        compute="_compute_beneficiary_id",
        store=True,
        readonly=False,
    )
    team_by_hand = fields.Boolean(
        string="Team Set Manually",
        readonly=True,
        copy=False,
        help="The team was chosen manually, so the category no longer changes it.",
    )
    department_id = fields.Many2one(
        "helpdesk.ticket.team",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
    )
    department_by_hand = fields.Boolean(
        string="Department Set Manually",
        readonly=True,
        copy=False,
        help="The department was chosen manually, so the category no longer changes "
        "it.",
    )

    diploma_program_id = fields.Many2one(
        "support.diploma.program",
        string="Diploma Programme",
        index="btree_not_null",
        help="What the request is about.",
    )

    @api.depends("partner_id")
    def _compute_beneficiary_id(self):
        for ticket in self:
            ticket.beneficiary_id = (
                ticket.partner_id._get_beneficiary() or ticket.beneficiary_id
            )

    @api.depends("category_id")
    def _compute_team_id(self):
        for ticket in self:
            routed = ticket._get_routed("team_id")
            if routed and not ticket.team_by_hand:
                ticket.team_id = routed
        return super()._compute_team_id()

    @api.depends("category_id", "team_id")
    def _compute_department_id(self):
        for ticket in self:
            if not ticket.department_by_hand:
                ticket.department_id = (
                    ticket._get_routed("department_id")
                    or ticket.team_id._get_department()
                )

    def _get_routed(self, field_name):
        """What the category says about this ticket (R7).

        :param str field_name: ``team_id`` or ``department_id``
        :rtype: helpdesk.ticket.team (empty if it says nothing)
        """
        return self.category_id._get_routed(field_name, self.company_id)

    # -- chosen by hand ---------------------------------------------------------

    @api.onchange("team_id")
    def _onchange_team_id(self):
        """A team picked in the form must survive a category picked after it."""
        self.update(self._get_choices_by_hand({"team_id": self.team_id.id}))

    @api.onchange("department_id")
    def _onchange_department_id(self):
        """The same for the department."""
        self.update(self._get_choices_by_hand({"department_id": self.department_id.id}))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [{**self._get_choices_by_hand(vals), **vals} for vals in vals_list]
        )

    def write(self, vals):
        if not BY_HAND.keys() & vals.keys():
            return super().write(vals)
        # what is by hand on one ticket is what the category says on another
        groups = self.grouped(lambda t: tuple(t._get_choices_by_hand(vals).items()))
        for flags, tickets in groups.items():
            super(HelpdeskTicket, tickets).write({**dict(flags), **vals})
        return True

    def _get_choices_by_hand(self, vals):
        """Whether a person chose the team and department that are being set (R7),
        not the category, or a default. (The intake says itself that nobody has.)

        :param dict vals: what is being set, on ``self`` or on a ticket to be made
        :return: the flags that follow from them
        :rtype: dict
        """
        chosen = [name for name in BY_HAND if name in vals]
        if not chosen:
            return {}
        # sudo: what the machine would choose does not depend on who looks
        ticket = self.sudo()

        def get(name):
            return ticket[name].browse(vals[name]) if name in vals else ticket[name]

        team = get("team_id")
        company = team.company_id or get("company_id") or self.env.company
        usual = {
            "team_id": get("user_id").helpdesk_team_ids[:1],
            "department_id": team._get_department(),
        }
        flags = {}
        for name in chosen:
            expected = (
                get("category_id")._get_routed(name, company)
                or team.browse(self.env.context.get(f"default_{name}"))
                or usual[name]
            )
            flags[BY_HAND[name]] = bool(vals[name]) and vals[name] != expected.id
        return flags

    # -- who asks ---------------------------------------------------------------

    def _is_requester(self, partner, email=None):
        """Whether a message from this person is a message from the requester.

        Colleagues in the requester's organisation speak for it; staff never do, except
        a member of staff who asked for help themselves.

        :param res.partner partner: author of the message, may be empty
        :param str email: sender's address, looked at when there is no author
        :rtype: bool
        """
        self.ensure_one()
        # sudo: whoever writes on a ticket need not know its requester's contact
        requester, partner = self.sudo().partner_id, partner.sudo()
        if partner:
            return partner == requester or bool(
                requester
                and partner.partner_share
                and partner.commercial_partner_id == requester.commercial_partner_id
            )
        address = email_normalize(email)
        return bool(address) and address in (
            requester.email_normalized,
            email_normalize(self.partner_email),
        )
