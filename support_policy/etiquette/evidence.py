import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError

from . import violation as _violation  # noqa: F401 (extended here)


class SupportViolationEvidence(models.Model):
    """What somebody wrote, as it was when the ticket was closed: whatever happens to
    the message later, this stays.

    The digest is sent to the requester with the notice, so not even somebody with
    access to the database can change a word unnoticed.
    """

    _name = "support.violation.evidence"
    _description = "Evidence of a Violation"
    _order = "sent_at, id"

    violation_id = fields.Many2one(
        "support.violation", required=True, ondelete="restrict", index=True
    )
    author_name = fields.Char(required=True)
    author_email = fields.Char()
    sent_at = fields.Datetime(required=True)
    text = fields.Text(required=True)
    message_uid = fields.Char(
        string="Message-ID", help="Identifier used by the mail servers."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments")
    digest = fields.Char(
        string="SHA-256",
        required=True,
        help="Fingerprint of the author, time, text and attachments.",
    )
    intact = fields.Boolean(
        string="Unchanged",
        compute="_compute_intact",
        compute_sudo=True,  # the files need not be for this reader
        help="The author, time, text and attachments still match this fingerprint.",
    )

    @api.depends("digest")
    def _compute_intact(self):
        for evidence in self:
            vals = {name: evidence[name] for name in evidence._fields}
            digest = self._get_digest(vals, evidence.attachment_ids)
            evidence.intact = evidence.digest == digest

    @api.model
    def _get_digest(self, vals, attachments):
        """The fingerprint of a message.

        :param dict vals: values of the evidence
        :param ir.attachment attachments: what was attached to it
        :rtype: str
        """
        facts = [
            vals["author_name"],
            vals["author_email"] or "",
            fields.Datetime.to_string(vals["sent_at"]),
            vals["text"],
            vals["message_uid"] or "",
            sorted(f"{file.name} {file.checksum}" for file in attachments),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def write(self, vals):
        if vals:
            raise AccessError(self.env._("Evidence cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Evidence cannot be deleted."))


class SupportViolation(models.Model):
    _inherit = "support.violation"

    evidence_ids = fields.One2many(
        "support.violation.evidence", "violation_id", string="Evidence Records"
    )
    evidence = fields.Html(
        compute="_compute_evidence",
        sanitize=False,
        help="The messages that show the violation, frozen when the ticket was closed.",
    )

    @api.depends("evidence_ids")
    @api.depends_context("lang", "tz")
    def _compute_evidence(self):
        for case in self:
            case.evidence = self.env["ir.qweb"]._render(
                "support_policy.violation_evidence",
                {"case": case, "evidence": case.evidence_ids},
                minimal_qcontext=True,
            )
