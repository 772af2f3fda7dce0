"""Imports, their rows and exports as pages and programs read them: words for codes, personal values masked."""

from collections.abc import Iterable
from typing import Any

from portal.kit.encryption import decrypt

from .models import SheetExport, SheetImport, SheetImportRow
from .queries import is_waiting, progress
from .registry import SheetKind, exported, kind_of

COUNTS = ("total", "valid", "invalid", "created", "updated", "unchanged")


def import_row(sheet_import: SheetImport) -> dict[str, Any]:
    """One import with its counts and progress."""
    job = sheet_import.job
    return {
        "id": str(sheet_import.pk),
        "kind": sheet_import.kind,
        "kind_label": kind_title(sheet_import.kind),
        "filename": sheet_import.filename,
        "size": sheet_import.size,
        "status": sheet_import.status,
        "status_label": sheet_import.get_status_display(),
        **{name: getattr(sheet_import, name) for name in COUNTS},
        "progress": progress(sheet_import),
        "stage": job.stage if job and sheet_import.is_working else "",
        "waiting": is_waiting(sheet_import),
        "message": sheet_import.message or (job.message if job and sheet_import.is_working else ""),
        "skip_invalid": sheet_import.skip_invalid,
        "uploaded_by": str(sheet_import.uploaded_by or ""),
        "created_at": sheet_import.created_at,
        "checked_at": sheet_import.checked_at,
        "finished_at": sheet_import.finished_at,
        "version": sheet_import.version,
    }


def kind_title(code: str) -> str:
    try:
        return str(exported(code).title)
    except LookupError:
        return code


def sheet_rows(sheet_import: SheetImport, rows: Iterable[SheetImportRow]) -> list[dict[str, Any]]:
    """Rows of an import: what is wrong with them, or what they change."""
    kind = kind_of(sheet_import.kind)
    name_field = kind.name_field
    return [
        {
            "row": row.row_no,
            "key": row.key,
            "name": row.values.get(name_field, "") if name_field else "",
            "outcome": row.outcome,
            "outcome_label": row.get_outcome_display(),
            "errors": [
                {name: error.get(name, "") for name in ("column", "letter", "value", "code", "message")}
                for error in row.errors
            ],
            "changes": [_change(kind, change) for change in row.changes],
        }
        for row in rows
    ]


def _change(kind: SheetKind, change: dict[str, Any]) -> dict[str, Any]:
    name = change["field"]
    return {
        "field": name,
        "label": field_label(kind, name),
        "old": _word(kind, name, change["old"]),
        "new": _word(kind, name, change["new"]),
    }


def field_label(kind: SheetKind, name: str) -> str:
    """The name of a field as its column heads it."""
    if name in kind.field_names:
        return str(kind.field_names[name])
    return kind.sheet.column(name).header


def _word(kind: SheetKind, name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    personal = kind.personal.get(name)
    if personal is not None and str(value).startswith("v1:"):
        return personal.mask(decrypt(value, personal.context))
    return kind.show(name, kind.words.get(name, {}).get(value, value))


def export_row(export: SheetExport) -> dict[str, Any]:
    """One export and how far it is."""
    job = export.job
    working = export.status in {SheetExport.Status.QUEUED, SheetExport.Status.RUNNING}
    return {
        "id": str(export.pk),
        "kind": export.kind,
        "kind_label": kind_title(export.kind),
        "format": export.format,
        "filters": export.filters,
        "status": export.status,
        "status_label": export.get_status_display(),
        "rows": export.rows,
        "progress": (job.done * 100 // job.total if job and job.total else 0) if working else 100,
        "filename": export.filename,
        "message": export.message,
        "created_at": export.created_at,
        "finished_at": export.finished_at,
    }
