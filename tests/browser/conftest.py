"""The portal as people use it: `manage.py up` with web, worker and beat, the demo loaded, walked in Chromium.

One portal serves all browser tests of a run; each test works on enterprises of its own. Pictures for the README are
taken when PORTAL_PICTURES is set: `PORTAL_PICTURES=1 make test ARGS=tests/browser`.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from portal.runtime.browser import FLAGS, MISSING, find

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "demo-2026"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}

expect.set_options(timeout=10_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running portal with the songjiang demo."""
    home, port = tmp_path_factory.mktemp("portal"), free_port()
    log = (home / "up.log").open("wb")
    left_out = {"DATABASE_URL", "REDIS_URL", "DB_POOL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", str(port)],
        cwd=ROOT, env={**kept, "PORTAL_HOME": str(home), "WEB_WORKERS": "1"}, stdout=log, stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 150
    while True:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    break
        except OSError:
            pass
        said = (home / "up.log").read_text()
        assert process.poll() is None, f"manage.py up ended early:\n{said}"
        assert time.monotonic() < deadline, f"the portal did not come up:\n{said}"
        time.sleep(0.3)
    yield address
    process.send_signal(signal.SIGINT)
    process.wait(40)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find()
    assert path, MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, portal: str) -> Iterator[Callable[..., Page]]:
    """`visit("bureau")` gives a page of somebody signed in (None: nobody), at 375 px with `phone=True`.

    A script error or a refused resource on any of its pages fails the test.
    """
    contexts, faults = [], []

    def open_page(username: str | None, *, phone: bool = False) -> Page:
        context = chromium.new_context(
            base_url=portal, viewport=PHONE if phone else DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai",
            has_touch=phone, is_mobile=phone, device_scale_factor=2 if phone else 1, accept_downloads=True,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: note(page, message))
        if username:
            page.goto("/accounts/login/")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    def note(page: Page, message: Any) -> None:
        if message.type == "error" and not re.search(
            r"status of (4\d\d)|INTERNET_DISCONNECTED", message.text
        ):
            faults.append(f"{page.url}: {message.text}")

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keeps a picture of a main page for the README, only when asked to: a test run leaves the tree as it was."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("PORTAL_PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png")

    return take


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails on accessibility faults that axe calls serious or critical, and on sideways scrolling."""

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            f"{page.url} {v['id']}: {v['nodes'][0]['html'][:200]} — {v['nodes'][0]['failureSummary'][:300]}"
            for v in result["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
        assert serious == []
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways"

    return check
