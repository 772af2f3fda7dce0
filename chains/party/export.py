"""Organisations as a workbook: the columns of their sheet, so that an export can be edited and imported again."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.imports.exporting import record_export
from portal.imports.registry import ExportTable
from portal.kit.problems import Invalid
from portal.territory.models import Area, Town

from ..industry.models import Chain
from .models import EstablishmentMode, OrganizationKind, PartyOrganization
from .queries import FILTERS, PERSONAL, listed, organization_details
from .rules import can_see_secretary
from .sheets import ORGANIZATION_SHEET, STATUSES

LABELS = {code: label for label, code in STATUSES.items()}
BY_CODE = {
    "town": Town, "chain": Chain, "kind": OrganizationKind, "establishment_mode": EstablishmentMode,
    "area": Area, "parent": PartyOrganization,
}  # fmt: skip


def check_filters(user, filters: Mapping[str, str]) -> None:
    """Raises Invalid for a filter, a status or a code that does not exist."""
    unknown = filters.keys() - FILTERS - {"search"}
    if unknown:
        raise Invalid({name: _("没有这个筛选条件。") for name in sorted(unknown)})
    listed(user, filters)
    missing = {
        name: _("没有代码为“%(code)s”的记录。") % {"code": filters[name]}
        for name, model in BY_CODE.items()
        if filters.get(name) and not model.objects.filter(code=filters[name]).exists()
    }
    if missing:
        raise Invalid(missing)


def organization_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The organisations in the user's scope that pass the filters.

    The secretaries are columns for staff only, filled in where the user manages the town or district; taking them
    along is recorded as a view.
    """
    rows = listed(user, filters)
    personal = user.scope.is_staff
    columns = [column for column in ORGANIZATION_SHEET.columns if personal or not column.personal]
    count = rows.order_by().count()
    if personal and count:
        record_export(
            user,
            model="chains.PartyOrganization",
            export_id=export_id,
            what=_("导出 %(count)s 个党组织") % {"count": count},
            fields=PERSONAL,
        )
    return ExportTable(
        title=ORGANIZATION_SHEET.title,
        headers=[column.header for column in columns],
        rows=_rows(rows, user, [column.field for column in columns]),
        count=count,
    )


def _rows(rows: QuerySet[PartyOrganization], user, names: list[str]) -> Iterator[list[Any]]:
    details = organization_details(user).filter(pk__in=rows.order_by().values("pk"))
    for row in details.order_by("code").iterator(2_000):
        may = can_see_secretary(user, town_id=row.town_id, district_id=row.district_id)
        yield [_cell(row, name) if may or name not in PERSONAL else "" for name in names]


def _cell(row: PartyOrganization, name: str) -> Any:
    value = getattr(row, name)
    if name == "status":
        return LABELS[value]
    if name == "parent":
        return value.code if value else ""
    return getattr(value, "name", value)
