import hashlib
import hmac

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import line as _line  # noqa: F401 (extended here)
from . import client

#: Who may see the secrets, and where they are sent.
ADMINISTRATORS = "base.group_system"
SIGNED = "sha256="


class SupportWhatsappAccount(models.Model):
    """A WhatsApp number of ours on Meta's Cloud API."""

    _name = "support.whatsapp.account"
    _description = "WhatsApp Number"
    _inherit = ["support.channel.line", "mail.thread", "mail.activity.mixin"]

    name = fields.Char(default="WhatsApp")
    phone_number_id = fields.Char(
        string="Phone Number ID",
        required=True,
        copy=False,
        help="Not the telephone number itself. Meta shows this ID under WhatsApp, API "
        "Setup.",
    )
    waba_id = fields.Char(
        string="Business Account ID",
        help="WhatsApp Business Account ID, from the same page. Templates belong to "
        "this account.",
    )
    api_url = fields.Char(
        string="Cloud API",
        required=True,
        groups=ADMINISTRATORS,
        default=client.API,
        help="Address of the API, including its version.",
    )
    team_id = fields.Many2one(default=lambda self: self._get_default_team())
    number = fields.Char(
        readonly=True, copy=False, help="The telephone number, as Meta displays it."
    )
    url = fields.Char(string="Webhook")
    template_ids = fields.One2many("support.whatsapp.template", "account_id")

    _phone_number_id_unique = models.Constraint(
        "UNIQUE(phone_number_id)", "This number is already connected."
    )
    _ids_are_plain = models.Constraint(
        "CHECK(phone_number_id ~ '^\\w+$' AND COALESCE(waba_id, '0') ~ '^\\w+$')",
        "Enter the IDs shown by Meta, without spaces or signs, rather than the "
        "telephone number.",
    )
    _api_url_is_one = models.Constraint(
        "CHECK(api_url ~ '^https?://[^ ]+$')",
        "Enter the full address of the API, including its version, as shown by Meta.",
    )

    @api.model
    def _get_default_team(self):
        return self.env.ref(
            "support_policy.team_trainee_support", raise_if_not_found=False
        )

    def _get_path(self):
        return f"/support/whatsapp/{self.id}"

    # -- is it Meta? ------------------------------------------------------------

    def _accepts_token(self, token):
        """Whether whoever sets the webhook up knows the verify token.

        Runs as superuser, for the secret.

        :param str token: as it was sent, may be anything
        :rtype: bool
        """
        return _same(self.exists() and self.active and self.verify_token, token)

    def _accepts_signature(self, body, signature):
        """Whether the app whose secret we know has signed a call of the webhook.

        Runs as superuser, for the secret.

        :param bytes body: as it came over the wire
        :param str signature: the header ``X-Hub-Signature-256``, may be anything
        :rtype: bool
        """
        secret = self.exists() and self.active and self.app_secret
        return bool(secret) and _same(sign(body, secret), signature)

    def _get_receiver(self, number_id):
        """The number that an item of a verified call is for. Meta knows one webhook for
        an app, whatever numbers it has: the others are known by the same secret.
        Runs as superuser, for the secrets.

        :param str number_id: phone number id
        :rtype: support.whatsapp.account (empty if it is none of ours)
        """
        other = self.search([("phone_number_id", "=", number_id)], limit=1)
        return other.filtered(lambda one: _same(one.app_secret, self.app_secret))

    # -- set-up -----------------------------------------------------------------

    def action_test(self):
        """Ask Meta for the number's name, and fetch the templates.

        :raises UserError: with what Meta says is wrong
        """
        self.ensure_one()
        self.check_access("write")
        try:
            with client.connect(self) as whatsapp:
                details = whatsapp.get_business_phone_number()
            # sudo: templates are nobody's to change
            count = len(self.sudo()._fetch_templates()) if self.waba_id else 0
        except client.NotDone as problem:
            raise UserError(
                self.env._(
                    "WhatsApp refused the connection: %(reason)s\n\nCheck both IDs "
                    "and the access token, and make sure that this server can "
                    "reach %(url)s.",
                    reason=str(problem),
                    url=self.api_url,
                )
            ) from problem
        self.number = details.display_phone_number
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Connected"),
                "message": self.env._(
                    "%(name)s (%(number)s); approved templates: %(count)s.",
                    name=details.verified_name,
                    number=f"\u2066{self.number}\u2069",
                    count=count,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _in_company_lang(self):
        """The same, in the language of the company's own."""
        return self.with_context(lang=self.company_id.partner_id.lang)

    def _tell_broken(self, reason):
        """Something for this number fails, however often it is tried. It is told at the
        number; if that fails too, away from it.

        :param str reason: for the helpdesk managers
        """
        self.env["support.incident"]._report_surely(
            self,
            f"whatsapp: {self.id}",
            self.company_id,
            self.company_id._get_helpdesk_managers(),
            lambda env: env._("Problems with WhatsApp"),
            reason,
        )

    @api.model
    def _get_default(self, company):
        """The number from which a company writes first.

        :rtype: support.whatsapp.account (empty if it has none)
        """
        # sudo: whoever answers a ticket need not see numbers of other companies
        return self.sudo().search([("company_id", "=", company.id)], limit=1)


def sign(body, secret):
    """The header with which an app's secret signs a body.

    :param bytes body: of the call
    :param str secret: of the app
    """
    return SIGNED + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _same(known, sent):
    """Compare in a time that does not tell how much of it was right. Nothing is not the
    same as nothing."""
    return bool(known and sent) and hmac.compare_digest(
        known.encode(), sent.encode(errors="replace")
    )
