from odoo import fields, models
from odoo.fields import Domain

#: Changes of these may make somebody able, or unable, to hold a post.
ABILITIES = {
    "active",
    "company_ids",
    "group_ids",
    "out_of_office_from",
    "out_of_office_to",
    "share",
}


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if ABILITIES & vals.keys():
            cycles = self.env["support.sla.cycle"]
            cycles._hand_over_where(self._get_held_domain())
        return result

    def _get_held_domain(self):
        """Cycles that these people hold, or would hold if they could.

        :rtype: Domain
        """
        return Domain.OR(
            Domain(post, "in", self.ids)
            for post in (
                "holder_id",
                "ticket_id.team_id.user_id",
                "ticket_id.department_id.user_id",
                "company_id.support_executive_id",
                "policy_id.ladder_id.tier_ids.user_id",
            )
        )

    def _is_leader(self):
        """The Deputy CEO leads all teams of the company."""
        executives = self.env.companies.support_executive_id
        return super()._is_leader() or self in executives

    def _can_hold(self, ticket):
        """Whether a ticket can lie with somebody: they are there, work in its company
        and could open it. Without them, their post is as good as vacant (R4, R13).

        :param helpdesk.ticket ticket: which would be assigned to them
        """
        return (
            len(self) == 1
            and self.active
            and self.has_group("helpdesk_mgmt.group_helpdesk_user_own")
            and ticket.company_id in self.company_ids
            and not self._is_away()
            and ticket._could_be_opened_by(self)
        )

    def _is_away(self):
        """Whether the person is out of office now, by their own preferences."""
        since, until = self.out_of_office_from, self.out_of_office_to
        now = fields.Datetime.now()
        return bool(since and since <= now and not (until and until < now))
