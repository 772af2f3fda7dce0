"""Where uploads and finished exports lie: random names below UPLOAD_DIR, never served directly."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

CHUNK = 1024 * 1024


def path_of(stored: str) -> Path:
    """The file behind a stored name."""
    return Path(settings.UPLOAD_DIR) / stored


def new_name(folder: str) -> str:
    """A random name in a folder of its own first letters; the folder is made."""
    name = secrets.token_hex(20)
    stored = f"{folder}/{name[:2]}/{name}"
    path_of(stored).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return stored


def new_file(folder: str) -> str:
    """As `new_name`, with an empty file under that name that only the portal's own user may read."""
    stored = new_name(folder)
    os.close(os.open(path_of(stored), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return stored


def keep(chunks, folder: str) -> tuple[str, str, int]:
    """Writes the chunks of a file. Returns (stored name, sha256, size in bytes)."""
    stored, digest, size = new_name(folder), hashlib.sha256(), 0
    descriptor = os.open(path_of(stored), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return stored, digest.hexdigest(), size


def keep_upload(upload: UploadedFile) -> tuple[str, str, int]:
    """As `keep`, for a file of a request."""
    return keep(upload.chunks(CHUNK), "imports")


def keep_copy(path: Path) -> tuple[str, str, int]:
    """As `keep`, for a file that already lies on this machine (management command)."""
    with path.open("rb") as source:
        return keep(iter(lambda: source.read(CHUNK), b""), "imports")


def remove(stored: str) -> None:
    """Deletes a stored file; a missing one is fine."""
    if stored:
        path_of(stored).unlink(missing_ok=True)
