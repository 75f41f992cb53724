from odoo import fields, models

ACTIVITY = "support_policy.activity_helpdesk_problem"


class ResCompany(models.Model):
    _inherit = "res.company"

    def _tell_helpdesk_managers(self, record, get_summary, note=False):
        """Give every helpdesk manager of the company an activity, unless they have the
        same one open already.

        :param record: what it is about; any model with activities
        :param callable get_summary: takes an environment, returns the text in its
            language
        :param str note: plain text, if there is more to say
        """
        self.ensure_one()
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        managers = group.all_user_ids.filtered(
            lambda user: user.active and self in user.company_ids
        )
        told = record.activity_search([ACTIVITY])
        for manager in managers:
            summary = get_summary(self.with_context(lang=manager.lang).env)
            if not told.filtered(
                lambda activity, manager=manager, summary=summary: (
                    activity.user_id == manager and activity.summary == summary
                )
            ):
                record.activity_schedule(
                    ACTIVITY,
                    date_deadline=fields.Date.context_today(self),
                    summary=summary,
                    note=note,
                    user_id=manager.id,
                )
