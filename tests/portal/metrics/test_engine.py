"""Cells equal their rows: after drains, after a full recount, and after what goes wrong between."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from portal.metrics.actions import check_all, drain
from portal.metrics.models import MetricDaily, MetricDirty
from portal.metrics.registry import Snapshot, counted, measure

pytestmark = pytest.mark.django_db


def stored(metric, day, by=None):
    """The figure of a day from its cells."""
    cells = MetricDaily.objects.filter(metric=metric.code, day__lte=day)
    if metric.adds_up:
        cells = cells.filter(day=day)
    found: dict = {}
    for cell in cells:
        if by is None and (cell.town_id or cell.chain_id):
            continue
        if by and (not getattr(cell, f"{by}_id") or getattr(cell, "chain_id" if by == "town" else "town_id")):
            continue
        key = getattr(cell, f"{by}_id") if by else None
        found[key] = found.get(key, Decimal(0)) + cell.value
    return {key: value for key, value in found.items() if value}


def test_every_figure_of_a_full_district_equals_its_rows(full_district):
    days = [timezone.localdate(), datetime.date(2026, 3, 5), datetime.date(2024, 12, 31)]
    nonzero = set()
    for metric in counted():
        for day in days:
            if isinstance(metric, Snapshot) and day != timezone.localdate():
                continue
            for by in (None, *metric.dimensions):
                rows = {key: value for key, value in measure(metric, day, by=by).items() if value}
                assert stored(metric, day, by) == rows, (metric.code, day, by)
                nonzero |= {metric.code} if rows else set()
    assert check_all() == ([], {})
    assert drain() is None
    assert not MetricDirty.objects.exists()
