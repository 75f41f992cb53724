from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext


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
    # as superuser: whoever may close the ticket may read what was written on it
    author_name = fields.Char(
        string="Author", compute="_compute_content", compute_sudo=True
    )
    author_email = fields.Char(compute="_compute_content", compute_sudo=True)
    sent_at = fields.Datetime(
        string="Sent", compute="_compute_content", compute_sudo=True
    )
    sent_text = fields.Char(
        compute="_compute_content",
        compute_sudo=True,
        help="Time for the notice, in the time zone of the support desk.",
    )
    text = fields.Text(compute="_compute_content", compute_sudo=True)
    digest = fields.Char(compute="_compute_content", compute_sudo=True)
    terms = fields.Char(
        string="Please Check",
        compute="_compute_content",
        compute_sudo=True,
        help="Listed terms found in the message.",
    )

    @api.model
    def _get_sources(self, ticket):
        """The messages of the requester's side on a ticket; an empty record stands for
        a request that was written down rather than received. Runs as superuser.

        :rtype: list of mail.message
        """
        messages = self.env["mail.message"]
        received = messages.search(
            Domain("model", "=", ticket._name)
            & Domain("res_id", "=", ticket.id)
            & messages._get_between_people_domain(),
            order="id",
        ).filtered(lambda message: not ticket._get_staff(message.author_id))
        texts = {html2plaintext(message.body).strip() for message in received}
        if html2plaintext(ticket.description).strip() not in texts:
            return [messages, *received]
        return [*received]

    @api.constrains("message_id", "closing_id")
    def _check_message(self):
        for closing, lines in self.grouped("closing_id").items():
            sources = self._get_sources(closing.ticket_id)
            if any(line.message_id not in sources for line in lines):
                raise ValidationError(
                    self.env._("Only the requester's messages can be used as evidence.")
                )

    @api.depends("message_id", "closing_id.ticket_id")
    @api.depends_context("lang")
    def _compute_content(self):
        terms = self.env["support.etiquette.term"]
        desk = self.env["resource.calendar"]._get_support_desk()
        for line in self:
            vals = line._get_content()
            attachments = vals.pop("attachments")
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
        """What is kept of the message: values of the evidence, and its attachments.
        Runs as superuser."""
        ticket, message = self.closing_id.ticket_id, self.message_id
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
        """Values of the evidence that outlives the message. Runs as superuser."""
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
