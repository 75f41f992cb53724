"""Meta's side: the server that takes what we send."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .calls import BUSINESS_ID, NUMBER_ID, SERIAL

TOKEN = "stand-in-access-token"
VERSION = "/v24.0"
KINDS = ("text", "image", "video", "audio", "document", "template")
LONGEST_TEXT = 4096
#: The types of files that can be uploaded, as the API itself lists them.
TAKEN = {
    *("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"),
    *("application/vnd.ms-powerpoint", "application/msword", "application/pdf"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    *("text/plain", "application/vnd.ms-excel", "image/jpeg", "image/png"),
    *("image/webp", "video/mp4", "video/3gpp"),
}
TEMPLATES = [
    {
        "name": "ticket_update",
        "language": "ar",
        "status": "APPROVED",
        "components": [
            {
                "type": "BODY",
                "text": "عزيزنا {{1}}، لدينا رد على طلبك رقم {{2}}. "
                "نرجو الرد على هذه الرسالة لنواصل خدمتك.",
            },
            {"type": "FOOTER", "text": "فريق الدعم"},
        ],
    },
    {
        "name": "ticket_update",
        "language": "en",
        "status": "APPROVED",
        "components": [
            {
                "type": "BODY",
                "text": "Dear {{1}}, we have an answer to your request {{2}}. "
                "Please reply to this message.",
            }
        ],
    },
    {
        "name": "new_offer",
        "language": "en",
        "status": "REJECTED",
        "components": [{"type": "BODY", "text": "Hello"}],
    },
    {
        "name": "with_picture",
        "language": "en",
        "status": "APPROVED",
        "components": [
            {"type": "HEADER", "format": "IMAGE"},
            {"type": "BODY", "text": "Look"},
        ],
    },
]


class StandIn:
    """The server, and what it has seen.

    ``faults`` are used up one by one, each by the next message: an error's code, or
    what happens instead: ``"break"`` (taken, but the connection breaks before the
    answer), ``"refuse"`` (not taken, the connection breaks), ``"nonsense"``, ``"502"``,
    ``"429"``.
    """

    def __init__(self, port=0, on_sent=None):
        self.sent, self.calls, self.media, self.faults = [], [], {}, []
        self.templates = TEMPLATES
        self.on_sent = on_sent
        handler = type("Handler", (_Handler,), {"api": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}{VERSION}"

    def start(self):
        """Serve in the background."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Close the doors."""
        self.server.shutdown()
        self.server.server_close()

    def keep(self, content, mimetype, size=None):
        """Put a file where a requester's telephone would have put it.

        :param int size: as Meta states it, if that is not the truth
        :return: its id
        """
        uid = str(next(SERIAL))
        self.media[uid] = (mimetype, content, len(content) if size is None else size)
        return uid

    def take(self, message):
        """Check a message as Meta does, and take it.

        :return: the answer's status and content
        """
        kind = message.get("type")
        if message.get("messaging_product") != "whatsapp" or kind not in KINDS:
            return _error(400, 100, "Invalid parameter")
        if not (message.get("to") or message.get("recipient")):
            return _error(400, 100, "The parameter to is required.")
        content = message.get(kind) or {}
        if kind == "text" and not 0 < len(content.get("body", "")) <= LONGEST_TEXT:
            return _error(400, 131009, "Parameter value is not valid")
        if kind == "template" and not self._knows(content):
            return _error(404, 132001, "Template name does not exist")
        if kind not in ("text", "template") and content.get("id") not in self.media:
            return _error(400, 131009, "Media id is not valid")
        uid = f"wamid.{next(SERIAL)}"
        self.sent.append({**message, "uid": uid})
        to = message.get("to") or message["recipient"]
        answer = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": to}],
            "messages": [{"id": uid}],
        }
        if self.on_sent:
            threading.Thread(target=self.on_sent, args=(self.sent[-1],)).start()
        return 200, answer

    def _knows(self, content):
        for template in self.templates:
            same = template["name"] == content.get("name")
            code = (content.get("language") or {}).get("code")
            if same and template["language"] == code:
                return template["status"] == "APPROVED"
        return False


def _error(status, code, words):
    error = {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code}
    return status, {"error": {**error, "fbtrace_id": "AbC"}}


class _Handler(BaseHTTPRequestHandler):
    api: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        """Say nothing: the tests look at what was seen."""

    def do_GET(self):
        path = urlsplit(self.path)
        query = parse_qs(path.query)
        self.api.calls.append(("GET", path.path))
        *_rest, name = path.path.split("/")
        if not self._is_allowed():
            return
        if path.path.startswith("/file/") and name in self.api.media:
            self._send(200, self.api.media[name][1], self.api.media[name][0])
        elif name == NUMBER_ID:
            self._answer(
                200,
                {
                    "id": NUMBER_ID,
                    "display_phone_number": "+966 50 000 0022",
                    "verified_name": "Diploma Platform",
                    "quality_rating": "GREEN",
                },
            )
        elif path.path == f"{VERSION}/{BUSINESS_ID}/message_templates":
            self._answer(200, self._get_page(query))
        elif name in self.api.media:
            mimetype, content, size = self.api.media[name]
            details = {
                "messaging_product": "whatsapp",
                "id": name,
                "url": self.api.url.removesuffix(VERSION) + f"/file/{name}",
                "mime_type": mimetype,
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_size": size,
            }
            self._answer(200, details)
        else:
            self._answer(*_error(400, 100, "Object does not exist"))

    def _get_page(self, query):
        """Two templates a page, whatever is asked for: so all pages must be read."""
        start = int(query.get("after", ["0"])[0])
        end = start + 2
        more = end < len(self.api.templates)
        paging = {"cursors": {"before": str(start), "after": str(end)}}
        if more:
            paging["next"] = f"{self.api.url}/{BUSINESS_ID}/message_templates"
        return {"data": self.api.templates[start:end], "paging": paging}

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.api.calls.append(("POST", self.path))
        if not self._is_allowed():
            return
        if self.path == f"{VERSION}/{NUMBER_ID}/media":
            self._upload(body)
        elif self.path == f"{VERSION}/{NUMBER_ID}/messages":
            self._take(body)
        else:
            self._answer(*_error(400, 100, "Object does not exist"))

    def _upload(self, body):
        boundary = self.headers.get_param("boundary").encode()
        for part in body.split(b"--" + boundary):
            head, _blank, content = part.partition(b"\r\n\r\n")
            if b'name="file"' in head:
                mimetype = re.search(rb"Content-Type: ([^\r;]+)", head)[1].decode()
                if mimetype not in TAKEN:
                    words = "Param file must be a file with one of the following types"
                    self._answer(*_error(400, 100, words))
                    return
                self._answer(200, {"id": self.api.keep(content[:-2], mimetype)})
                return
        self._answer(*_error(400, 100, "The parameter file is required."))

    def _take(self, body):
        fault = self.api.faults.pop(0) if self.api.faults else None
        if isinstance(fault, int):
            self._answer(*_error(400, fault, "A fault that was asked for"))
        elif fault in ("429", "502"):
            self._send(int(fault), b"<html>Not now</html>", "text/html")
        elif fault == "refuse":
            self.close_connection = True
        else:
            status, answer = self.api.take(json.loads(body))
            if fault == "break":
                self.close_connection = True
            elif fault == "nonsense":
                self._send(200, b"<html>", "text/html")
            else:
                self._answer(status, answer)

    def _is_allowed(self):
        if self.headers.get("Authorization") == f"Bearer {TOKEN}":
            return True
        self._answer(*_error(401, 190, "Invalid OAuth access token"))
        return False

    def _answer(self, status, content):
        self._send(status, json.dumps(content).encode(), "application/json")

    def _send(self, status, content, mimetype):
        self.send_response(status)
        self.send_header("Content-Type", mimetype)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
