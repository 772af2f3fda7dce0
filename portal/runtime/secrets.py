"""The secrets of embedded mode: made once, kept in PORTAL_HOME, readable by their owner only."""

import base64
import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path


def load_or_create(portal_home: Path) -> dict[str, str]:
    """SECRET_KEY and FIELD_KEYS of this installation; never a default that somebody else has too."""
    path = portal_home / "secrets.json"
    if not path.exists():
        make_home(portal_home)
        key = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
        fresh = json.dumps({"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": f"k1:{key}"})
        with contextlib.suppress(FileExistsError):  # another process was quicker: its keys hold
            write_private(path, fresh, replace=False)
    return json.loads(path.read_text())


def make_home(portal_home: Path) -> None:
    """PORTAL_HOME, closed to other users: uploads hold personal data. Root's database user may pass through."""
    if not portal_home.is_dir():
        portal_home.mkdir(parents=True, exist_ok=True)
        portal_home.chmod(0o711 if os.geteuid() == 0 else 0o700)


def write_private(path: Path, text: str, *, replace: bool = True) -> None:
    """Writes a file that only its owner can read, whole or not at all.

    Raises FileExistsError when the file is there and must not be replaced.
    """
    descriptor, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}."
    )  # 0600 from its first moment
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        if replace:
            part.replace(path)
        else:
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
