"""Figures over 2 000 000 deals (`--rows 10000000` adds the larger stock): the full recount against the bare grouped
SELECT, one dirty day against the full recount, and what a dirty key costs the action that writes it."""

import datetime
import json as json_text
import time
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import chain, count

from . import rollup_booking, scratch
from .rollup_data import drop_unread_indexes, grow, make_district, vacuum_cells

ROWS = 2_000_000
ROUNDS, DRAINS = 5, 30
ACTIONS, WARM = 120, 10
CODES = ("intra_chain_amount", "deal_amount")


def run(json: bool = False, rows: int = ROWS) -> None:
    scratch.prepare()
    with scratch.scratch_database("rollup"):
        user = make_district()
        for result in chain(overhead(user), rollup_booking.overhead(user)):
            print_one(result, json=json)
        drop_unread_indexes()
        first = min(ROWS, rows)
        grow(1, first)
        for result in chain(recounts(first), duckdb_floor(first) if rows == first else ()):
            print_one(result, json=json)
        if rows > first:
            stocks = scratch.Stocks("usual")
            try:
                stocks.copy("usual", "large")
                grow(first + 1, rows)
                for result in chain(recounts(rows), growth(stocks, rows), duckdb_floor(rows)):
                    print_one(result, json=json)
            finally:
                stocks.drop_copies()


def recounts(rows: int) -> Iterator[dict]:
    """Full recount and drain of one day, in turns with the grouped SELECTs behind the figure."""
    from portal.metrics.actions import counting
    from portal.metrics.registry import metric_of

    for code in CODES:
        metric = metric_of(code)
        start = time.perf_counter()
        counting.recount_metric(metric)
        first_fill = time.perf_counter() - start
        vacuum_cells()
        ways = {
            "bare": lambda metric=metric: bare(metric),
            "full": lambda metric=metric: counting.recount_metric(metric),
            "drain": lambda metric=metric: drain_a_day(metric),
        }
        taken = scratch.interleaved(ways, ROUNDS)
        yield {
            "bench": "rollup", "case": "full recount", "metric": code, "rows": rows,
            "portal_ms": round(taken["full"] * 1000, 1), "reference": "bare SELECT … GROUP BY",
            "reference_ms": round(taken["bare"] * 1000, 1), "ratio": round(taken["full"] / taken["bare"], 2),
            "target": 2.5, "first_fill_ms": round(first_fill * 1000),
        }  # fmt: skip
        yield {
            "bench": "rollup", "case": "one dirty day", "metric": code, "rows": rows,
            "portal_ms": round(taken["drain"] * 1000, 2), "reference": "full recount",
            "reference_ms": round(taken["full"] * 1000, 1), "ratio": round(taken["drain"] / taken["full"], 4),
            "target": round(1 / 60, 4),
        }  # fmt: skip


def drain_a_day(metric) -> None:
    """A key of a day more than a year ago, and its drain."""
    from django.utils import timezone

    from portal.metrics.actions import counting, mark_dirty

    mark_dirty(metric.code, days=[timezone.localdate() - datetime.timedelta(days=400)])
    counting.drain_metric(metric, wait=True)


def bare(metric) -> None:
    """The grouped SELECTs behind the figure, by day and town, and by day, town and chain; nothing is written."""
    from django.db import connection

    from portal.metrics import statements

    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '96MB'")
        for chain in (False, True):
            sql, params = statements.bare(metric, on_chain=chain)
            cursor.execute(f"SELECT count(*), sum(cell) FROM ({sql}) AS base", params)
            cursor.fetchall()
        cursor.execute("RESET work_mem")


def growth(stocks: scratch.Stocks, rows: int) -> Iterator[dict]:
    """The same day drained in the usual and in the large stock, in turns."""
    from portal.metrics.registry import metric_of

    def drained(name: str, metric) -> None:
        stocks.use(name)
        drain_a_day(metric)

    for code in CODES:
        ways = {name: partial(drained, name, metric_of(code)) for name in stocks.names}
        taken = scratch.interleaved(ways, DRAINS, warm=3)
        yield {
            "bench": "rollup", "case": "one dirty day of the large stock", "metric": code, "rows": rows,
            "portal_ms": round(taken["large"] * 1000, 2), "reference": f"one dirty day of {ROWS:,} deals",
            "reference_ms": round(taken["usual"] * 1000, 2), "ratio": round(taken["large"] / taken["usual"], 2),
            "target": 2.5,
        }  # fmt: skip
    stocks.use("large")


def overhead(user) -> Iterator[dict]:
    """Actions with their keys and with keys left out, in turns."""
    from django.utils import timezone

    from enterprises.activities import actions as activities
    from enterprises.ledger.actions import confirm, deals, moves
    from enterprises.profile import actions as profiles
    from enterprises.registry.models import Enterprise
    from portal.metrics.actions import mark_dirty

    companies = list(Enterprise.objects.all()[:60])
    numbers = count(1)
    organization = _organization(companies[0])

    buyer, seller = companies[0], companies[1]
    sides = [_side_user(one) for one in (buyer, seller)]
    waiting = []
    for number in range(2 * (ACTIONS + WARM)):
        deal = deals.report_deal(
            by=sides[0], buyer=buyer, seller=seller, amount=Decimal(1000 + number), signed_on=timezone.localdate(),
            goods="配套件", contract_number=f"BENCH-{number}",
        )  # fmt: skip
        waiting.append(deal)

    def settle() -> None:
        confirm(deal=waiting.pop(), by=sides[1])

    def survey() -> None:
        number = next(numbers)
        profiles.record_survey(
            enterprise=companies[number % 60], by=user, surveyed_on=timezone.localdate(), method="visit",
            full_members=number % 9,
        )  # fmt: skip

    def activity() -> None:
        activities.record_activity(
            organization=organization, by=user, kind="theme_day", title="主题党日",
            held_on=timezone.localdate(), attendances=12,
        )  # fmt: skip

    for name, module, act in (
        ("confirm a deal", moves, settle), ("record a survey", profiles, survey),
        ("record an activity", activities, activity),
    ):  # fmt: skip

        def without(module=module, act=act) -> None:
            module.mark_dirty = lambda *names, **days: None
            try:
                act()
            finally:
                module.mark_dirty = mark_dirty

        taken = scratch.interleaved({"with": act, "without": without}, ACTIONS, warm=WARM)
        yield {
            "bench": "rollup", "case": f"dirty keys: {name}", "portal_ms": round(taken["with"] * 1000, 3),
            "reference": "the same action without keys", "reference_ms": round(taken["without"] * 1000, 3),
            "ratio": round(taken["with"] / taken["without"], 3), "target": 1.1,
        }  # fmt: skip


def _side_user(enterprise):
    from portal.accounts.models import Membership, User

    user = User.objects.create_user(f"bench-{enterprise.pk}", password=None)
    Membership.objects.create(user=user, role="enterprise", enterprise=enterprise.uscc)
    return user


def _organization(enterprise):
    from chains.party.models import OrganizationKind, PartyOrganization

    kind = OrganizationKind.objects.create(code="branch", name="党支部", is_formal=True)
    return PartyOrganization.objects.create(
        district=enterprise.district, town=enterprise.town, code="ORG-1", name="第一支部", kind=kind
    )


def duckdb_floor(rows: int) -> Iterator[dict]:
    """Beside the full recount: DuckDB over the same rows in its own memory, what a scan costs at least."""
    import tempfile

    import duckdb
    from django.db import connection

    from portal.metrics.actions import counting
    from portal.metrics.registry import metric_of

    with tempfile.NamedTemporaryFile(suffix=".csv") as file, connection.cursor() as cursor:
        with cursor.copy(
            "COPY (SELECT signed_on, town_id, chain_id, amount FROM enterprises_procurementdeal d"
            " JOIN enterprises_dealchain c ON c.deal_id = d.id AND c.is_common"
            " WHERE status IN ('confirmed', 'verified') AND intra_chain) TO STDOUT (FORMAT csv, HEADER)"
        ) as copy:
            for part in copy:
                file.write(part)
        file.flush()
        base = duckdb.connect(config={"threads": 2})
        base.execute(f"CREATE TABLE deals AS SELECT * FROM read_csv('{file.name}')")
    scan = "SELECT signed_on, town_id, chain_id, sum(amount) FROM deals GROUP BY ALL"
    metric = metric_of(CODES[0])
    taken = scratch.interleaved(
        {"duckdb": lambda: base.execute(scan).fetchall(), "full": lambda: counting.recount_metric(metric)}, 3
    )
    yield {
        "bench": "rollup", "case": "full recount, DuckDB beside", "metric": metric.code, "rows": rows,
        "portal_ms": round(taken["full"] * 1000, 1), "reference": "DuckDB, the joined rows in its memory: floor of a scan",
        "reference_ms": round(taken["duckdb"] * 1000, 1), "ratio": round(taken["full"] / taken["duckdb"], 2),
    }  # fmt: skip


def print_one(result: dict, *, json: bool) -> None:
    if json:
        print(json_text.dumps(result, ensure_ascii=False), flush=True)
        return
    target = f" (at most {result['target']})" if "target" in result else ""
    where = f" {result['metric']}" if "metric" in result else ""
    size = f" over {result['rows']:,} rows" if "rows" in result else ""
    print(
        f"{result['case']}{where}{size}: {result['portal_ms']} ms;"
        f" {result['reference']} {result['reference_ms']} ms; ratio {result['ratio']}{target}",
        flush=True,
    )
