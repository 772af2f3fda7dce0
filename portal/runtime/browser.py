"""Finds the browser for the browser tests, or gets it: `python -m portal.runtime.browser`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN",
)  # fmt: skip
PACKAGES = {
    "apt-get": (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"],
    ),
    "dnf": (["dnf", "install", "-y", "-q", "chromium", "google-noto-sans-cjk-fonts"],),
    "apk": (["apk", "add", "--quiet", "chromium", "font-noto-cjk"],),
}
MISSING = (
    "未找到 Chromium：请安装 Chromium 与中文字体（如 apt-get install chromium fonts-noto-cjk），"
    "或用 PORTAL_CHROMIUM 指明其路径。 / Install Chromium and a Chinese font, or set PORTAL_CHROMIUM."
)


def find() -> str | None:
    """The path of an installed Chromium, PORTAL_CHROMIUM first; None when there is none."""
    given = os.environ.get("PORTAL_CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    return next((path for name in NAMES if (path := shutil.which(name))), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font with Chinese; unknown counts as yes."""
    if not shutil.which("fc-list"):
        return True
    return bool(
        subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout.strip()
    )


def obtain() -> str | None:
    """Installs the system's packages when this user may, else Playwright's own browser. The path, or None."""
    if os.geteuid() == 0:
        for manager, commands in PACKAGES.items():
            if shutil.which(manager):
                environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
                for command in commands:
                    subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
                break
    if path := find():
        return path
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find()


def main() -> int:
    path = find()
    if path is None or not has_chinese_font():
        path = obtain()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
