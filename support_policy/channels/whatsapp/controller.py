from odoo import http
from odoo.http import request

from ..log_filter import hide_in_log

#: Meta's calls are at most this large (in bytes).
LARGEST_CALL = 3_145_728
TEXT = [("Content-Type", "text/plain; charset=utf-8")]
# Meta sends the verify token in the address
hide_in_log(r"(verify_token=)[^&\s\"]*")


class SupportWhatsappController(http.Controller):
    @http.route(
        "/support/whatsapp/<int:account_id>",
        type="http",
        auth="none",
        methods=["GET", "POST"],
        csrf=False,  # no browser: Meta's signature proves who calls
        save_session=False,
        max_content_length=LARGEST_CALL,
    )
    def support_whatsapp_webhook(self, account_id, **_params):
        """Meta sets the webhook up (GET), or tells what has happened (POST).

        Answers the challenge, or 200 as soon as the call is stored; 403 without the
        token or the signature, whether or not there is such an account.
        """
        env = request.env(su=True)  # token and signature are what give the right
        account = env["support.whatsapp.account"].browse(min(account_id, 2**31 - 1))
        if request.httprequest.method == "POST":
            return self._store_call(account)
        if request.httprequest.method in ("GET", "HEAD"):
            return self._shake_hands(account)
        return _respond(405, "GET or POST only")  # Odoo also hands OPTIONS over

    def _shake_hands(self, account):
        params = request.httprequest.args
        token, challenge = params.get("hub.verify_token"), params.get("hub.challenge")
        subscribes = params.get("hub.mode") == "subscribe" and challenge
        if account._accepts_token(token or "") and subscribes:
            return _respond(200, challenge)
        return _respond(403, "wrong token")

    def _store_call(self, account):
        body = request.httprequest.get_data()
        signature = request.httprequest.headers.get("X-Hub-Signature-256") or ""
        if not account._accepts_signature(body, signature):
            return _respond(403, "wrong signature")
        request.env["support.whatsapp.event"]._store(account, body, signature)
        return _respond(200, "stored")


def _respond(status, text):
    return request.make_response(text, headers=TEXT, status=status)
