"""Messages in and out of a running Odoo, and what is said when none is running."""

import hashlib
import hmac
import json
import smtplib
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

import pytest
from workshop import databases, serve
from workshop.place import CHECKOUT, DEV, PYTHON, Problem

SAMPLE = CHECKOUT / "tests/samples/plain.eml"


@pytest.fixture
def port(monkeypatch):
    """A port of this machine that is free, as Odoo's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    monkeypatch.setattr(serve, "PORT", str(number))
    return number


def answer(server):
    """Let a server answer in the background."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_a_port_in_use_is_refused_before_the_set_up(port):
    serve.check_port()
    assert serve.first_free(port) == port
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(Problem, match=f"port {port} is in use: choose another"):
            serve.check_port()
        assert serve.first_free(port) > port


def test_mail_needs_a_message_and_a_running_odoo(port, tmp_path):
    with pytest.raises(Problem, match="no message at “”: make mail FILE="):
        serve.deliver("", databases.DEMO)
    with pytest.raises(Problem, match="no message at “.*absent.eml”"):
        serve.deliver(str(tmp_path / "absent.eml"), databases.DEMO)
    with pytest.raises(Problem, match=f"no Odoo on port {port}.*make run"):
        serve.deliver(str(SAMPLE), databases.DEMO)


def test_whatsapp_needs_words_and_a_running_odoo(port):
    with pytest.raises(Problem, match="nothing to say: make whatsapp TEXT="):
        serve.write_by_whatsapp("", "")
    with pytest.raises(Problem, match=f"no Odoo on port {port}.*make run"):
        serve.write_by_whatsapp("hello", "")


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ("/xmlrpc/2/object",)


def test_mail_reaches_odoos_gateway_as_it_is(port, capsys):
    calls = []
    server = SimpleXMLRPCServer(
        ("127.0.0.1", port), Handler, logRequests=False, allow_none=True
    )
    server.register_function(lambda *args: bool(calls.append(args)), "execute_kw")
    with answer(server):
        serve.deliver(str(SAMPLE), "a_database")
        server.shutdown()
    ((database, _user, _password, model, method, args, _options),) = calls
    assert (database, model, method) == ("a_database", "mail.thread", "message_process")
    assert args[1].data == SAMPLE.read_bytes()
    assert "is delivered to a_database" in capsys.readouterr().err


def test_mail_that_odoo_does_not_take_is_said(port):
    server = SimpleXMLRPCServer(("127.0.0.1", port), Handler, logRequests=False)
    with answer(server):
        with pytest.raises(Problem, match="Odoo did not take the message"):
            serve.deliver(str(SAMPLE), "a_database")
        server.shutdown()


def test_a_whatsapp_message_is_signed_as_meta_does(port):
    calls = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.append((self.headers["X-Hub-Signature-256"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args):
            pass

    address = f"http://127.0.0.1:{port}/support/whatsapp/1"
    command = [*serve.WHATSAPP, "say", address, "السلام عليكم", "+966 50 000 0001"]
    server = HTTPServer(("127.0.0.1", port), Webhook)
    with answer(server):
        options = {"env": databases.odoo_variables(), "capture_output": True}
        subprocess.run([*map(str, command)], check=True, timeout=30, **options)
        server.shutdown()
    ((signature, body),) = calls
    digest = hmac.new(b"stand-in-app-secret", body, hashlib.sha256).hexdigest()
    assert signature == f"sha256={digest}"
    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    assert value["messages"][0]["from"] == "966500000001"
    assert value["messages"][0]["text"] == {"body": "السلام عليكم"}


def test_outgoing_mail_becomes_a_file(port, tmp_path):
    command = [str(PYTHON), str(DEV / "mail_catcher.py"), str(port), str(tmp_path)]
    # in a session of its own, as ``serve.stop`` expects
    options = {"stdout": subprocess.PIPE, "text": True, "start_new_session": True}
    catcher = subprocess.Popen(command, **options)
    try:
        until = time.monotonic() + 20
        while not serve.busy(port) and time.monotonic() < until:
            time.sleep(0.05)
        with smtplib.SMTP("127.0.0.1", port) as mail:
            mail.sendmail(
                "a@x.example", ["b@x.example", "c@x.example"], "Subject: Hi\n"
            )
        assert "mail to b@x.example, c@x.example: Hi" in catcher.stdout.readline()
    finally:
        serve.stop(catcher)
        catcher.stdout.close()
    (file,) = tmp_path.glob("*.eml")
    assert "X-Envelope-To: b@x.example, c@x.example" in file.read_text()
