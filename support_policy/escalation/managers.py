from odoo import fields, models
from odoo.tools import plaintext2html

ACTIVITY = "support_policy.activity_helpdesk_problem"
MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"
POLICY_ADMINS = "support_policy.group_policy_admin"
SYSTEM_ADMINS = "base.group_system"


class ResCompany(models.Model):
    """Who hears of a problem of the helpdesk: never nobody (R10)."""

    _inherit = "res.company"

    def _get_helpdesk_managers(self):
        """Who can mend what is wrong with requests and posts."""
        return self._get_first_staffed(MANAGERS, POLICY_ADMINS, SYSTEM_ADMINS)

    def _get_policy_admins(self):
        """Who can mend what is wrong with policies and mail templates."""
        return self._get_first_staffed(POLICY_ADMINS, SYSTEM_ADMINS)

    def _get_first_staffed(self, *groups):
        """The people of the first group that has any in one of these companies (in any,
        if there are none); if none has, all people of the last group."""
        users = self.env["res.users"]
        for group in groups:
            users = self.env.ref(group).all_user_ids.filtered("active")
            if here := users.filtered(lambda user: not self or self & user.company_ids):
                return here
        return users

    def _tell_helpdesk_managers(self, record, get_summary, note=False):
        """Give every helpdesk manager of the company an activity, unless they have the
        same one open already.

        :param record: what it is about; any model with activities
        :param callable get_summary: takes an environment, returns the text in its
            language
        :param str note: plain text, if there is more to say
        """
        managers = self._get_helpdesk_managers()
        managers._tell_problem(record, get_summary, note=note)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _tell_problem(self, record, get_summary, note=False):
        """Give each of these people an activity, unless they have the same one open
        already.

        :param record: what it is about; any model with activities
        :param callable get_summary: takes an environment, returns the text in its
            language
        :param str note: plain text, if there is more to say
        :return: those who got one
        """
        told = {(one.user_id, one.summary) for one in record.activity_ids}
        now_told = self.browse()
        for user in self:
            summary = get_summary(self.with_context(lang=user.lang).env)
            if (user, summary) not in told:
                now_told |= user
                record.activity_schedule(
                    ACTIVITY,
                    date_deadline=fields.Date.context_today(user),
                    summary=summary,
                    note=note and plaintext2html(note),
                    user_id=user.id,
                )
        return now_told
