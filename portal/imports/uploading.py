"""From an uploaded file to a queued import, for page and API alike."""

from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid

from . import storage
from .actions import start_import
from .models import SheetImport

SUFFIXES = {".xlsx", ".csv"}


def import_upload(*, kind: str, upload: UploadedFile, by: User) -> SheetImport:
    """Keeps the file under a random name and queues its check. Raises Invalid for a file that cannot be a sheet."""
    if upload.size > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 1024 // 1024
        raise Invalid({"file": _("文件超过 %(limit)s MB，请拆分后上传。") % {"limit": limit}})
    if not upload.size:
        raise Invalid({"file": _("文件是空的，请重新选择。")})
    if PurePath(upload.name or "").suffix.lower() not in SUFFIXES:
        raise Invalid({"file": _("请上传 .xlsx 工作簿，或 UTF-8、GB18030 编码的 .csv 文件。")})
    stored, sha256, size = storage.keep_upload(upload)
    try:
        return start_import(
            kind=kind, filename=upload.name or "", stored=stored, sha256=sha256, size=size, by=by
        )
    except BaseException:
        storage.remove(stored)
        raise
