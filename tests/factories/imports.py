"""Imports as people make them: uploaded, checked, committed, without web, broker or heartbeat."""

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.imports import actions
from portal.imports.models import SheetImport
from portal.imports.registry import kind_of
from portal.imports.uploading import import_upload
from portal.jobs.runner import run_now

from .sheets import as_xlsx


def uploaded(content, by, *, filename: str = "企业.xlsx", kind: str = "enterprises") -> SheetImport:
    """An upload whose check is queued. `content`: bytes of a file, or rows for a workbook."""
    if not isinstance(content, bytes):
        content = as_xlsx(content, [column.title for column in kind_of(kind).sheet.columns])
    return import_upload(kind=kind, upload=SimpleUploadedFile(filename, content), by=by)


def checked(content, by, **how) -> SheetImport:
    """An upload after its check."""
    sheet_import = uploaded(content, by, **how)
    run_now(sheet_import.job)
    sheet_import.refresh_from_db()
    return sheet_import


def committed(content, by, *, skip_invalid: bool = False, **how) -> SheetImport:
    """An upload whose rows are written."""
    sheet_import = checked(content, by, **how)
    sheet_import = actions.request_commit(sheet_import=sheet_import, by=by, skip_invalid=skip_invalid)
    run_now(sheet_import.job)
    sheet_import.refresh_from_db()
    return sheet_import


def errors_of(sheet_import: SheetImport) -> list[tuple[int, str, str]]:
    """(row, column, sentence) of every bad cell."""
    return [
        (row.row_no, error["column"], error["message"])
        for row in sheet_import.rows.filter(outcome="invalid").order_by("row_no")
        for error in row.errors
    ]
