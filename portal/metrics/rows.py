"""A row behind a figure as REST and the page show it."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from .queries.rows import Behind
from .registry import Column


def behind_row(behind: Behind, row: dict[str, Any]) -> dict[str, Any]:
    """The row's columns by name and the address of its page ("" when it has none)."""
    shown = {column.name: row[f"row_{column.name}"] for column in behind.shown.columns}
    return {"id": row["pk"], **shown, "url": page_of(behind, row)}


def page_of(behind: Behind, row: dict[str, Any]) -> str:
    """The address of the page on which a person sees the row."""
    page = behind.shown.page
    return reverse(page[0], args=[row["row_page"]]) if page and row["row_page"] is not None else ""


def text_of(column: Column, value: Any) -> str:
    """A value as people read it: the label of a code, a moment by the clock here, a dash for nothing."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(dict(column.choices).get(value, value)) if column.choices else str(value)
