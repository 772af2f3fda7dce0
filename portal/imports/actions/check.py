"""The check of an upload: read in a limited child process, every cell checked, every row compared with what is stored.

All of it is one transaction: a worker that dies leaves nothing behind, and the next one starts clean.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.jobs.runner import Cancelled, JobFailed, JobRun

from .. import queries, staging, storage
from ..models import SheetImport, SheetImportRow
from ..read_ahead import read_ahead
from ..reading import Limits, SheetProblem, SheetReader, inspect
from ..registry import SheetKind, kind_of
from ..sheet import CellError, Checker

Status = SheetImport.Status
STORE_SLICE = """
INSERT INTO imports_sheetimportrow (sheet_import_id, row_no, key, outcome, values, errors, changes)
SELECT %(import)s, i.row_no, i.key, v.outcome, i.values,
  CASE WHEN v.faults IS NOT NULL THEN (
      SELECT jsonb_agg((%(refusals)s::jsonb -> (f ->> 'field')) || (f - 'field')) FROM jsonb_array_elements(v.faults) f)
    WHEN v.error IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(
    (%(refusals)s::jsonb -> v.error) || jsonb_build_object('value', coalesce(v.value, ''))) END, v.changes
FROM incoming i JOIN verdict v USING (row_no)
UNION ALL
SELECT %(import)s, row_no, key, 'invalid', values, errors, '[]' FROM refused
ORDER BY 2
"""
# A small file is taken as a whole: no row may lean on one that will be refused for its twin.
SET_TWINS_ASIDE = """
WITH twins AS (DELETE FROM incoming WHERE row_no = ANY (%s) RETURNING row_no, key, values)
INSERT INTO refused (row_no, key, values, errors) SELECT row_no, key, values, '[]' FROM twins
"""
REFUSE_TWIN = """
UPDATE imports_sheetimportrow SET outcome = 'invalid', changes = '[]', errors = errors || %(error)s::jsonb
WHERE sheet_import_id = %(import)s AND row_no = %(row)s
"""


def run_check(run: JobRun) -> None:
    """Checks one import and leaves it `ready` with its rows, or failed with a sentence; repeated runs give the same."""
    sheet_import = SheetImport.objects.select_related("uploaded_by", "district").get(pk=run.payload["import"])
    started = SheetImport.objects.filter(
        pk=sheet_import.pk, status__in=(Status.QUEUED, Status.CHECKING)
    ).update(status=Status.CHECKING, version=F("version") + 1)
    if not started:
        return
    try:
        with transaction.atomic():
            counts = _Check(run, sheet_import).all_rows()
            finished = SheetImport.objects.filter(pk=sheet_import.pk, status=Status.CHECKING).update(
                status=Status.READY,
                checked_at=timezone.now(),
                version=F("version") + 1,
                **counts,
            )
            if not finished:
                raise Cancelled
            run.hold_lease()
    except SheetProblem as problem:
        raise JobFailed(problem.message) from problem


@dataclass
class _Slice:
    """Checked rows as lines for COPY; `end` is the number of file rows read so far."""

    valid: list[bytes]
    refused: list[bytes]
    end: int


def _whole(slices: Iterator[_Slice]) -> Iterator[_Slice]:
    """All slices as one."""
    whole = _Slice([], [], 0)
    for slice_ in slices:
        whole = _Slice(whole.valid + slice_.valid, whole.refused + slice_.refused, slice_.end)
    yield whole


class _Check:
    """One pass over the file. Reading and checking run ahead in a thread while the database takes the last slice."""

    def __init__(self, run: JobRun, sheet_import: SheetImport):
        self.run = run
        self.sheet_import = sheet_import
        self.kind: SheetKind = kind_of(sheet_import.kind)
        self.place = replace(queries.place_of(sheet_import), thorough=bool(run.payload.get("thorough")))
        self.seals = staging.Seals(self.kind)
        self.first_row_of: dict[str, int] = {}
        self.twins: dict[int, int] = {}
        self.outcomes: Counter[str] = Counter()

    def all_rows(self) -> dict:
        """Reads and stores all rows. Returns the counts and remarks for the import. Raises SheetProblem."""
        SheetImportRow.objects.filter(sheet_import=self.sheet_import)._raw_delete("default")
        path = storage.path_of(self.sheet_import.stored)
        if not self.sheet_import.stored or not path.exists():
            raise SheetProblem("gone", _("上传的文件已不存在，请重新上传。"))
        self.run.progress(0, 0, _("读取文件"))
        references = self.kind.references(self.place)
        with connection.cursor() as cursor, self._open(path) as sheet:
            staging.create_tables(cursor, self.kind)
            checker = self.kind.sheet.compile(sheet.headers, references)
            self.refusals = self._refusals(checker)
            with read_ahead(self._slices(sheet, checker)) as slices:
                for slice_ in _whole(slices) if self.kind.max_rows else slices:
                    self._store(cursor, slice_)
                    self.run.progress(slice_.end, sheet.total or slice_.end, _("检查"))
            self.run.progress(sum(self.outcomes.values()), sum(self.outcomes.values()), _("整理检查结果"))
            self._refuse_twins(cursor, checker)
        total = self.outcomes.total()
        if total == 0:
            raise SheetProblem("empty", _("表格只有表头，没有数据行。"))
        invalid = self.outcomes["invalid"]
        return {
            "total": total,
            "valid": total - invalid,
            **{name: self.outcomes[name] for name in ("invalid", "created", "updated", "unchanged")},
            **({"message": " ".join(checker.remarks)[:400]} if checker.remarks else {}),
        }

    def _open(self, path: Path) -> SheetReader:
        file = inspect(path)
        claimed = PurePath(self.sheet_import.filename).suffix.lower().lstrip(".")
        if claimed in {"xlsx", "csv"} and claimed != file.format:
            raise SheetProblem(
                "renamed",
                _("文件名是 .%(claimed)s，内容却是 .%(actual)s，请另存为正确的格式后再上传。")
                % {"claimed": claimed, "actual": file.format},
            )
        return SheetReader(file, limits=Limits(rows=self.kind.max_rows or settings.IMPORT_MAX_ROWS))

    def _slices(self, sheet: SheetReader, checker: Checker) -> Iterator[_Slice]:
        """Runs in the reading thread: no database here."""
        for first, rows in sheet.batches():
            slice_ = _Slice([], [], first + len(rows) - 2)
            for row in checker.check(rows, first):
                key = self.kind.sheet.key_of(row.values)
                if key:
                    twin = self.first_row_of.setdefault(key, row.row_no)
                    if twin != row.row_no:
                        self.twins[twin] = row.row_no
                        row.errors.append(self._twin_error(checker, row.row_no, key, twin))
                if row.errors:
                    slice_.refused.append(staging.refused_line(row, key, self.kind, self.seals))
                else:
                    slice_.valid.append(staging.valid_line(row, key, self.seals))
            yield slice_

    def _store(self, cursor, slice_: _Slice) -> None:
        staging.clear(cursor, "incoming", "refused", "verdict")
        refused = len(slice_.refused)
        if slice_.valid:
            staging.fill(cursor, "incoming", "row_no, key, values", slice_.valid)
            if self.kind.max_rows and self.twins:
                cursor.execute(SET_TWINS_ASIDE, [list(self.twins)])
                refused += cursor.rowcount
            staging.count_rows(cursor)
            count = len(slice_.valid)
            report = partial(self._report, done=slice_.end - count, total=slice_.end)
            self.kind.classify(cursor, replace(self.place, report=report))
        if slice_.refused:
            staging.fill(cursor, "refused", "row_no, key, values, errors", slice_.refused)
        cursor.execute(STORE_SLICE, {"import": self.sheet_import.pk, "refusals": self.refusals})
        self.outcomes.update(staging.counts_of(cursor))
        self.outcomes["invalid"] += refused

    def _report(self, more: int, *, done: int, total: int) -> None:
        self.run.progress(done + more, total, _("检查"))

    def _refusals(self, checker: Checker) -> str:
        """The errors that only the database can find, by field, as they are stored."""
        return staging.as_json(
            {
                column.field: CellError(
                    0, column.header, checker.letters.get(column.field, ""), "", "refused",
                    str(self.kind.refusals.get(column.field, "")),
                ).as_json()
                for column in self.kind.sheet.columns
            }
        ).decode()  # fmt: skip

    def _twin_error(self, checker: Checker, row_no: int, key: str, twin: int) -> CellError:
        columns = [self.kind.sheet.column(name) for name in self.kind.sheet.key_fields]
        return CellError(
            row_no,
            columns[0].header,
            checker.letters.get(columns[0].field, ""),
            key,
            "duplicate",
            _("与第 %(row)s 行重复，同一文件中每个%(column)s只能出现一次。")
            % {"row": twin, "column": "＋".join(column.header for column in columns)},
        )

    def _refuse_twins(self, cursor, checker: Checker) -> None:
        """The first of two equal keys was taken for good when it was read; now it is named as well."""
        if not self.twins:
            return
        first = list(self.twins)
        cursor.execute(
            "SELECT row_no, outcome, key FROM imports_sheetimportrow WHERE sheet_import_id = %s AND row_no = ANY (%s)",
            [self.sheet_import.pk, first],
        )
        for row_no, outcome, key in cursor.fetchall():
            self.outcomes[outcome] -= 1
            self.outcomes["invalid"] += 1
            error = self._twin_error(checker, row_no, key, self.twins[row_no])
            cursor.execute(
                REFUSE_TWIN,
                {
                    "error": staging.as_json([error.as_json()]).decode(),
                    "import": self.sheet_import.pk,
                    "row": row_no,
                },
            )
