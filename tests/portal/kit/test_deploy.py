"""A production-like start: `check --deploy` is clean, and nothing starts on a guessable secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PRODUCTION = {
    "DATABASE_URL": "postgresql://app:secret@db.example:5432/portal",
    "REDIS_URL": "redis://valkey.example:6379/0",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "FIELD_KEYS": "k1:" + "ab" * 32,
    "ALLOWED_HOSTS": "portal.example",
}


def check(environment: dict, tmp_path: Path) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--tag", "security", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**kept, "PORTAL_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_production_settings_pass_the_deployment_check(tmp_path):
    answer = check(PRODUCTION, tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout + answer.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS"])
def test_a_secret_that_is_missing_stops_the_start(tmp_path, name):
    answer = check({key: value for key, value in PRODUCTION.items() if key != name}, tmp_path)
    assert answer.returncode != 0
    assert f"{name} must be set" in answer.stderr


@pytest.mark.django_db
def test_every_page_carries_the_headers(client):
    answer = client.get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "'nonce-" in policy or "script-src 'self'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
