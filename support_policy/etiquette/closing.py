from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import html2plaintext

from ..sla.conversation import HUMAN_MESSAGES


class SupportViolationClosing(models.TransientModel):
    """Close a ticket for a violation: rules, evidence, reason, who is told; a preview
    of exactly what will be sent; then all of it in one step (rule 6)."""

    _name = "support.violation.closing"
    _description = "Close for a Violation"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id")
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    rule_ids = fields.Many2many("support.etiquette.rule", string="Rules Broken")
    line_ids = fields.One2many(
        "support.violation.closing.line",
        "closing_id",
        string="Messages That Show It",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    evidence_ids = fields.One2many(
        "support.violation.closing.line", compute="_compute_evidence_ids"
    )
    reason = fields.Text(help="What happened, in your own words. It is quoted.")
    candidate_ids = fields.Many2many("res.partner", compute="_compute_candidate_ids")
    concerned_ids = fields.Many2many(
        "res.partner",
        string="Tell Also",
        domain="[('id', 'in', candidate_ids)]",
        help="Supervising body or coordinator of the programme, or the requester's "
        "organisation.",
    )
    previewed = fields.Boolean()
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.constrains("ticket_id")
    def _check_ticket(self):
        for closing in self:
            closing.ticket_id.check_access("write")
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
            # sudo: leaders need not read programmes to tell who stands behind them
            ticket = closing.ticket_id.sudo()
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
        self.ensure_one()
        # sudo: readers' addresses are not for every leader
        readers = (self._get_requester() | self.concerned_ids).sudo()
        return self.env["support.violation"]._prepare_notices(
            "support_policy.mail_template_violation_reported", self, readers
        )

    def _get_requester(self):
        """The requester; a contact is found or made for a mere address.

        :rtype: res.partner (empty if there is no address either)
        """
        # sudo: leaders need not be allowed to make contacts
        ticket = self.ticket_id.sudo()
        if ticket.partner_id or not ticket.partner_email:
            return ticket.partner_id
        return ticket._partner_find_from_emails_single([ticket.partner_email])[:1]

    def action_preview(self):
        """Show what will be sent, to whom and how.

        :raises ValidationError: naming what is missing
        """
        self._check_complete()
        self.previewed = True
        return self._reopen()

    def action_edit(self):
        """Back from the preview to the form."""
        self.previewed = False
        return self._reopen()

    def _reopen(self):
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
            raise ValidationError(self.env._("Choose the messages that show it."))
        if not (self.reason or "").strip():
            raise ValidationError(self.env._("Write down the reason."))
        if self.concerned_ids - self.candidate_ids:
            raise ValidationError(
                self.env._(
                    "Only the programme's coordinator and supervising body, and the "
                    "requester's organisation, may be told of a violation."
                )
            )
        if self.ticket_id._get_end_reason():
            raise UserError(self.env._("This ticket is over already."))

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


class SupportViolationClosingLine(models.TransientModel):
    """One message of the requester's, offered as evidence; or the request itself, if it
    did not come as a message. Its content is read, never typed."""

    _name = "support.violation.closing.line"
    _description = "Message Offered as Evidence"
    _order = "id"

    closing_id = fields.Many2one(
        "support.violation.closing", required=True, ondelete="cascade", index=True
    )
    message_id = fields.Many2one("mail.message", ondelete="cascade")
    chosen = fields.Boolean(string="Evidence")
    author_name = fields.Char(string="Author", compute="_compute_content")
    author_email = fields.Char(compute="_compute_content")
    sent_at = fields.Datetime(string="Sent", compute="_compute_content")
    sent_text = fields.Char(
        compute="_compute_content", help="When, by the desk's clock, for the notice."
    )
    text = fields.Text(compute="_compute_content")
    digest = fields.Char(compute="_compute_content")
    terms = fields.Char(
        string="Please Check",
        compute="_compute_content",
        help="Terms of the list that the message contains.",
    )

    @api.model
    def _get_sources(self, ticket):
        """The messages of the requester's side on a ticket; an empty record stands for
        a request that was written down rather than received.

        :rtype: list of mail.message
        """
        # sudo: whoever may close the ticket may read what was written on it
        messages = self.env["mail.message"].sudo()
        received = messages.search(
            [
                ("model", "=", ticket._name),
                ("res_id", "=", ticket.id),
                ("message_type", "in", HUMAN_MESSAGES),
                ("is_internal", "=", False),
                ("subtype_id.internal", "=", False),
            ],
            order="id",
        ).filtered(lambda message: not ticket._get_staff(message.author_id))
        texts = {html2plaintext(message.body).strip() for message in received}
        if html2plaintext(ticket.description).strip() not in texts:
            return [messages, *received]
        return [*received]

    @api.constrains("message_id", "closing_id")
    def _check_message(self):
        for line in self:
            if line.message_id not in self._get_sources(line.closing_id.ticket_id):
                raise ValidationError(
                    self.env._("Only messages of the requester can be evidence.")
                )

    @api.depends("message_id", "closing_id.ticket_id")
    @api.depends_context("lang")
    def _compute_content(self):
        # sudo: a hint does not depend on who may keep the list
        terms = self.env["support.etiquette.term"].sudo()
        for line in self:
            vals = line._get_content()
            attachments = vals.pop("attachments")
            desk = self.env.ref("support_policy.calendar_support_desk").sudo()
            line.author_name = vals["author_name"]
            line.author_email = vals["author_email"]
            line.sent_at = vals["sent_at"]
            line.sent_text = desk._format_moment(vals["sent_at"])
            line.text = vals["text"]
            line.terms = ", ".join(terms._find_in(vals["text"]).mapped("name"))
            line.digest = self.env["support.violation.evidence"]._get_digest(
                vals, attachments
            )

    def _get_content(self):
        """What is kept of the message: values of the evidence, and its attachments."""
        # sudo: whoever may close the ticket may read what was written on it
        ticket, message = self.closing_id.ticket_id.sudo(), self.message_id.sudo()
        author = message.author_id if message else ticket.partner_id
        html = message.body if message else ticket.description
        email = message.email_from if message else ticket.partner_email
        text = html2plaintext(html, include_references=False).strip()
        return {
            "author_name": author.name or email or self.env._("Unknown"),
            "author_email": author.email or email,
            "sent_at": (message.date if message else ticket.create_date),
            "text": text or self.env._("(No text)"),
            "message_uid": message.message_id,
            "attachments": message.attachment_ids if message else message.browse(),
        }

    def _freeze(self):
        """Values of the evidence that outlives the message."""
        vals = self._get_content()
        attachments = vals.pop("attachments")
        copies = [
            file.copy({"res_model": False, "res_id": False}) for file in attachments
        ]
        return {
            **vals,
            "digest": self.digest,
            "attachment_ids": [file.id for file in copies],
        }
