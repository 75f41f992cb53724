from odoo import api, fields, models

from .ticket import WHO_MAY_KNOW
from .violation import ACTIONED


class ResPartner(models.Model):
    """A requester's history, for those who lead or judge (R6)."""

    _inherit = "res.partner"

    support_email_only_until = fields.Date(
        string="Restricted to E-mail Until",
        compute="_compute_support_email_only_until",
        compute_sudo=True,
        groups=WHO_MAY_KNOW,
        help="Up to and including this day, the requester may ask for help by e-mail "
        "only.",
    )
    violation_ids = fields.One2many(
        "support.violation", "partner_id", string="Violations", groups=WHO_MAY_KNOW
    )
    violation_count = fields.Integer(
        string="Upheld Violations",
        compute="_compute_violation_count",
        compute_sudo=True,  # also on tickets of teams that the reader does not lead
        groups=WHO_MAY_KNOW,
        help="Shown to team leaders, those above them, and compliance officers.",
    )

    @api.depends("violation_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_violation_count(self):
        counts = {}
        if self.env.user._may_see_violations():
            counts = dict(
                self.env["support.violation"]._read_group(
                    [
                        ("partner_id", "in", self.ids),
                        ("state", "=", ACTIONED),
                        ("company_id", "in", self.env.companies.ids),
                    ],
                    ["partner_id"],
                    ["__count"],
                )
            )
        for partner in self:
            partner.violation_count = counts.get(partner._origin, 0)

    @api.depends("violation_ids.restricted_until")
    def _compute_support_email_only_until(self):
        ends = dict(
            self.env["support.violation"]._read_group(
                [("partner_id", "in", self.ids), ("state", "=", ACTIONED)],
                ["partner_id"],
                ["restricted_until:max"],
            )
        )
        for partner in self:
            partner.support_email_only_until = ends.get(partner._origin)

    def _is_restricted_to_email(self):
        """Whether the requester may ask for help by e-mail only, today."""
        until = self.support_email_only_until
        desk = self.env["resource.calendar"]._get_support_desk()
        return bool(until) and desk._get_date(fields.Datetime.now()) <= until

    def _get_notice_channel(self):
        """The channel by which a notice reaches this person: ``_send_notice_by_…`` of
        the case sends it. WhatsApp reaches who has no e-mail address, as long as its
        window is open.

        :return: ``"email"``, ``"whatsapp"``, or False if they cannot be reached
        """
        self.ensure_one()
        if self.email_normalized:
            return "email"
        return "whatsapp" if self._get_open_whatsapp() else False

    def action_open_violations(self):
        """The requester's violations, as far as the reader may see them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_policy.support_violation_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}


class ResUsers(models.Model):
    _inherit = "res.users"

    def _may_see_violations(self):
        """Whether somebody leads (a team, a department, the company) or judges."""
        self.ensure_one()
        return self._is_leader() or self.has_groups(
            "support_policy.group_compliance,helpdesk_mgmt.group_helpdesk_manager"
        )
