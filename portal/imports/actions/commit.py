"""The commit of a checked import: one transaction, slice by slice, compared anew with what is stored now."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pghistory
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.jobs.actions import enqueue
from portal.jobs.runner import JobRun
from portal.kit.problems import Conflict

from .. import queries, rules, staging
from ..models import SheetImport
from ..registry import Place, SheetKind, kind_of

SLICE = 4_000
Status = SheetImport.Status
TAKE_SLICE = """
INSERT INTO incoming (row_no, key, values, outcome)
SELECT row_no, key, values, outcome FROM imports_sheetimportrow
WHERE sheet_import_id = %(import)s AND row_no > %(after)s AND row_no <= %(upto)s AND outcome <> 'invalid'
"""
LAST_ROW = "SELECT coalesce(max(row_no), 0) FROM imports_sheetimportrow WHERE sheet_import_id = %s"
CORRECT_OUTCOMES = """
UPDATE imports_sheetimportrow r SET outcome = v.outcome
FROM verdict v JOIN incoming i USING (row_no)
WHERE i.outcome <> v.outcome AND r.sheet_import_id = %s AND r.row_no = v.row_no
"""


class _Moved(Exception):
    """Since the check a row has become impossible."""


@transaction.atomic
def request_commit(*, sheet_import: SheetImport, by: User | None, skip_invalid: bool = False) -> SheetImport:
    """A clerk accepts the preview; the commit is queued. Of two clicks one commits, the other gets Conflict.

    Raises Conflict while bad rows remain and `skip_invalid` is not set, or when there is nothing to write;
    PermissionDenied for a role that brings in no data.
    """
    if by is not None and not rules.can_import(by):
        raise PermissionDenied(_("您的角色不能导入数据。"))
    locked = SheetImport.objects.select_for_update().get(pk=sheet_import.pk)
    if by is not None and not kind_of(locked.kind).may_import(by):
        raise PermissionDenied(_("您的角色不能导入这种表格。"))
    if "commit" not in rules.open_moves(locked.status):
        raise Conflict(
            rules.why_closed(locked.status, "commit"),
            code="closed",
            open_moves=rules.open_moves(locked.status),
        )
    if locked.invalid and not skip_invalid:
        raise Conflict(
            _("还有 %(count)s 行有误，请更正后重新上传，或选择跳过有误的行。") % {"count": locked.invalid},
            code="invalid_rows",
        )
    if not locked.valid:
        raise Conflict(_("没有可以写入的行，请更正后重新上传。"), code="nothing_to_commit")
    locked.job = enqueue(
        kind="imports.commit",
        payload={"import": str(locked.pk), "user": by.pk if by else None},
        owner=by,
    )
    locked.status, locked.skip_invalid = Status.COMMITTING, skip_invalid
    locked.version += 1
    locked.save(update_fields=("job", "status", "skip_invalid", "version"))
    return locked


def run_commit(run: JobRun) -> None:
    """Writes one import: all of its valid rows or, when the worker dies, none of them."""
    sheet_import = SheetImport.objects.select_related("uploaded_by", "district").get(pk=run.payload["import"])
    if sheet_import.status != Status.COMMITTING:
        return
    history = {
        "source": "import",
        "user": run.payload.get("user"),
        "file": sheet_import.filename,
        "import": str(sheet_import.pk),
    }
    try:
        with transaction.atomic(), pghistory.context(**history):
            _write(run, sheet_import)
    except _Moved:
        _check_again(sheet_import)


def _write(run: JobRun, sheet_import: SheetImport) -> None:
    kind = kind_of(sheet_import.kind)
    place = replace(queries.place_of(sheet_import), user_id=run.payload.get("user"))
    outcomes: Counter[str] = Counter()
    with connection.cursor() as cursor:
        run.progress(0, sheet_import.valid, _("等待其他写入完成"))
        kind.lock(cursor, place)
        if not SheetImport.objects.filter(pk=sheet_import.pk, status=Status.COMMITTING).exists():
            return
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # references are checked as we go, not all at the end
        staging.create_tables(cursor, kind)
        cursor.execute(LAST_ROW, [sheet_import.pk])
        last = cursor.fetchone()[0]
        size = last if kind.max_rows else SLICE
        for after in range(0, last, size):
            run.progress(outcomes.total(), sheet_import.valid, _("写入"))
            report = partial(_report, run, outcomes.total(), sheet_import.valid)
            outcomes.update(_write_slice(cursor, kind, replace(place, report=report), (after, after + size)))
    run.progress(outcomes.total(), sheet_import.valid, _("完成写入"))
    SheetImport.objects.filter(pk=sheet_import.pk).update(
        status=Status.DONE,
        finished_at=timezone.now(),
        version=F("version") + 1,
        message="",
        **{name: outcomes[name] for name in ("created", "updated", "unchanged")},
    )
    run.hold_lease()


def _report(run: JobRun, before: int, total: int, more: int) -> None:
    run.progress(before + more, total, _("写入"))


def _write_slice(cursor, kind: SheetKind, place: Place, numbers: tuple[int, int]) -> dict[str, int]:
    """Writes the valid rows with numbers above the first and up to the second. Returns how many by outcome."""
    staging.clear(cursor, "incoming", "verdict")
    cursor.execute(TAKE_SLICE, {"import": place.import_id, "after": numbers[0], "upto": numbers[1]})
    staging.count_rows(cursor)
    kind.write(cursor, place)
    counts = staging.counts_of(cursor)
    if counts.get("invalid"):
        raise _Moved
    cursor.execute(CORRECT_OUTCOMES, [place.import_id])
    return counts


@transaction.atomic
def _check_again(sheet_import: SheetImport) -> None:
    job = enqueue(
        kind="imports.check",
        payload={"import": str(sheet_import.pk), "thorough": True},
        owner=sheet_import.uploaded_by,
    )
    SheetImport.objects.filter(pk=sheet_import.pk, status=Status.COMMITTING).update(
        status=Status.QUEUED,
        job=job,
        version=F("version") + 1,
        message=_("检查之后有企业被他人修改，已自动重新检查，请再次预览后提交。"),
    )
