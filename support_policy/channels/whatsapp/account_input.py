"""What is typed about a WhatsApp number: checked before it reaches the database.

An error of the database shows the whole row, secrets included, to whoever reads its log
or the server's. The constraints stay, for what happens at the same moment elsewhere.
"""

import logging
import re

from odoo import api, models
from odoo.exceptions import ValidationError

#: Of Meta: no signs, no spaces.
PLAIN_ID = re.compile(r"\w+", re.ASCII)
ADDRESS = re.compile(r"https?://[^\s]+")
TABLE = "support_whatsapp_account"


class SupportWhatsappAccount(models.Model):
    _inherit = "support.whatsapp.account"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            given = self.default_get([*self._fields]) | vals
            whole = {name: given.get(name) for name in self._fields}
            self.browse()._check_input(whole)
        return super().create(vals_list)

    def write(self, vals):
        for account in self:
            both = {name: account[name].id for name in ("team_id", "category_id")}
            account._check_input(both | vals)
        return super().write(vals)

    def _check_input(self, vals):
        """Check values of one number (or of a new one), as far as they are given.

        :raises ValidationError: saying what to type instead
        """
        for name, value in vals.items():
            field = self._fields.get(name)
            typed = field and field.store and field.required and field.type == "char"
            if typed and not value:
                raise ValidationError(
                    self.env._(
                        "Fill in: %(names)s.",
                        names=field._description_string(self.env),
                    )
                )
        for name in ("phone_number_id", "waba_id"):
            if vals.get(name) and not PLAIN_ID.fullmatch(vals[name]):
                raise ValidationError(self._explain(self._ids_are_plain))
        if vals.get("api_url") and not ADDRESS.fullmatch(vals["api_url"]):
            raise ValidationError(self._explain(self._api_url_is_one))
        if not (vals.get("team_id") or vals.get("category_id")):
            raise ValidationError(self._explain(self._goes_somewhere))
        same = [
            ("phone_number_id", "=", vals.get("phone_number_id")),
            ("id", "not in", self.ids),
        ]
        # sudo: also one of another company
        accounts = self.sudo().with_context(active_test=False)
        if vals.get("phone_number_id") and accounts.search_count(same, limit=1):
            raise ValidationError(self._explain(self._phone_number_id_unique))

    def _explain(self, constraint):
        """The message of a constraint, in the user's language."""
        # sudo: it is for whoever reads the error
        known = self.env["ir.model.constraint"].sudo()
        name = constraint.full_name(self)
        said = known.search([("name", "=", name), ("model.model", "=", self._name)])
        return said[:1].message or constraint.get_error_message(self)


class HideRows(logging.Filter):
    """Keeps rows with secrets in them out of the log of the database."""

    def filter(self, record):
        """Name the table only."""
        if TABLE in record.getMessage():
            record.msg, record.args = "(a query on %s: it holds secrets)", (TABLE,)
        return True


logging.getLogger("odoo.sql_db").addFilter(HideRows())
