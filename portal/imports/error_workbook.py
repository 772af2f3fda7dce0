"""The bad rows of an import, as they were uploaded, with what is wrong: to be corrected and uploaded again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import storage
from .models import SheetImport, SheetImportRow
from .reading import SheetReader, open_sheet
from .registry import kind_of
from .sheet import CellError
from .workbooks import write_errors


def write_error_workbook(sheet_import: SheetImport, target: Path) -> None:
    """Writes the workbook from the stored upload. Raises FileNotFoundError when that has been deleted already."""
    rows = sheet_import.rows.filter(outcome=SheetImportRow.Outcome.INVALID)
    bad = dict(rows.values_list("row_no", "errors"))
    title = kind_of(sheet_import.kind).sheet.title  # the same sheet that was checked
    with open_sheet(storage.path_of(sheet_import.stored), preferred=title) as sheet:
        write_errors(target, sheet.headers, _bad_rows(sheet, bad))


def _bad_rows(sheet: SheetReader, bad: dict[int, list]) -> Iterator[tuple[int, list[Any], list[CellError]]]:
    left = len(bad)
    for first, rows in sheet.batches():
        for row_no, cells in enumerate(rows, start=first):
            if row_no in bad:
                yield row_no, cells, [CellError(**{**error, "row": row_no}) for error in bad[row_no]]
                left -= 1
        if not left:
            return
