"""Files that people attach to a row: judged by content, kept under random names outside the web root, handed out only
after the row's own scope check and always as attachments (reliability.md, Promises).

A feature subclasses `Attachment` with a foreign key to its row, stores by `keep` inside its action, and answers a
download with `download`. The address of the upload must be in settings.UPLOAD_URL_NAMES.
"""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import scanning
from .problems import Invalid
from .text import clean_line

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 10
MAX_ENTRIES = 2_000  # of a zip, which an office document is
MAX_UNPACKED = 200 * 1024 * 1024  # what it says of itself; a reader's machine is to survive opening it
CHUNK = 1024 * 1024
FOLDER = "attachments"
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.ofd"
KINDS = gettext_lazy("PDF、JPG、PNG、Word（.docx）、Excel（.xlsx）和 OFD")

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"
SUFFIXES = {".pdf": PDF, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".docx": DOCX, ".xlsx": XLSX, ".ofd": OFD}
SIGNATURES = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
INSIDE = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("OFD.xml", OFD))
ACTIVE = ("vbaproject.bin", "activex/", "embeddings/")  # what could run, or hide what could


class Attachment(models.Model):
    """A file of a row. `stored` names it below UPLOAD_DIR; `name` is what people called it."""

    name = models.CharField(gettext_lazy("文件名"), max_length=120)
    content_type = models.CharField(gettext_lazy("类型"), max_length=100)
    size = models.PositiveIntegerField(gettext_lazy("大小（字节）"))
    sha256 = models.CharField(gettext_lazy("文件摘要"), max_length=64)
    stored = models.CharField(gettext_lazy("存放名"), max_length=80)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("上传人"),
    )
    uploaded_at = models.DateTimeField(gettext_lazy("上传时间"), auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Kept:
    """A stored file, as the columns of `Attachment` that describe it."""

    name: str
    content_type: str
    size: int
    sha256: str
    stored: str


def content_type_of(file: BinaryIO) -> str | None:
    """What a file is by its content; None for everything that is not accepted, macros and broken archives too."""
    file.seek(0)
    head = file.read(16)
    found = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), None)
    if found or not head.startswith(b"PK\x03\x04"):
        return found
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    names = [one.filename for one in entries]
    if len(names) > MAX_ENTRIES or sum(one.file_size for one in entries) > MAX_UNPACKED:
        return None
    if any(part in name.lower() for name in names for part in ACTIVE) or any(map(_is_program, names)):
        return None
    return next((kind for name, kind in INSIDE if name in names), None)


def _is_program(name: str) -> bool:
    return PurePath(name).suffix.lower() in scanning.EXECUTABLE


def check(upload: UploadedFile, *, field: str = "file") -> tuple[str, str]:
    """(name, content type) of a file that may be kept. Raises Invalid with a sentence for every other one."""
    name = clean_line(PurePath((upload.name or "").replace("\\", "/")).name)
    if not upload.size:
        raise Invalid({field: _("文件是空的，请重新选择。")})
    if upload.size > MAX_BYTES:
        raise Invalid(
            {field: _("文件超过 %(limit)d MB，请压缩后上传。") % {"limit": MAX_BYTES // 1024 // 1024}}
        )
    kind = content_type_of(upload.file)
    upload.file.seek(0)
    if kind is None:
        raise Invalid({field: _("这个文件不能上传。可上传%(kinds)s，不含宏和嵌入对象。") % {"kinds": KINDS}})
    suffix = PurePath(name).suffix.lower()
    if SUFFIXES.get(suffix) != kind:
        raise Invalid(
            {field: _("文件内容与扩展名“%(suffix)s”不符，请核对后上传。") % {"suffix": suffix or "—"}}
        )
    try:
        problem = scanning.hidden(name, kind, upload.file)
    except scanning.ScannerAway as away:
        raise Invalid({field: _("病毒检查暂时不可用，请稍后再上传。")}) from away
    if problem:
        raise Invalid({field: problem})
    upload.file.seek(0)
    stem = PurePath(name).stem[: 120 - len(suffix)]
    return f"{stem}{suffix}", kind


@contextmanager
def keep(upload: UploadedFile, *, field: str = "file") -> Iterator[Kept]:
    """Keeps a checked file for the block that writes its row: when the block fails, the file goes again.

    To be wrapped around the transaction, so that a refused row leaves no file. Raises Invalid (`check`).
    """
    name, kind = check(upload, field=field)
    random = secrets.token_hex(20)
    stored = f"{FOLDER}/{random[:2]}/{random}"
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            for chunk in upload.chunks(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        yield Kept(name, kind, size, digest.hexdigest(), stored)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def path_of(stored: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.UPLOAD_DIR) / stored


def download(attachments: models.QuerySet, pk: int) -> FileResponse:
    """One of the files that the caller may see: saved, never shown inside the portal, never kept by a cache.

    Raises Http404 when it is not among them, or the file is gone.
    """
    attachment = get_object_or_404(attachments, pk=pk)
    try:
        file = path_of(attachment.stored).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def attachment_row(attachment: Attachment, *, by: str | None = None) -> dict[str, object]:
    """An attachment as lists and programs read it. `by`: who laid it there, for readers to whom staff have no names:
    the side or unit instead of the person."""
    person = str(attachment.uploaded_by) if attachment.uploaded_by else ""
    return {
        "id": attachment.pk,
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "uploaded_by": person if by is None else by,
        "uploaded_at": timezone.localtime(attachment.uploaded_at).isoformat(),
    }
