from odoo import api, fields, models
from odoo.tools import email_normalize


class HelpdeskTicket(models.Model):
    """Rule 7: who asks, and which team and department the request belongs to."""

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
        readonly=True,
        copy=False,
        help="A person chose the team, so the category no longer changes it.",
    )
    department_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
    )
    department_by_hand = fields.Boolean(
        readonly=True,
        copy=False,
        help="A person chose the department, so the category no longer changes it.",
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
            routed = ticket.category_id._get_routed("team_id")
            if routed and not ticket.team_by_hand:
                ticket.team_id = routed
        return super()._compute_team_id()

    @api.depends("category_id", "team_id")
    def _compute_department_id(self):
        for ticket in self:
            if not ticket.department_by_hand:
                ticket.department_id = (
                    ticket.category_id._get_routed("department_id")
                    or ticket.team_id._get_department()
                )

    @api.onchange("team_id")
    def _onchange_team_id(self):
        """A team picked in the form must survive a category picked after it."""
        routed = self.category_id._get_routed("team_id")
        self.team_by_hand = bool(self.team_id) and self.team_id != routed

    @api.onchange("department_id")
    def _onchange_department_id(self):
        """The same for the department."""
        routed = self.category_id._get_routed("department_id")
        self.department_by_hand = bool(self.department_id) and self.department_id != (
            routed or self.team_id._get_department()
        )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._mark_choices_by_hand(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._mark_choices_by_hand(vals))

    def _mark_choices_by_hand(self, vals):
        """Remember that a person chose the team or department (rule 7), unless the
        choice is what the category says anyway or the message gateway made it."""
        if self.env.context.get("support_routed_by_machine"):
            return vals
        category = self.env["helpdesk.ticket.category"]
        if "category_id" in vals:
            category = category.browse(vals["category_id"])
        elif len(self.category_id) == 1:
            category = self.category_id
        by_hand = {
            flag: vals[field_name] != category._get_routed(field_name).id
            for field_name, flag in (
                ("team_id", "team_by_hand"),
                ("department_id", "department_by_hand"),
            )
            if vals.get(field_name)
        }
        return {**vals, **by_hand}

    def _is_requester(self, partner, email=None):
        """Whether a message from this person is a message from the requester.

        Colleagues in the requester's organisation speak for it; staff never do, except
        a member of staff who asked for help themselves.

        :param res.partner partner: author of the message, may be empty
        :param str email: sender's address, looked at when there is no author
        :rtype: bool
        """
        self.ensure_one()
        requester = self.partner_id
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
