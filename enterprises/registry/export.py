"""Enterprises as a workbook: the columns of the enterprise sheet, so that an export can be edited and imported again."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from portal.imports.exporting import record_export
from portal.imports.registry import ExportTable

from ..profile.models import PartyProfile
from ..profile.rules import PERSONAL_FIELDS
from .models import AnnualFigure, ChainMembership, Enterprise, Honour
from .queries import listed, refuse_unknown_codes
from .sheets import ENTERPRISE_SHEET, FORMS, KINDS, METHODS, ROLES, STATUSES

SLICE = 2_000
WAN = Decimal(10_000)
LABELS = {
    name: {code: label for label, code in names.items()}
    for name, names in {
        "kind": KINDS, "status": STATUSES, "chain_role": ROLES, "organization_form": FORMS, "survey_method": METHODS,
    }.items()
}  # fmt: skip
FLAT = {
    "uscc": "uscc", "name": "name", "kind": "kind", "town": "town__name", "address": "address",
    "founded_on": "founded_on", "status": "status", "industry_code": "industry_code", "employees": "employees",
    "full_members": "profile__full_members", "probationary_members": "profile__probationary_members",
    "organization_form": "profile__organization_form", "organization_name": "profile__organization_name",
    "establishment_mode": "profile__establishment_mode__name", "surveyed_on": "profile__surveyed_on",
    "survey_method": "profile__survey_method",
}  # fmt: skip


def check_filters(user, filters: Mapping[str, str]) -> None:
    """Raises Invalid for a filter, a choice or a code that does not exist."""
    listed(user, filters)
    refuse_unknown_codes(filters)


def enterprise_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The enterprises in the user's scope that pass the filters.

    Names and phones are columns only for who may read them all (staff); taking them along is recorded as a view.
    """
    rows = listed(user, filters)
    personal = user.scope.is_staff
    columns = [column for column in ENTERPRISE_SHEET.columns if personal or not column.personal]
    count = rows.order_by().count()
    if personal and count:
        record_export(
            user,
            model="enterprises.PartyProfile",
            export_id=export_id,
            what=_("导出 %(count)s 户企业") % {"count": count},
            fields=PERSONAL_FIELDS,
            reason=_("导出企业信息表"),
        )
    return ExportTable(
        title=ENTERPRISE_SHEET.title,
        headers=[column.header for column in columns],
        rows=_rows(rows, user, [column.field for column in columns]),
        count=count,
    )


def _rows(rows: QuerySet[Enterprise], user, names: list[str]) -> Iterator[list[Any]]:
    last = 0
    while True:
        slice_ = list(
            rows.filter(pk__gt=last)
            .order_by("pk")
            .values("id", "town_id", "district_id", **{f"v_{name}": F(path) for name, path in FLAT.items()})[
                :SLICE
            ]
        )
        if not slice_:
            return
        last = slice_[-1]["id"]
        extra = _beside([row["id"] for row in slice_], with_personal="contact_name" in names)
        for row in slice_:
            values = {name: row[f"v_{name}"] for name in FLAT} | extra.get(row["id"], {})
            if not user.scope.sees_personal_of(
                uscc=row["v_uscc"], town_id=row["town_id"], district_id=row["district_id"]
            ):
                values |= dict.fromkeys(PERSONAL_FIELDS)
            yield [LABELS.get(name, {}).get(values.get(name), values.get(name)) for name in names]


def _beside(ids: list[int], *, with_personal: bool) -> dict[int, dict[str, Any]]:
    """What stands in other tables, for one slice: four statements whatever its size."""
    found: dict[int, dict[str, Any]] = {pk: {} for pk in ids}
    places = (
        ChainMembership.objects.filter(enterprise__in=ids, ended_on=None)
        .order_by("enterprise_id", "chain__position", "id")
        .values_list("enterprise_id", "chain__name", "segment__name", "role")
    )
    for pk, group in itertools.groupby(places, key=lambda row: row[0]):
        _pk, chain, segment, role = next(group)
        found[pk] |= {"chain": chain, "segment": segment, "chain_role": role}
    honours: Iterable = Honour.objects.filter(enterprise__in=ids).order_by("enterprise_id", "name")
    for pk, group in itertools.groupby(honours.values_list("enterprise_id", "name"), key=lambda row: row[0]):
        found[pk]["honours"] = "；".join(name for _pk, name in group)
    newest = AnnualFigure.objects.filter(enterprise__in=ids, revenue__isnull=False).annotate(
        place=Window(RowNumber(), partition_by=F("enterprise_id"), order_by=F("year").desc())
    )
    for pk, revenue in newest.filter(place=1).values_list("enterprise_id", "revenue"):
        found[pk]["revenue"] = (revenue / WAN).normalize()
    if with_personal:
        for profile in PartyProfile.objects.filter(enterprise__in=ids).only(
            "enterprise_id", *PERSONAL_FIELDS
        ):
            found[profile.enterprise_id] |= {name: getattr(profile, name) for name in PERSONAL_FIELDS}
    return found
