from datetime import timedelta
from ipaddress import IPv6Address, ip_network

from odoo import api, fields, models
from odoo.tools import hmac

#: How often in an hour one address may do what.
AN_HOUR = timedelta(hours=1)
ALLOWED = {"request": 30, "message": 60, "lost": 10}


class SupportWebVisit(models.Model):
    """What visitors of the public pages have done, for an hour, so that no address does
    it by the thousand. Addresses are kept as fingerprints only."""

    _name = "support.web.visit"
    _description = "Visit to the Support Pages"
    _log_access = False

    action = fields.Char(required=True)
    origin = fields.Char(required=True)
    visited_at = fields.Datetime(required=True, index=True)

    _recent = models.Index("(origin, action, visited_at)")

    @api.model
    def _allow(self, action, address):
        """Whether an address may do this (once more); counts it if so.

        :param str action: one of ``ALLOWED``
        :param str address: of the visitor, as the web server knows it
        :rtype: bool
        """
        # sudo: visitors have no rights at all
        visits = self.sudo()
        now = fields.Datetime.now()
        origin = hmac(visits.env, "support_web_visit", _get_network(address or ""))
        recent = visits.search_count(
            [
                ("origin", "=", origin),
                ("action", "=", action),
                ("visited_at", ">", now - AN_HOUR),
            ]
        )
        if recent >= ALLOWED[action]:
            return False
        visits.create({"action": action, "origin": origin, "visited_at": now})
        return True

    @api.autovacuum
    def _gc_visits(self):
        self.search([("visited_at", "<", fields.Datetime.now() - AN_HOUR)]).unlink()


def _get_network(address):
    """What one visitor has: an address of IPv4, a whole network of IPv6."""
    try:
        return str(ip_network(f"{IPv6Address(address)}/64", strict=False))
    except ValueError:
        return address
