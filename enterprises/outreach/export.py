"""Instructors as a workbook: the columns of their sheet, so that an export can be edited and imported again."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.imports.exporting import record_export
from portal.imports.registry import ExportTable
from portal.kit.problems import Invalid

from .models import Instructor
from .queries.instructors import FILTERS, listed, refuse_unknown_town
from .rules import PERSONAL_FIELDS, can_manage_instructor
from .sheets import INSTRUCTOR_SHEET, KINDS

LABELS = {code: label for label, code in KINDS.items()}


def check_filters(user, filters: Mapping[str, str]) -> None:
    """Raises Invalid for a filter, a choice or a code that does not exist."""
    if unknown := filters.keys() - FILTERS - {"search"}:
        raise Invalid({name: _("没有这个筛选条件。") for name in sorted(unknown)})
    listed(user, filters)
    refuse_unknown_town(filters.get("town", ""))


def instructor_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The instructors in the user's scope that pass the filters.

    Names and phones are columns for staff only, filled in where the user manages the town; taking them along is
    recorded as a view.
    """
    rows = listed(user, filters)
    personal = user.scope.is_staff
    columns = [column for column in INSTRUCTOR_SHEET.columns if personal or not column.personal]
    count = rows.order_by().count()
    if personal and count:
        record_export(
            user,
            model="enterprises.Instructor",
            export_id=export_id,
            what=_("导出 %(count)s 名指导员") % {"count": count},
            fields=PERSONAL_FIELDS,
        )
    return ExportTable(
        title=INSTRUCTOR_SHEET.title,
        headers=[column.header for column in columns],
        rows=_rows(rows, user, [column.field for column in columns]),
        count=count,
    )


def _rows(rows: QuerySet[Instructor], user, names: list[str]) -> Iterator[list[Any]]:
    for row in rows.order_by("code").iterator(2_000):
        may = can_manage_instructor(user, row)
        yield [_cell(row, name) if may or name not in PERSONAL_FIELDS else "" for name in names]


def _cell(row: Instructor, name: str) -> Any:
    if name == "kind":
        return LABELS[row.kind]
    if name == "town":
        return row.town.name
    return getattr(row, name)
