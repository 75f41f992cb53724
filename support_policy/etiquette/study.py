from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..calendar.utc import aware, naive
from .violation import ACTIONED, DISMISSED, REPORTED, STUDIED

ACTIVITY = "support_policy.activity_violation_study"


class SupportViolation(models.Model):
    """The study: reported, studied, then actioned or dismissed, in writing (R6)."""

    _inherit = "support.violation"

    study_due_at = fields.Datetime(
        string="Decide By",
        index=True,
        help="When the violation must be decided at the latest.",
    )
    study_due_text = fields.Char(
        string="Decide By (desk time)",
        compute="_compute_study_due_text",
        compute_sudo=True,  # officers need not see the ticket's promises
    )
    earlier_ids = fields.Many2many(
        "support.violation",
        string="Earlier Violations",
        compute="_compute_earlier_ids",
        compute_sudo=True,
        help="Upheld violations of the same requester, within the time given in the "
        "settings.",
    )
    may_judge = fields.Boolean(compute="_compute_may_judge")

    @api.depends("study_due_at")
    @api.depends_context("lang")
    def _compute_study_due_text(self):
        for case in self:
            calendar = case._get_study_calendar()
            case.study_due_text = calendar._format_moment(case.study_due_at)

    @api.depends("partner_id", "reported_at")
    def _compute_earlier_ids(self):
        upheld = self.search(
            [("partner_id", "in", self.partner_id.ids), ("state", "=", ACTIONED)]
        )
        for case in self:
            days = timedelta(days=case.company_id.support_repeat_days)
            case.earlier_ids = upheld.filtered(
                lambda other, case=case, days=days: (
                    other.partner_id == case.partner_id
                    and other.company_id == case.company_id
                    and case.reported_at - days <= other.reported_at < case.reported_at
                )
            )

    @api.depends("reported_by_id", "partner_id", "state")
    @api.depends_context("uid")
    def _compute_may_judge(self):
        officer = self.env.user.has_group("support_policy.group_compliance")
        for case in self:
            case.may_judge = (
                officer
                and case.active
                and case.state in (REPORTED, STUDIED)
                and case._may_be_judged_by(self.env.user)
            )

    def _may_be_judged_by(self, user):
        """Nobody judges a case they reported themselves, or one about themselves."""
        self.ensure_one()
        return user != self.reported_by_id and user.partner_id != self.partner_id

    def _get_study_calendar(self):
        """The desk whose business days the study is given. Runs as superuser.

        :rtype: resource.calendar
        """
        cycle = self.ticket_id.sla_cycle_ids.sorted()[:1]
        calendar = cycle.policy_id.calendar_id
        return calendar or self.env["resource.calendar"]._get_support_desk()

    # -- the queue --------------------------------------------------------------

    def _open_study(self):
        """Give a new case to an officer, with a deadline and an activity. Runs as
        superuser."""
        self.ensure_one()
        self.study_due_at = self._get_study_deadline()
        self.user_id = self._choose_officer()
        if not self.user_id:
            self.company_id._tell_helpdesk_managers(
                self,
                lambda env: env._("Vacant: nobody reviews etiquette violations"),
            )

    def _get_study_deadline(self):
        """End of the last of the business days that the study is given (naive UTC)."""
        company = self.company_id
        moment = aware(self.reported_at)
        calendar = self._get_study_calendar().with_company(company)
        time = calendar.support_business_time(moment, moment + timedelta(days=60))
        for _day in range(company.support_study_days):
            moment = time.next_day(moment)
        return naive(time.end_of_day(moment))

    def _choose_officer(self):
        """The officer who may judge the case and has the fewest open ones."""
        officers = self.officer_ids
        load = dict(
            self._read_group(
                [
                    ("user_id", "in", officers.ids),
                    ("state", "in", (REPORTED, STUDIED)),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        return officers.sorted(lambda user: (load.get(user, 0), user.id))[:1]

    def _hand_over(self):
        """The activity follows the officer. Runs as superuser."""
        self.activity_search([ACTIVITY]).action_archive()
        for case in self:
            if not (case.user_id and case.active) or case.decided_at:
                continue
            # quick update: the case is announced by the follower's notification
            case.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                date_deadline=case._get_study_calendar()._get_date(case.study_due_at),
                user_id=case.user_id.id,
            )

    @api.constrains("user_id", "reported_by_id", "partner_id")
    def _check_officer(self):
        for case in self.filtered("user_id"):
            if case.user_id not in case.officer_ids:
                raise ValidationError(
                    self.env._(
                        "%(officer)s cannot review this case. Choose a compliance "
                        "officer who neither reported it nor is the subject of it.",
                        officer=case.user_id.name,
                    )
                )

    # -- the steps --------------------------------------------------------------

    def action_study(self):
        """The case has been studied: it can be decided now.

        :raises AccessError: of who may not judge it
        :raises UserError: if it is not new
        """
        self._enter_step(REPORTED)._move_to(STUDIED)

    def action_uphold(self):
        """The rules were broken: take the action that was chosen, and tell everybody
        concerned.

        :raises ValidationError: if decision, action or supervising body are missing
        """
        case = self._enter_step(STUDIED)
        case._check_written()
        if not case.action_id:
            raise ValidationError(self.env._("Choose the action to take."))
        if case.action_id.refers and not case.referred_to_id:
            raise ValidationError(
                self.env._("Choose the supervising body to refer the case to.")
            )
        case._move_to(
            ACTIONED,
            restricted_until=case._get_restriction_end(),
            **case._get_decided(),
        )
        case._tell_outcome()

    def action_dismiss(self):
        """No violation: the ticket reopens with a fresh cycle, and those who were told
        of the violation are told so.

        :raises ValidationError: if the decision is missing
        """
        case = self._enter_step(STUDIED)
        case._check_written()
        case._move_to(
            DISMISSED, action_id=False, referred_to_id=False, **case._get_decided()
        )
        ticket = case.ticket_id
        ticket._reopen_waiting(fields.Datetime.now())
        ticket._log_changes(
            "support_policy.mt_violation_dismissed", {ticket: case.decision}
        )
        case._tell_outcome()

    def _enter_step(self, state):
        """Refuse a step to who may not take it, or that is not the next.

        :param str state: in which the step may be taken
        :return: the case, as superuser: steps write what nobody may write
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("support_policy.group_compliance"):
            raise AccessError(
                self.env._("Only compliance officers can review violations.")
            )
        if not self._may_be_judged_by(self.env.user):
            raise AccessError(
                self.env._(
                    "You cannot decide a case that you reported or that is about "
                    "you. Assign it to another compliance officer."
                )
            )
        self.lock_for_update()
        self.invalidate_recordset(["active", "state"])
        if self.state != state or not self.active:
            raise UserError(
                self.env._(
                    "The state of this case has changed in the meantime. Reload "
                    "the page."
                )
            )
        return self.sudo()  # sudo: the officer's right has just been checked

    def _check_written(self):
        if not (self.decision or "").strip():
            raise ValidationError(
                self.env._("Enter the decision. The requester will read it.")
            )

    def _get_decided(self):
        return {
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }

    def _move_to(self, state, **vals):
        """The one place where the state is written. Runs as superuser."""
        self.write({"state": state, **vals})
        if "decided_at" in vals:
            self.activity_search([ACTIVITY]).action_archive()

    def _get_restriction_end(self):
        """Last day of the restriction that the action brings, or False."""
        days = self.action_id.email_only_days
        today = self._get_study_calendar()._get_date(fields.Datetime.now())
        return days and today + timedelta(days=days)

    def _tell_outcome(self):
        """Tell the decision to all whom it concerns. Runs as superuser."""
        readers = self.partner_id | self.concerned_ids | self.referred_to_id
        template = f"mail_template_violation_{self.state}"
        self._send_notices(self._prepare_notices(template, self, readers))
