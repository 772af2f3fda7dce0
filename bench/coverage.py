"""Coverage by town and chain over 200 000 enterprises, and proposals for 200 000 against 50 000.

References: the bare grouped count of the same enterprises (at most 3× of it), and the same job over a quarter of the
enterprises (at most 5× its time).
"""

import json as json_text
import statistics
import time
from collections.abc import Callable, Iterator

from . import scratch
from .coverage_data import fill

ROWS = 200_000
ROUNDS = 7
JOBS = 3


def run(json: bool = False, rows: int = ROWS) -> None:
    scratch.prepare()
    seconds: dict[int, float] = {}
    for size in (rows // 4, rows):
        with scratch.scratch_database(f"coverage_{size}"):
            user = fill(size)
            seconds[size] = run_seconds(user)
            if size == rows:
                for result in statements(user):
                    print_one(result, json=json)
    print_one(
        {
            "bench": "coverage",
            "case": "proposals as a job",
            "rows": rows,
            "portal_ms": round(seconds[rows] * 1000),
            "reference": f"{rows // 4} enterprises",
            "reference_ms": round(seconds[rows // 4] * 1000),
            "ratio": round(seconds[rows] / seconds[rows // 4], 2),
            "target": 5,
        },
        json=json,
    )


def statements(user) -> Iterator[dict]:
    """The figures by town and by chain, against counting the same enterprises by the same place and nothing else."""
    from django.db.models import Count
    from django.utils import timezone

    from chains.party.models import PartyOrganization
    from enterprises.coverage.queries import by_chain, by_town
    from enterprises.coverage.queries.conditions import formal_organizations, with_chains
    from enterprises.registry.models import ChainMembership, Enterprise

    user.scope  # noqa: B018 - read once, as a request does

    def bare_towns() -> list:
        rows = Enterprise.objects.visible_to(user).filter(status="active")
        return list(rows.order_by().values_list("town_id").annotate(Count("pk")))

    def bare_chains() -> list:
        rows = ChainMembership.objects.visible_to(user)
        rows = rows.filter(ended_on=None, enterprise__status="active")
        return list(rows.order_by().values_list("chain_id").annotate(Count("pk")))

    def bare_towns_of_organizations() -> list:
        rows = formal_organizations(PartyOrganization.objects.visible_to(user), timezone.localdate())
        return list(rows.order_by().values_list("town_id").annotate(Count("pk")))

    def bare_chains_of_organizations() -> list:
        rows = formal_organizations(PartyOrganization.objects.visible_to(user), timezone.localdate())
        counted = with_chains(rows).order_by().values_list("standing_chain")
        return list(counted.annotate(Count("pk", distinct=True)))

    for case, figures, bare, bare_organizations in (
        ("figures by town", by_town, bare_towns, bare_towns_of_organizations),
        ("figures by chain", by_chain, bare_chains, bare_chains_of_organizations),
    ):
        shown = {place.row.pk: place.figures.base for place in figures(user) if place.figures.base}
        assert shown == dict(bare()), case
        single = {"portal": first_statement(figures, user), "bare": bare}
        yield measured(f"{case}: enterprises", scratch.interleaved(single, rounds=ROUNDS))
        whole = {
            "portal": lambda f=figures: f(user),
            "bare": lambda one=bare, two=bare_organizations: (one(), two()),
        }
        yield measured(f"{case}: all four rates", scratch.interleaved(whole, rounds=ROUNDS))


def first_statement(figures: Callable, user) -> Callable[[], object]:
    """The statement over the enterprises alone, as `figures` sends it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        figures(user)
    counting = (query["sql"] for query in sent if "COUNT(" in query["sql"])
    statement = next(sql for sql in counting if "enterprises_enterprise" in sql)

    def ask() -> list:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    return ask


def measured(case: str, taken: dict[str, float]) -> dict:
    return {
        "bench": "coverage",
        "case": case,
        "portal_ms": round(taken["portal"] * 1000, 1),
        "reference": "bare grouped count",
        "reference_ms": round(taken["bare"] * 1000, 1),
        "ratio": round(taken["portal"] / taken["bare"], 2),
        "target": 3,
    }


def run_seconds(user) -> float:
    """The median time of a run of proposals over the whole district, as the worker does it."""
    from enterprises.coverage.actions import start_run
    from enterprises.coverage.models import ProposalRun
    from portal.jobs.runner import run_now

    taken = []
    for _turn in range(JOBS):
        started, _is_new = start_run(district=user.memberships.get().district, by=user)
        start = time.perf_counter()
        job = run_now(started.job)
        taken.append(time.perf_counter() - start)
        assert job.state == "done", job.message
        assert ProposalRun.objects.get(pk=started.pk).placed > 0
    return statistics.median(taken)


def print_one(result: dict, *, json: bool) -> None:
    if json:
        print(json_text.dumps(result, ensure_ascii=False))
    else:
        print(
            f"{result['case']:52} {result['portal_ms']:9} ms  {result['reference']}: {result['reference_ms']:9} ms"
            f"  {result['ratio']:5.2f}× (target ≤ {result['target']})"
        )


if __name__ == "__main__":
    run()
