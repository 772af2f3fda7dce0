"""A list is taken along as a workbook: asked for, made in the background, fetched."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.jobs.actions import enqueue
from portal.jobs.runner import JobFailed, JobRun
from portal.kit.problems import Invalid

from .. import rules, storage
from ..models import SheetExport
from ..registry import exported
from ..workbooks import write_csv, write_xlsx

REPORT_EVERY = 500
Status = SheetExport.Status


@transaction.atomic
def request_export(*, kind: str, filters: Mapping[str, str], format: str, by: User) -> SheetExport:
    """Somebody asks for a list as a file; it is made in the background for the scope of who asked, and only for it.

    Raises PermissionDenied for roles without lists, Invalid for an unknown kind, format or filter.
    """
    if not rules.can_export(by):
        raise PermissionDenied(_("您的角色不能导出数据。"))
    try:
        declared = exported(kind)
    except LookupError as error:
        raise Invalid({"kind": _("没有这种表格。")}) from error
    if format not in SheetExport.Format.values:
        raise Invalid({"format": _("只能导出为 xlsx 或 csv。")})
    declared.check_filters(by, filters)
    export = SheetExport(
        kind=kind, format=format, filters=dict(filters), requested_by=by, scope=by.scope.fingerprint
    )
    export.job = enqueue(kind="exports.build", payload={"export": str(export.pk)}, owner=by)
    export.save(force_insert=True)
    return export


def run_export(run: JobRun) -> None:
    """Writes the file of one export, with the rows that its owner sees, if that is still what they were."""
    export = SheetExport.objects.select_related("requested_by").get(pk=run.payload["export"])
    if export.status == Status.DONE:
        return
    SheetExport.objects.filter(pk=export.pk).update(status=Status.RUNNING)
    user = export.requested_by
    if not user.is_active or not rules.can_export(user):
        raise JobFailed(_("您的角色不能导出数据。"))
    if not export.is_for(user):
        raise JobFailed(_("您的角色或范围已变更，请重新导出。"))
    kind = exported(export.kind)
    table = kind.export(user, export.filters, str(export.pk))
    stored = storage.new_file("exports")
    rows = _reported(run, table.rows, table.count)
    try:
        if export.format == SheetExport.Format.XLSX:
            count = write_xlsx(storage.path_of(stored), table.title, table.headers, rows)
        else:
            count = write_csv(storage.path_of(stored), table.headers, rows)
        day = timezone.localdate()
        with transaction.atomic():
            SheetExport.objects.filter(pk=export.pk).update(
                status=Status.DONE,
                rows=count,
                stored=stored,
                filename=f"{table.title}_{day:%Y%m%d}.{export.format}",
                finished_at=timezone.now(),
            )
            run.hold_lease()
    except BaseException:
        storage.remove(stored)
        raise


def _reported(run: JobRun, rows: Iterable[Iterable[Any]], count: int) -> Iterator[Iterable[Any]]:
    for done, row in enumerate(rows):
        if done % REPORT_EVERY == 0:
            run.progress(done, count, _("生成文件"))
        yield row
