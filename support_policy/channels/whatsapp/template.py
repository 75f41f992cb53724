import logging
import re

from odoo import api, fields, models

from ...sla.attempt import attempt
from . import account as _account  # noqa: F401 (extended here)
from . import client

_logger = logging.getLogger(__name__)

#: A variable in the text of a template: a number, or a name.
VARIABLE = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
APPROVED = "APPROVED"
#: Parts of a template that need nothing from us.
FIXED_PARTS = {"BODY", "FOOTER", "BUTTONS"}


class SupportWhatsappTemplate(models.Model):
    """A message that Meta has approved: the only kind that goes through when the
    requester has been silent for 24 hours. Kept as Meta has it, never edited here."""

    _name = "support.whatsapp.template"
    _description = "WhatsApp Template"
    _order = "name, language, id"

    account_id = fields.Many2one(
        "support.whatsapp.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True
    )
    name = fields.Char(required=True)
    language = fields.Char(required=True, help="Meta's code for the language.")
    body = fields.Text(required=True)
    active = fields.Boolean(
        default=True,
        help="Only templates that Meta has approved, and that have no "
        "files or links to fill in, can be sent.",
    )

    _once = models.Constraint(
        "UNIQUE(account_id, name, language)", "This template already exists."
    )

    @api.depends("name", "language")
    def _compute_display_name(self):
        for template in self:
            template.display_name = f"{template.name} ({template.language})"

    def _get_variables(self):
        """What has to be filled in: numbers or names, in the order of the text.

        :rtype: list of str
        """
        return list(dict.fromkeys(VARIABLE.findall(self.body or "")))

    def _fill(self, values):
        """The text as the requester will read it.

        :param dict values: texts by variable; one that is missing stays as it is
        :rtype: str
        """
        return VARIABLE.sub(
            lambda found: values.get(found[1]) or found[0], self.body or ""
        )

    def _prepare_part(self, values):
        """The one message that it is, in the queue.

        :param dict values: texts by variable
        :rtype: dict
        """
        return {
            "message_type": "template",
            "template_id": self.id,
            "template_values": values,
            "body": self._fill(values),
        }


class SupportWhatsappAccount(models.Model):
    _inherit = "support.whatsapp.account"

    @api.model
    def _cron_templates(self):
        """Bring all templates in line with Meta's, which may have paused some."""
        accounts = self.search([("waba_id", "!=", False)])
        for number, account in enumerate(accounts, start=1):
            if error := attempt(self.env, account._fetch_templates):
                _logger.warning("Templates of %s", account.name, exc_info=error)
                account._tell_broken(str(error))
            left = len(accounts) - number
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    def _fetch_templates(self):
        """Bring the templates in line with Meta's: by name and language.

        Runs as superuser: templates are only changed by this.

        :return: those that can be sent
        :raises client.NotDone: if Meta does not tell
        """
        self.ensure_one()
        offered = self._read_templates()
        for known in self.with_context(active_test=False).template_ids:
            vals = offered.pop((known.name, known.language), {})
            known.write({**vals, "active": bool(vals)})
        self.template_ids.create(
            [{"account_id": self.id, **vals} for vals in offered.values()]
        )
        return self.template_ids

    def _read_templates(self):
        """Meta's templates that an agent can send.

        :rtype: dict of values by name and language
        """
        languages, found, after = client.get_languages(), {}, None
        with client.connect(self) as whatsapp:
            while True:
                page = whatsapp.api.get_templates(
                    self.waba_id,
                    fields=("name", "language", "status", "components"),
                    pagination={"limit": "100"} | ({"after": after} if after else {}),
                )
                for template in page["data"]:
                    name, language = template["name"], template["language"]
                    body = _get_sendable_body(template)
                    if body and language in languages:
                        vals = {"name": name, "language": language, "body": body}
                        found[name, language] = vals
                paging = page.get("paging") or {}
                after = (paging.get("cursors") or {}).get("after")
                if not (after and paging.get("next")):
                    return found


def _get_sendable_body(template):
    """The text of a template that needs no more than texts in its body."""
    parts = {part["type"]: part for part in template.get("components") or []}
    header = parts.pop("HEADER", {})
    variable = "{{" in f"{header.get('text', '')}{parts.get('BUTTONS', '')}"
    plain = header.get("format", "TEXT") == "TEXT" and not variable
    if template.get("status") != APPROVED or not plain or parts.keys() - FIXED_PARTS:
        return ""
    return (parts.get("BODY") or {}).get("text") or ""
