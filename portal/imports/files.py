"""Files that imports and exports hand out: always as attachments, never kept by a cache."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.http import FileResponse

from portal.accounts.models import User

from . import storage
from .error_workbook import write_error_workbook
from .models import SheetExport, SheetImport
from .queries import place_for_template
from .reading import SheetProblem
from .registry import SheetKind
from .workbooks import write_template, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}


def attachment(path: Path, name: str) -> FileResponse:
    """The file under a name that a person reads."""
    kind = TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response


def template(kind: SheetKind, user) -> FileResponse:
    """The empty workbook of a kind, with the choices that this user has."""
    names = kind.template_names(place_for_template(user))
    return _written(lambda path: write_template(path, kind.sheet, names), f"{kind.title}_导入模板.xlsx")


def errors(sheet_import: SheetImport) -> FileResponse:
    """The bad rows with what is wrong. Raises FileNotFoundError when there are none, or the upload is gone."""
    if not sheet_import.invalid or not sheet_import.stored:
        raise FileNotFoundError
    name = f"{Path(sheet_import.filename).stem}_需更正.xlsx"
    try:
        return _written(lambda path: write_error_workbook(sheet_import, path), name)
    except SheetProblem as problem:
        raise FileNotFoundError from problem


def export(row: SheetExport, *, by: User) -> FileResponse:
    """A finished export. Raises FileNotFoundError before that, when the file has been cleared away, and when it was
    made for another scope than its reader has now: a role that is gone takes its files along."""
    if not row.stored or not row.is_for(by):
        raise FileNotFoundError
    return attachment(storage.path_of(row.stored), row.filename)


def table(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A small table as a workbook at once, without a job: some hundreds of rows. No personal data in it."""
    return _written(lambda path: write_xlsx(path, name, headers, rows), f"{name}.xlsx")


def _written(write: Callable[[Path], object], name: str) -> FileResponse:
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        path = Path(folder) / "sheet.xlsx"
        write(path)
        return attachment(path, name)  # the open file outlives its name
