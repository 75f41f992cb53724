import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .account import ADMINISTRATORS

NAMES = ("verify_token", "app_secret", "access_token")


def _kept_apart(name, **attributes):
    """A field of the number whose value stands in a row of secrets."""

    def inverse(accounts):
        accounts._keep_secret(name)

    return fields.Char(
        compute="_compute_secrets",
        inverse=inverse,
        compute_sudo=True,
        required=True,
        copy=False,
        exportable=False,
        groups=ADMINISTRATORS,
        **attributes,
    )


class SupportWhatsappSecret(models.Model):
    """The secrets of a WhatsApp number, in a row that can break no rule of the
    database: PostgreSQL puts the whole row into its error, for whoever reads a log. So
    nothing here is required, unique or checked; only the number checks that they are
    filled in.

    Nobody has a right to these rows: they are fields of the number to everybody else.
    """

    _name = "support.whatsapp.secret"
    _description = "Secrets of a WhatsApp Number"
    _log_access = False

    account_id = fields.Many2one(
        "support.whatsapp.account", ondelete="cascade", index=True
    )
    verify_token = fields.Char()
    app_secret = fields.Char()
    access_token = fields.Char()

    @api.model
    def _get_rows(self, accounts):
        """The rows of numbers; runs as superuser.

        :rtype: dict of support.whatsapp.secret by the id of the number
        """
        rows = self.search([("account_id", "in", accounts.ids)])
        return {row.account_id.id: row for row in rows}

    @api.model
    def _make_rows(self, accounts):
        """The same, made where they are missing, and ready to be written.

        The server's log shows a query that fails: what can fail, because somebody else
        changes the number at this moment, is done before a secret is in it.
        """
        known = self._get_rows(accounts)
        missing = [one for one in accounts.ids if one not in known]
        for row in self.create([{"account_id": one} for one in missing]):
            known[row.account_id.id] = row
        self.concat(*known.values()).lock_for_update()
        return known


class SupportWhatsappAccount(models.Model):
    _inherit = "support.whatsapp.account"

    verify_token = _kept_apart(
        "verify_token",
        default=lambda self: secrets.token_urlsafe(32),
        help="Enter it at Meta together with the address of the webhook.",
    )
    app_secret = _kept_apart(
        "app_secret",
        help="Shown in the Meta app under Settings, Basic. Meta signs its calls with "
        "it.",
    )
    access_token = _kept_apart(
        "access_token",
        help="Permanent token of a system user at Meta who may send WhatsApp messages.",
    )

    def _compute_secrets(self):
        rows = self.env["support.whatsapp.secret"]._get_rows(self)
        for account in self:
            row = rows.get(account._origin.id)
            for name in NAMES:
                account[name] = row and row[name]

    def _keep_secret(self, name):
        # sudo: who may write these fields has been asked by Odoo; the rows are nobody's
        rows = self.env["support.whatsapp.secret"].sudo()._make_rows(self)
        for account in self:
            rows[account.id][name] = account[name]
        self.env["support.whatsapp.secret"].flush_model()

    @api.constrains(*NAMES)
    def _check_secrets(self):
        # the fields themselves cannot be read while others of them are being written
        rows = self.env["support.whatsapp.secret"]._get_rows(self)
        for account in self:
            missing = [name for name in NAMES if not rows[account.id][name]]
            if missing:
                names = [self._fields[n]._description_string(self.env) for n in missing]
                raise ValidationError(
                    self.env._("Fill in: %(names)s.", names=", ".join(names))
                )
