import hashlib
import hmac
import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from .. import line as _line  # noqa: F401 (extended here)
from ..inbound import Inbound, Sender
from .call import ANSWERED


class SupportPhoneExchange(models.Model):
    """A telephone exchange that reports calls by itself, with a key of its own."""

    _name = "support.phone.exchange"
    _description = "Telephone Exchange"
    _inherit = ["support.channel.line"]

    key = fields.Char(
        compute="_compute_key",
        inverse="_inverse_key",
        copy=False,
        exportable=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(32),
        help="The exchange sends it with every call. Make a new one if others have "
        "seen it. It is shown only once.",
    )
    key_hash = fields.Char(
        copy=False, exportable=False, readonly=True, groups="base.group_system"
    )

    def _get_path(self):
        return f"/support/phone/{self.id}/call"

    @api.depends_context("support_new_key")
    def _compute_key(self):
        """Nobody knows it any more; only the dialog that shows a new one is told."""
        self.key = self.env.context.get("support_new_key")

    def _inverse_key(self):
        for exchange in self:
            if not exchange.key:
                raise ValidationError(self.env._("Enter a key for the exchange."))
            exchange.key_hash = _hash(exchange.key)

    def _accepts(self, key):
        """Whether a request with this key comes from the exchange.

        Runs as superuser, for the key's hash.

        :param str key: as it was sent, may be anything
        :rtype: bool
        """
        known = self.exists() and self.active and self.key_hash
        return bool(known) and hmac.compare_digest(known, _hash(key))

    def _log_call(self, report):
        """Log a call that the exchange reports; one reported before is found again.

        :param dict report: as ``payload.parse_call`` returns it
        :return: the call
        """
        self.ensure_one()
        calls = self.env["support.phone.call"].with_user(SUPERUSER_ID)
        calls = calls.with_company(self.company_id)
        calls.env["support.turn"]._take(self.id, report["call_uid"])
        if logged := calls._get_logged(self, report["call_uid"]):
            return logged
        e164 = calls.env["res.partner"]._to_e164(report["number"], self.company_id)
        number = e164 or report["number"]
        return calls._log(
            self._read_call(report, number),
            {
                "exchange_id": self.id,
                "call_uid": report["call_uid"],
                "number": number,
                "outcome": report["outcome"],
                "seconds": report["seconds"],
            },
            voicemail=report["voicemail"],
        )

    def _read_call(self, report, number):
        """The call, for the intake. Whoever calls again while an earlier call waits for
        an answer reminds, and is not counted twice (R5).

        :param dict report: as ``payload.parse_call`` returns it
        :param str number: in the international form, if it is one
        :rtype: Inbound
        """
        subject = self._get_subject(report["outcome"], number)
        return Inbound(
            **self.env["helpdesk.ticket.channel"]._get_keys("phone", self.company_id),
            sender=Sender(phone=number),
            subject=subject,
            claimed_at=report["started_at"],
            conversation=(("waiting_since", "!=", False),),
            asks=report["outcome"] != ANSWERED,
            values={
                "category_id": self.category_id.id,
                "team_id": self.team_id.id,
                "partner_name": not number and subject,
            },
        )

    def _get_subject(self, outcome, number):
        lang = self.with_context(lang=self.company_id.partner_id.lang)
        number = number or lang.env._("unknown number")
        if outcome == ANSWERED:
            return lang.env._("Call from %(number)s", number=number)
        return lang.env._("Missed call from %(number)s", number=number)

    def action_renew_key(self):
        """A new key, shown once: the old one opens nothing any more."""
        self.ensure_one()
        self.key = key = secrets.token_urlsafe(32)
        view = self.env.ref("support_policy.support_phone_exchange_view_key")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Key"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"support_new_key": key},
        }


def _hash(key):
    """What is kept of a key. A bare hash is enough, and as fast as it must be for every
    call: keys are 256 random bits, which nobody can guess from it."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
