"""Places on chains as a workbook: the columns of their sheet, one row for each enterprise on each chain."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F, QuerySet

from portal.imports.registry import ExportTable

from .models import ChainMembership
from .places_sheet import PLACES_SHEET
from .queries import listed
from .sheets import ROLES

SLICE = 5_000
LABELS = {code: label for label, code in ROLES.items()}


def places_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The places of the enterprises in the user's scope that pass the filters; with a chain, those on that chain.

    Of each enterprise on each chain the open place, or else the one that ended last: what the sheet takes back.
    """
    places = ChainMembership.objects.filter(enterprise__in=listed(user, filters).order_by().values("pk"))
    if chain := filters.get("chain"):
        places = places.filter(chain__code=chain)
    return ExportTable(
        title=PLACES_SHEET.title,
        headers=[column.header for column in PLACES_SHEET.columns],
        rows=_rows(places),
        count=places.order_by().values("enterprise", "chain").distinct().count(),
    )


def _rows(places: QuerySet[ChainMembership]) -> Iterator[list[Any]]:
    rows = (
        places.order_by("enterprise_id", "chain_id", F("ended_on").desc(nulls_first=True), "-started_on")
        .distinct("enterprise_id", "chain_id")
        .values_list("enterprise__uscc", "chain__name", "segment__name", "role", "started_on", "ended_on")
    )
    for uscc, chain, segment, role, started_on, ended_on in rows.iterator(SLICE):
        yield [uscc, chain, segment, LABELS[role], started_on, ended_on]
