import json

from odoo import http
from odoo.http import request

from .payload import BadCall, parse_call

#: A report with a voicemail in it is at most this large (in bytes).
LARGEST_REPORT = 22_000_000
BEARER = "Bearer "


class SupportPhoneController(http.Controller):
    @http.route(
        "/support/phone/<int:exchange_id>/call",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,  # no browser: the key in the header proves who calls
        save_session=False,
    )
    def support_phone_call(self, exchange_id, **kw):
        """A telephone exchange reports a call, once or again.

        Answers 200 with the ticket's number; 400 with what is wrong; 403 without the
        exchange's key, whether or not there is such an exchange.
        """
        if request.httprequest.method != "POST":
            return _respond(405, error="POST only")  # Odoo also hands OPTIONS over
        header = request.httprequest.headers.get("Authorization") or ""
        key = header.removeprefix(BEARER) if header.startswith(BEARER) else ""
        env = request.env(su=True)  # the key is what gives the right
        exchange = env["support.phone.exchange"].browse(min(exchange_id, 2**31 - 1))
        if not exchange._accepts(key):
            return _respond(403, error="wrong key")
        if (request.httprequest.content_length or 0) > LARGEST_REPORT:
            return _respond(413, error="too large")
        try:
            report = json.loads(request.httprequest.get_data())
            call = parse_call(report)
        except BadCall as bad:
            return _respond(400, error=str(bad))
        except (ValueError, RecursionError):
            return _respond(400, error="not JSON")
        logged = exchange._log_call(call)
        return _respond(200, ticket=logged.ticket_id.number)


def _respond(status, **content):
    return request.make_json_response(content, status=status)
