"""The secrets of embedded mode: made once, kept in PORTAL_HOME, readable by their owner only."""

import base64
import json
import os
import secrets
from pathlib import Path

from .embedded import write_private


def load_or_create(portal_home: Path) -> dict[str, str]:
    """SECRET_KEY and FIELD_KEYS of this installation; never a default that somebody else has too."""
    path = portal_home / "secrets.json"
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        pass
    portal_home.mkdir(parents=True, exist_ok=True)
    key = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    write_private(path, json.dumps({"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": f"k1:{key}"}))
    return json.loads(path.read_text())
