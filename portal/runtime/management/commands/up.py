"""`manage.py up`: everything behind one command; Ctrl-C stops it all."""

import argparse
import http.client
import os
import signal
import sys

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from portal.runtime.embedded import ensure_running, needed
from portal.runtime.supervisor import Child, Supervisor, SupervisorError, claim, require_free_port

DEMOS = ("songjiang", "baoshan", "pukou", "suqian", "none")
SIGN_INS = (
    ("admin", "系统管理员"),
    ("bureau", "区局（全区）"),
    ("station-jiuting", "九亭指导站"),
    ("station-sheshan", "佘山指导站"),
    ("dept-tax", "税务局"),
    ("institution-01", "技术机构"),
    ("enterprise-01", "企业"),
    ("enterprise-02", "企业"),
    ("leader", "领导"),
)
PASSWORD = "demo-2026"  # noqa: S105 - exists only in a database that load_demo filled


class Command(BaseCommand):
    help = "Start services, migrate, load the demo, and serve with web, worker and beat under one supervisor."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--port", type=port_number, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument(
            "--demo", choices=DEMOS, help="default: songjiang when the database is embedded, else none"
        )
        parser.add_argument("--no-worker", action="store_true", help="web only")

    def handle(self, *args, port: int, host: str, demo: str | None, no_worker: bool, **options) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to stop before anything serves
        try:
            lock = claim(settings.PORTAL_HOME)
            require_free_port(host, port)
        except SupervisorError as error:
            raise CommandError(str(error)) from error
        self._tell("正在准备数据库……")
        call_command("migrate", interactive=False, verbosity=0)
        demo = demo or (settings.PORTAL_DISTRICT if settings.EMBEDDED else "none")
        if demo != "none":
            self._tell(f"正在载入演示数据 {demo}……")
            call_command("load_demo", demo)
        for connection in connections.all():
            connection.close()
            connection.close_pool()
        code = self._serve(host, port, demo, no_worker)
        lock.close()
        sys.exit(code)

    def _serve(self, host: str, port: int, demo: str, no_worker: bool) -> int:
        return Supervisor(
            children(host, port, no_worker),
            settings.PORTAL_HOME / "log",
            keep_services=(lambda: ensure_running(settings.PORTAL_HOME)) if needed() else None,
            ready=lambda: answers(host, port),
            on_ready=lambda: self._greet(host, port, demo),
        ).run()

    def _greet(self, host: str, port: int, demo: str) -> None:
        lines = ["", f"  产业链党建门户： http://{host}:{port}", ""]
        if demo != "none":
            lines += [f"    {name:<18}{role}" for name, role in SIGN_INS]
            lines += ["", f"  演示账号密码均为 {PASSWORD}"]
        if demo == "songjiang":
            lines += ["  其他部门的账号（dept-market、dept-economy 等）见 README“Work orders”一节。"]
        lines += [f"  日志： {settings.PORTAL_HOME / 'log'}", "  按 Ctrl-C 停止。", ""]
        self._tell("\n".join(lines))

    def _tell(self, text: str) -> None:
        """Seen at once, in a pipe too."""
        self.stdout.write(text)
        self.stdout.flush()


def port_number(text: str) -> int:
    """A TCP port, 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"端口应为 1 至 65535 的整数：{text}")
    return int(text)


def answers(host: str, port: int) -> bool:
    """Whether the web server answers `/livez` now."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def children(host: str, port: int, no_worker: bool) -> list[Child]:
    """The processes of a running portal. Worker and beat keep single connections: a pool does not survive a fork."""
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", os.environ.get("WEB_WORKERS", "2"), "--blocking-threads", "4", "--respawn-failed-workers",
        "--no-ws", "portal.wsgi:application",
    ]  # fmt: skip
    celery = [sys.executable, "-m", "celery", "-A", "portal.celery"]
    single = {"DB_POOL": "0"}
    result = [Child("web", web)]
    if not no_worker:
        result += [
            Child("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"], single),
            Child("beat", [*celery, "beat", "--loglevel", "WARNING"], single),
        ]
    return result
