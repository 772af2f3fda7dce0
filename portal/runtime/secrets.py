"""Interim: secrets of embedded mode (to be replaced by the runtime engineer)."""

import base64
import json
import os
import secrets
from pathlib import Path


def load_or_create(portal_home: Path) -> dict[str, str]:
    path = portal_home / "secrets.json"
    if not path.exists():
        portal_home.mkdir(parents=True, exist_ok=True)
        key = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
        path.write_text(json.dumps({"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": f"k1:{key}"}))
    return json.loads(path.read_text())
