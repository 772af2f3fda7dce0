"""The district dashboard and what it loads after itself, over 200 000 deals and over many more, in turns: it reads the cells of
the figures, never the rows, so its database time must not follow their number."""

import time
from collections.abc import Callable
from statistics import median

from . import scratch
from .rollup_data import drop_unread_indexes, grow, make_district, vacuum_cells

SMALL, LARGE = 200_000, 2_000_000
ROUNDS, WARM = 30, 3
PAGES = {"district dashboard": "/dashboards/district/", "its map and ranking": "/dashboards/places/"}


def run(rows: int = LARGE) -> list[dict]:
    """Medians of the pages' database time over both stocks, their statements and bytes."""
    from portal.metrics.actions import recount_all

    with scratch.scratch_database("dashboard"):
        user = make_district()
        drop_unread_indexes()
        grow(1, SMALL)
        recount_all()
        vacuum_cells()
        stocks = scratch.Stocks("small")
        stocks.copy("small", "large")
        try:
            grow(SMALL + 1, rows)
            recount_all(only=deal_figures())
            vacuum_cells()
            return [measured(user, stocks, rows, name) for name in PAGES]
        finally:
            stocks.drop_copies()


def measured(user, stocks: scratch.Stocks, rows: int, page: str) -> dict:
    from portal.metrics.models import MetricDaily

    taken: dict[str, list[float]] = {name: [] for name in stocks.names}
    ask, cells = {}, {}
    for name in stocks.names:
        stocks.use(name)
        ask[name], cells[name] = asking(user, PAGES[page]), MetricDaily.objects.count()
    for turn in range(WARM + ROUNDS):
        for name in stocks.names:
            stocks.use(name)
            seconds, queries, answer = ask[name]()
            if turn >= WARM:
                taken[name].append(seconds)
    small, large = median(taken["small"]), median(taken["large"])
    return {
        "bench": "api", "case": f"{page}, database time", "rows": rows, "cells": cells["large"],
        "portal_ms": round(large * 1000, 2), "reference": f"the same over {SMALL} deals ({cells['small']} cells)",
        "reference_ms": round(small * 1000, 2), "ratio": round(large / small, 2), "target": 1.5,
        "queries": queries, "queries_target": 15, "bytes": len(answer),
    }  # fmt: skip


def asking(user, address: str) -> Callable[[], tuple[float, int, bytes]]:
    """A function that opens the page as the user: (seconds in the database, statements, the bytes that travel)."""
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_ENCODING="gzip")
    client.force_login(user)

    def ask() -> tuple[float, int, bytes]:
        spent: list[float] = []

        def timed(execute, sql, params, many, context):
            start = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                spent.append(time.perf_counter() - start)

        with connection.execute_wrapper(timed):
            response = client.get(address, secure=True)
        assert response.status_code == 200, (response.status_code, response.get("Location"))
        return sum(spent), len(spent), response.content

    return ask


def deal_figures() -> list:
    """The counted figures that deals change."""
    from portal.metrics.registry import codes_behind, metric_of

    return [metric_of(code) for code in codes_behind("deal")]
