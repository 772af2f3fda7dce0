"""The ways out of the portal, behind one interface: `send(delivery_id, address, title, text)`.

A gateway is told the delivery's id with each message, so a repeat after a crash is recognised and not sent twice.
"""

import fcntl
import http.client
import json
import os
import smtplib
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

TIMEOUT_SECONDS = 10


class Away(Exception):
    """The gateway cannot be reached or is busy; the same message goes through later. The text says what happened."""


class Refused(Exception):
    """The gateway will never take this message, for the reason in the text."""


class Gateway(Protocol):
    def send(self, delivery_id: UUID, address: str, title: str, text: str) -> None:
        """Hands one message over. Raises Away or Refused."""


class MailGateway:
    """E-mail by Django's mail backend."""

    def send(self, delivery_id: UUID, address: str, title: str, text: str) -> None:
        sender = settings.DEFAULT_FROM_EMAIL
        domain = sender.rpartition("@")[2].strip(" >") or "portal"
        message = EmailMessage(
            title, text, sender, [address], headers={"Message-ID": f"<{delivery_id}@{domain}>"}
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (Refused if code >= 500 else Away)(f"SMTP {code}") from error
        except smtplib.SMTPResponseException as error:
            raise Away(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Away(type(error).__name__) from error


class FileGateway:
    """Appends JSON lines to a file that only its owner reads: the demo's gateway, and a way to look at messages."""

    def __init__(self, path: Path):
        self.path = path

    def send(self, delivery_id: UUID, address: str, title: str, text: str) -> None:
        line = json.dumps(
            {
                "id": str(delivery_id),
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "to": address,
                "title": title,
                "text": text,
            },
            ensure_ascii=False,
        )
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if not self._has(file, delivery_id):
                    file.write(line.encode() + b"\n")
        except OSError as error:
            raise Away(type(error).__name__) from error

    @staticmethod
    def _has(file, delivery_id: UUID) -> bool:
        file.seek(0)
        mark = f'{{"id": "{delivery_id}"'.encode()
        return any(line.startswith(mark) for line in file)


class WebhookGateway:
    """POSTs `{id, to, title, text}` as JSON to an SMS or WeCom service. The id travels as `Idempotency-Key` too.

    2xx and 409 (this id is known) mean delivered; 408, 425, 429 and 5xx mean later; another 4xx means never.
    """

    LATER = frozenset({401, 403, 408, 425, 429})  # a wrong token is ours to mend, not the message's fault

    def __init__(self, url: str, token: str = ""):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ImproperlyConfigured("A notice gateway is smtp, file or an http(s):// address.")
        self.secure, self.host, self.port = parts.scheme == "https", parts.hostname, parts.port
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.token = token

    def send(self, delivery_id: UUID, address: str, title: str, text: str) -> None:
        body = {"id": str(delivery_id), "to": address, "title": title, "text": text}
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(delivery_id)}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        link = self._connection()
        try:
            link.request("POST", self.target, json.dumps(body, ensure_ascii=False).encode(), headers)
            status = link.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Away(type(error).__name__) from error
        finally:
            link.close()
        if 200 <= status < 300 or status == 409:
            return
        raise (Refused if 400 <= status < 500 and status not in self.LATER else Away)(f"HTTP {status}")

    def _connection(self) -> http.client.HTTPConnection:
        if self.secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        return http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)


def gateway_of(channel: str) -> Gateway | None:
    """The gateway of a channel by the settings; None when there is none."""
    name = settings.NOTICE_GATEWAYS.get(channel, "")
    if not name:
        return None
    if name == "smtp":
        return MailGateway()
    if name == "file":
        return FileGateway(settings.NOTICE_OUTBOX_DIR / f"{channel}.jsonl")
    return WebhookGateway(name, settings.NOTICE_GATEWAY_TOKENS.get(channel, ""))
