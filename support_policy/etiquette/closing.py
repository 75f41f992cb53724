from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class SupportViolationClosing(models.TransientModel):
    """Close a ticket for a violation: rules, evidence, reason, who is told; a preview
    of exactly what will be sent; then all of it in one step (R6)."""

    _name = "support.violation.closing"
    _description = "Close for a Violation"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id")
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    rule_ids = fields.Many2many("support.etiquette.rule", string="Rules Broken")
    line_ids = fields.One2many(
        "support.violation.closing.line",
        "closing_id",
        string="Messages That Show the Violation",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    evidence_ids = fields.One2many(
        "support.violation.closing.line", compute="_compute_evidence_ids"
    )
    reason = fields.Text(
        help="What happened, in your own words. It is quoted in the notices."
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        compute="_compute_candidate_ids",
        compute_sudo=True,  # leaders need not read programmes
    )
    concerned_ids = fields.Many2many(
        "res.partner",
        string="Also Inform",
        domain="[('id', 'in', candidate_ids)]",
        help="Supervising body or coordinator of the programme, or the requester's "
        "organisation.",
    )
    previewed = fields.Boolean()
    preview = fields.Html(
        compute="_compute_preview",
        compute_sudo=True,  # leaders need not read templates, nor readers' addresses
        sanitize=False,
    )

    @api.constrains("ticket_id")
    def _check_ticket(self):
        for closing in self:
            # Odoo checks constraints as superuser; the right is the person's own
            closing.ticket_id.sudo(False).check_access("write")
            closing.ticket_id._check_led()

    @api.depends("ticket_id")
    def _compute_line_ids(self):
        for closing in self:
            lines = self.env["support.violation.closing.line"]
            sources = lines._get_sources(closing.ticket_id)
            closing.line_ids = [
                Command.clear(),
                *(Command.create({"message_id": source.id}) for source in sources),
            ]
            for line in closing.line_ids:
                line.chosen = bool(line.terms)

    @api.depends("line_ids.chosen")
    def _compute_evidence_ids(self):
        for closing in self:
            closing.evidence_ids = closing.line_ids.filtered("chosen")

    @api.depends("ticket_id")
    def _compute_candidate_ids(self):
        for closing in self:
            ticket = closing.ticket_id
            program, partner = ticket.diploma_program_id, ticket.partner_id
            closing.candidate_ids = (
                program.coordinator_id | program.supervisor_id | partner.parent_id
            )

    # -- the preview ------------------------------------------------------------

    @api.depends("previewed", "rule_ids", "evidence_ids", "reason", "concerned_ids")
    def _compute_preview(self):
        for closing in self:
            notices = closing._prepare_notices() if closing.previewed else []
            closing.preview = self.env["ir.qweb"]._render(
                "support_policy.violation_closing_preview",
                {
                    "notices": [
                        (notice, Markup(notice.body))  # a rendered mail template
                        for notice in notices
                    ],
                    "minutes": closing.company_id.support_undo_minutes,
                },
                minimal_qcontext=True,
            )

    def _prepare_notices(self):
        """What will be sent, or is now (see there). Runs as superuser."""
        self.ensure_one()
        readers = self._get_requester() | self.concerned_ids
        return self.env["support.violation"]._prepare_notices(
            "mail_template_violation_reported", self, readers
        )

    def _get_requester(self):
        """The requester; a contact is found or made for a mere address. Runs as
        superuser.

        :rtype: res.partner (empty if there is no address either)
        """
        ticket = self.ticket_id
        if ticket.partner_id or not ticket.partner_email:
            return ticket.partner_id
        return ticket._partner_find_from_emails_single([ticket.partner_email])[:1]

    def action_preview(self):
        """Show what will be sent, to whom and how.

        :raises ValidationError: naming what is missing
        """
        self._check_complete()
        self.previewed = True
        return self._show_form()

    def action_edit(self):
        """Back from the preview to the form."""
        self.previewed = False
        return self._show_form()

    def _show_form(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close for a Violation"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_complete(self):
        self.ensure_one()
        if not self.rule_ids:
            raise ValidationError(self.env._("Choose the rules that were broken."))
        if not self.evidence_ids:
            raise ValidationError(
                self.env._("Choose the messages that show the violation.")
            )
        if not (self.reason or "").strip():
            raise ValidationError(self.env._("Enter the reason."))
        if self.concerned_ids - self.candidate_ids:
            raise ValidationError(
                self.env._(
                    "Only the programme's coordinator, its supervising body and "
                    "the requester's organisation can be informed of a violation."
                )
            )
        if self.ticket_id._get_end_reason():
            raise UserError(self.env._("This ticket is already closed."))

    # -- closing ----------------------------------------------------------------

    def action_close(self):
        """Cancel the ticket, open the case, freeze the evidence, tell the people.

        :raises ValidationError: naming what is missing
        :raises UserError: if the ticket is over already
        """
        self._check_ticket()
        self.ticket_id.lock_for_update()
        self.ticket_id.invalidate_recordset(["stage_id"])
        self._check_complete()
        # sudo: only closing opens cases; the leader's right has just been checked
        closing = self.sudo()
        case = closing._open_case()
        closing.ticket_id._cancel_for_violation()
        case._send_notices(closing._prepare_notices(), case._get_leave_at())
        case._open_study()
        ticket = closing.ticket_id
        ticket._log_changes(
            "support_policy.mt_violation_cancelled", {ticket: case.name}
        )
        return {"type": "ir.actions.act_window_close"}

    def _open_case(self):
        """Write down all that closing knows. Runs as superuser.

        :return: the case
        """
        ticket = self.ticket_id
        return self.env["support.violation"].create(
            {
                "ticket_id": ticket.id,
                "partner_id": self._get_requester().id,
                "rule_ids": self.rule_ids.ids,
                "reason": self.reason,
                "concerned_ids": self.concerned_ids.ids,
                "reported_by_id": self.env.uid,
                "reported_at": fields.Datetime.now(),
                "cycle_id": ticket.sla_cycle_id.id,
                "waited_since": ticket.waiting_since,
                "previous_stage_id": ticket.stage_id.id,
                "evidence_ids": [
                    Command.create(line._freeze()) for line in self.evidence_ids
                ],
            }
        )
