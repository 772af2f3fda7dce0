"""An upload begins, is cancelled, fails, or is forgotten."""

from datetime import timedelta
from pathlib import PurePath

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.jobs.actions import enqueue, request_cancel
from portal.jobs.models import Job
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line
from portal.territory.models import District

from .. import rules, storage
from ..models import SheetExport, SheetImport
from ..queries import home_district, towns_of
from ..registry import kind_of

KEEP_FILES_DAYS = 30
Status = SheetImport.Status


@transaction.atomic
def start_import(
    *,
    kind: str,
    filename: str,
    stored: str,
    sha256: str,
    size: int,
    by: User | None,
    district: District | None = None,
) -> SheetImport:
    """A clerk uploads a sheet; its check is queued with it. `by=None` is the system (management command).

    Raises PermissionDenied for a role that brings in no data of this kind, Invalid for an unknown kind.
    """
    if by is not None and not rules.can_import(by):
        raise PermissionDenied(_("您的角色不能导入数据。"))
    try:
        declared = kind_of(kind)
    except LookupError as error:
        raise Invalid({"kind": _("没有这种表格。")}) from error
    if by is not None and not declared.may_import(by):
        raise PermissionDenied(_("您的角色不能导入这种表格。"))
    district = district or home_district(by)
    if district is None:
        raise Invalid({"kind": _("您的账号没有所属的区，无法导入。")})
    towns = None if by is None else towns_of(by, district.pk)
    sheet_import = SheetImport(
        kind=kind,
        filename=clean_line(PurePath(filename.replace("\\", "/")).name)[:200] or "upload",
        stored=stored,
        sha256=sha256,
        size=size,
        uploaded_by=by,
        district=district,
        towns=None if towns is None else sorted(towns),
    )
    sheet_import.job = enqueue(kind="imports.check", payload={"import": str(sheet_import.pk)}, owner=by)
    sheet_import.save(force_insert=True)
    return sheet_import


@transaction.atomic
def cancel_import(*, sheet_import: SheetImport, by: User | str) -> SheetImport:
    """The upload is given up: nothing of it was or will be written, and the file is deleted.

    `by` is a person, or the name of what gives it up (a command that only checks).
    Raises Conflict once the commit has begun.
    """
    changed = SheetImport.objects.filter(
        pk=sheet_import.pk, status__in=(Status.QUEUED, Status.CHECKING, Status.READY)
    ).update(
        status=Status.CANCELLED,
        finished_at=timezone.now(),
        message=_("已由 %(who)s 取消。") % {"who": by},
        version=F("version") + 1,
    )
    sheet_import.refresh_from_db()
    if not changed:
        raise Conflict(
            rules.why_closed(sheet_import.status, "cancel"),
            code="closed",
            open_moves=rules.open_moves(sheet_import.status),
        )
    if sheet_import.job is not None:
        request_cancel(job=sheet_import.job)
    sheet_import.rows.all()._raw_delete(sheet_import.rows.db)
    transaction.on_commit(lambda: storage.remove(sheet_import.stored))
    return sheet_import


def mark_failed(job: Job) -> None:
    """The job of an import or export is over without success: its users see why, and that nothing was written."""
    if job.payload.get("export"):
        SheetExport.objects.filter(pk=job.payload["export"]).exclude(status="done").update(
            status=SheetExport.Status.FAILED, message=job.message, finished_at=timezone.now()
        )
        return
    SheetImport.objects.filter(
        pk=job.payload["import"], status__in=(Status.QUEUED, Status.CHECKING, Status.COMMITTING)
    ).update(
        status=Status.FAILED,
        message=job.message,
        finished_at=timezone.now(),
        version=F("version") + 1,
        **dict.fromkeys(("created", "updated", "unchanged"), 0),
    )


def forget_old() -> int:
    """Once a day: files of imports and exports, and rows of ended imports, go after KEEP_FILES_DAYS."""
    before = timezone.now() - timedelta(days=KEEP_FILES_DAYS)
    gone = 0
    ended = (Status.DONE, Status.FAILED, Status.CANCELLED)
    for sheet_import in SheetImport.objects.filter(status__in=ended, finished_at__lt=before).exclude(
        stored=""
    ):
        storage.remove(sheet_import.stored)
        sheet_import.rows.all()._raw_delete(sheet_import.rows.db)
        SheetImport.objects.filter(pk=sheet_import.pk).update(stored="")
        gone += 1
    for export in SheetExport.objects.filter(finished_at__lt=before).exclude(stored=""):
        storage.remove(export.stored)
        SheetExport.objects.filter(pk=export.pk).update(stored="")
        gone += 1
    return gone
