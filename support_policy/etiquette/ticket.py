from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .violation import DISMISSED, REPORTED

WHO_MAY_KNOW = "helpdesk_mgmt.group_helpdesk_user_own"


class HelpdeskTicket(models.Model):
    """Closing for a violation: by leaders, with evidence, one ticket at a time."""

    _inherit = "helpdesk.ticket"

    violation_ids = fields.One2many(
        "support.violation", "ticket_id", string="Violations", groups=WHO_MAY_KNOW
    )
    may_close_for_violation = fields.Boolean(
        compute="_compute_may_close_for_violation", groups=WHO_MAY_KNOW
    )
    may_undo_violation = fields.Boolean(
        compute="_compute_may_close_for_violation", groups=WHO_MAY_KNOW
    )

    # -- what happens to the ticket ---------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_violation_stage(vals)
        return super().create(
            [{**vals, **self._get_terms_to_check(vals)} for vals in vals_list]
        )

    def write(self, vals):
        self._check_violation_stage(vals)
        return super().write(vals)

    def _get_end_reason(self):
        reason = super()._get_end_reason()
        return "violation" if reason == "closed" and self._is_cancelled() else reason

    def _hear_request(self, message):
        result = super()._hear_request(message)
        self._point_out_terms(message)  # check.py
        return result

    def _hear_after_end(self, moment, message):
        if case := self._get_case():
            if message:  # a call is only noted
                case._add_objection(message)  # appeal.py
            return self
        return super()._hear_after_end(moment, message)

    def _route_request(self, message_dict, route):
        # a notice gives the team's address, which Odoo takes for a new request
        case = self._find_answered_case(message_dict)  # appeal.py
        if not case:
            taken = super()._route_request(message_dict, route)
            case = self._find_contested_case(message_dict, taken[1])
        return self._route_appeal(case, message_dict, route) if case else taken

    # -- who may close for a violation ------------------------------------------

    @api.depends("leader_ids", "stage_id")
    @api.depends_context("uid")
    def _compute_may_close_for_violation(self):
        for ticket in self:
            leads = ticket._is_led_by(self.env.user)
            ticket.may_close_for_violation = leads and not ticket._get_end_reason()
            ticket.may_undo_violation = leads and bool(ticket._get_undoable_case())

    def _check_led(self):
        for ticket in self:
            if not ticket._is_led_by(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only the team leader or someone above them can close a "
                        "ticket for a violation. Ask them to look at it."
                    )
                )

    def _get_case(self):
        """The case for which the ticket is cancelled now (empty if it is not).

        :rtype: support.violation, as superuser
        """
        # sudo: what happens to messages does not depend on who may see cases
        ticket = self.sudo()
        cases = ticket.violation_ids
        if not ticket._is_cancelled():
            return cases.browse()
        return cases.filtered(lambda case: case.state != DISMISSED).sorted()[:1]

    # -- the stage is entered and left through the case -------------------------

    def _is_cancelled(self):
        """Whether the ticket stands in the stage of violations.

        :rtype: bool
        """
        return self.stage_id == self.env["helpdesk.ticket.stage"]._get_violation_stage()

    def _check_violation_stage(self, vals):
        """Refuse to move tickets into the stage, or out of it, by hand."""
        if "stage_id" not in vals or self.env.su:
            return
        stage = self.env["helpdesk.ticket.stage"]._get_violation_stage()
        if vals["stage_id"] == stage.id and self.stage_id != stage:
            raise UserError(
                self.env._(
                    "Use “Close for a Violation” to move a ticket to this stage, "
                    "and choose the rules broken and the messages that show it."
                )
            )
        if vals["stage_id"] != stage.id and stage in self.stage_id:
            raise UserError(
                self.env._(
                    "This ticket was cancelled for a violation. It reopens when a "
                    "compliance officer dismisses the violation."
                )
            )

    def action_close_for_violation(self):
        """Open the form that asks which rules were broken, and by which messages.

        :raises AccessError: of who does not lead the ticket's team
        :raises UserError: if the ticket is over already
        """
        self.ensure_one()
        closing = self.env["support.violation.closing"].create({"ticket_id": self.id})
        return closing._show_form()

    def _cancel_for_violation(self):
        """The clock stops, nothing escalates: the cycle is neither met nor late."""
        self.stage_id = self.env["helpdesk.ticket.stage"]._get_violation_stage()

    # -- a mis-click ------------------------------------------------------------

    def _get_undoable_case(self):
        """The case that closing has just opened, as long as it can be undone.

        :rtype: support.violation, as superuser (empty if there is none)
        """
        case = self._get_case()
        minutes = timedelta(minutes=case.company_id.support_undo_minutes)
        undoable = (
            case
            and case.state == REPORTED
            and fields.Datetime.now() < case.reported_at + minutes
        )
        return case if undoable else case.browse()

    def action_undo_violation(self):
        """Take a mis-click back: no notice leaves, and the clock runs on as if nothing
        had happened.

        :raises UserError: if it is too late
        """
        self.ensure_one()
        self.check_access("write")
        self._check_led()
        case = self._get_undoable_case()
        case.lock_for_update()
        if not case or not case._recall_notices():
            raise UserError(
                self.env._(
                    "It is too late to undo this. Ask a compliance officer to "
                    "review the violation; dismissing it reopens the ticket."
                )
            )
        self.sudo()._undo_cancelling(case)  # sudo: only the machine moves the clock
        self._log_changes("support_policy.mt_violation_undone", {self: case.name})

    def _undo_cancelling(self, case):
        """The clock runs on as if nothing had happened. Runs as superuser."""
        case.active = False
        case._hand_over()
        self.stage_id = case.previous_stage_id
