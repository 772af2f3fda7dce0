"""The gateways: what leaves the portal, and what each answer means."""

import json
import stat
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from portal.notices.gateways import Away, FileGateway, MailGateway, Refused, WebhookGateway, gateway_of

ID = uuid.UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture
def service():
    """A small web service that answers with `service.answer` and keeps what it was told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.told.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(self.server.answer)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.told, server.answer = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/sms?app=1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told_everything_with_the_id(service):
    WebhookGateway(service.url, "secret").send(ID, "13812348000", "提醒", "明天九点")
    ((path, headers, body),) = service.told
    assert path == "/sms?app=1"
    assert body == {"id": str(ID), "to": "13812348000", "title": "提醒", "text": "明天九点"}
    assert headers["Idempotency-Key"] == str(ID)
    assert headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    "answer,outcome",
    [
        (202, None),
        (409, None),
        (400, Refused),
        (404, Refused),
        (401, Away),
        (429, Away),
        (503, Away),
        (302, Away),
    ],
)
def test_what_an_answer_means(service, answer, outcome):
    service.answer = answer
    gateway = WebhookGateway(service.url)
    if outcome is None:
        gateway.send(ID, "13812348000", "t", "x")
    else:
        with pytest.raises(outcome, match=f"HTTP {answer}"):
            gateway.send(ID, "13812348000", "t", "x")


def test_a_service_that_is_not_there():
    with pytest.raises(Away):
        WebhookGateway("http://127.0.0.1:1/").send(ID, "13812348000", "t", "x")


@pytest.mark.parametrize("url", ["ftp://example.cn", "example.cn", "file:///etc/passwd", "https://"])
def test_only_web_addresses(url):
    with pytest.raises(ImproperlyConfigured):
        WebhookGateway(url)


def test_the_file_gateway_writes_private_lines_once_each(tmp_path):
    gateway = FileGateway(tmp_path / "outbox" / "sms.jsonl")
    other = uuid.uuid4()
    for message in (ID, other, ID):
        gateway.send(message, "13812348000", "提醒", f"见 {ID}")
    lines = [json.loads(line) for line in gateway.path.read_text().splitlines()]
    assert [line["id"] for line in lines] == [str(ID), str(other)]
    assert lines[0]["title"] == "提醒"
    assert stat.S_IMODE(gateway.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(gateway.path.parent.stat().st_mode) == 0o700


def test_a_full_disk_is_a_gateway_that_is_away(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Away):
        FileGateway(tmp_path / "file" / "sms.jsonl").send(ID, "1", "t", "x")


def test_mail(settings):
    MailGateway().send(ID, "anna@example.cn", "提醒", "明天九点")
    assert (mail.outbox[0].subject, mail.outbox[0].body) == ("提醒", "明天九点")
    assert str(ID) in mail.outbox[0].message()["Message-ID"]


def test_a_mail_server_that_is_not_there(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    with pytest.raises(Away):
        MailGateway().send(ID, "anna@example.cn", "t", "x")


def test_the_settings_choose(settings, tmp_path):
    settings.NOTICE_OUTBOX_DIR = tmp_path
    settings.NOTICE_GATEWAYS = {"email": "smtp", "sms": "https://sms.example.cn/send", "wecom": ""}
    assert isinstance(gateway_of("email"), MailGateway)
    assert isinstance(gateway_of("sms"), WebhookGateway)
    assert gateway_of("wecom") is None
