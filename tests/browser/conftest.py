"""The portal as people use it: `manage.py up` with web, worker and beat, the demo loaded, walked in Chromium.

One portal serves all browser tests of a run; each test works on enterprises of its own. Pictures for the README are
taken when PORTAL_PICTURES is set: `PORTAL_PICTURES=1 make test ARGS=tests/browser`.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from portal.runtime.browser import FLAGS, MISSING, find
from tests.schedule import WALKED

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "demo-2026"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def portal(request: pytest.FixtureRequest) -> str:
    """The address of a running portal with the songjiang demo."""
    return request.config.stash[WALKED].address()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find()
    assert path, MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, portal: str) -> Callable[[str], StorageState]:
    """The cookies of somebody who signed in once by the form; who comes again brings them along."""
    cookies: dict[str, StorageState] = {}

    def state(username: str) -> StorageState:
        if username not in cookies:
            with closing(chromium.new_context(base_url=portal, locale="zh-CN")) as context:
                page = context.new_page()
                page.goto("/accounts/login/")
                page.get_by_label("用户名").fill(username)
                page.get_by_label("密码").fill(PASSWORD)
                page.get_by_role("button", name="登录", exact=True).click()
                page.wait_for_url(lambda url: "/accounts/login" not in url)
                cookies[username] = context.storage_state()
        return cookies[username]

    return state


@pytest.fixture
def visit(chromium: Browser, portal: str, signed_in) -> Iterator[Callable[..., Page]]:
    """`visit("bureau")` gives the start page of somebody signed in (None: nobody), at 375 px with `phone=True`.

    A script error or a refused resource on any of its pages fails the test.
    """
    contexts, faults = [], []

    def open_page(username: str | None, *, phone: bool = False) -> Page:
        context = chromium.new_context(
            base_url=portal, viewport=PHONE if phone else DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai",
            has_touch=phone, is_mobile=phone, device_scale_factor=2 if phone else 1, accept_downloads=True,
            reduced_motion="reduce",  # nobody waits for a menu to slide
            storage_state=signed_in(username) if username else None,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: note(page, message))
        if username:
            page.goto("/")
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
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
        serious = [
            f"{page.url} {v['id']}: {v['nodes'][0]['html'][:200]} — {v['nodes'][0]['failureSummary'][:300]}"
            for v in result["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
        assert serious == []
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways"

    return check
