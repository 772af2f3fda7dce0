"""Work orders: every move through REST against an update of one row, and the search for similar ones against a scan.

* rest: POST /api/v1/demands/{number}/{move} through the whole middleware, each move of the loop with everything that
  belongs to it (lock, table of moves, timeline, figures, messages); reference: an endpoint that only authenticates and
  updates one row. Portal and reference take short turns; a ratio is the median of the turns' ratios.
* similar: the page's search among 200 000 demands; reference: the same condition by a sequential scan.
* board: its page over them, as everybody first sees it and under each filter; reference: the same without indexes.
"""

import datetime
import itertools
import json as json_text
import operator
import statistics
import time

from . import scratch
from .booking import Processor
from .orders_board import TITLES, board, fill

TURNS, REQUESTS = 7, 20
ROWS = 200_000
SEARCHES = 24


def run(json: bool = False, rows: int = ROWS) -> None:
    scratch.prepare(durable=True)  # what was moved outlives a power cut, on both sides
    with scratch.scratch_database("orders"):
        world = make_world()
        for result in rest(world):
            show(result, json)
        fill(world, rows)
        show(similar_search(world, rows), json)
        for result in board(world, rows):
            show(result, json)


def show(result: dict, json: bool) -> None:
    if json:
        print(json_text.dumps(result, ensure_ascii=False), flush=True)
        return
    print(
        f"{result['case']:32} {result['portal']:>10} {result['unit']}  {result['reference']}:"
        f" {result['reference_value']}  ratio {result['ratio']}",
        flush=True,
    )


def make_world():
    """A town with everybody who has a hand in a demand."""
    from portal.territory.models import District, ServiceElement
    from tests.factories.enterprises import EnterpriseFactory
    from tests.factories.territory import TownFactory
    from tests.factories.workorders import OrderWorld

    district = District.objects.create(code="310117", slug="songjiang", name="松江区")
    world = OrderWorld.make(EnterpriseFactory(town=TownFactory(district=district)))
    world.element = ServiceElement.objects.create(code="rz", name="融资贷款要素")
    return world


def loop(world) -> list[tuple[str, str, dict]]:
    """(who, move, body) of one way through the table that makes every usual move."""
    from django.utils import timezone

    today = timezone.localdate()
    later, due = (today + datetime.timedelta(days=days) for days in (90, 30))
    return [
        ("town", "accept", {}),
        ("town", "dispatch", {"lead": world.lead.code, "joint": [world.helper.code], "reason": "按要素派单"}),
        ("lead", "accept", {}),
        ("helper", "accept", {}),
        ("lead", "report", {"text": "已联系银行"}),
        ("lead", "ask", {"text": "请补充报表"}),
        ("enterprise", "answer", {"text": "已补充"}),
        ("lead", "extend", {"until": later.isoformat(), "reason": "银行审批需要时间"}),
        ("town", "approve_extension", {}),
        ("town", "whistle", {"reason": "涉及多个部门"}),
        (
            "town",
            "convene",
            {"minutes": "议定", "attendance": [{"department": world.lead.code, "attended": True}]},
        ),
        ("helper", "resolve", {"result": "已配合"}),
        ("lead", "resolve", {"result": "贷款已到账"}),
        ("enterprise", "verify", {"satisfied": False, "score": 3}),
        ("town", "dispatch", {"lead": world.lead.code, "due_on": due.isoformat()}),
        ("lead", "resolve", {"result": "已到账"}),
        ("enterprise", "verify", {"satisfied": True, "score": 5}),
        ("town", "close", {}),
    ]


def rest(world, turns: int = TURNS, requests: int = REQUESTS) -> list[dict]:
    """Each move of the loop and the reference, both through the WSGI handler with a token, in turns."""
    from django.test import Client, override_settings
    from knox.models import AuthToken

    clients = {
        who: Client(headers={"Authorization": f"Token {AuthToken.objects.create(user)[1]}"})
        for who, user in world.users.items()
    }
    taken: dict[str, list[tuple[float, float, float, float]]] = {}

    def timed(who: str, addresses: list[str], body: dict) -> tuple[float, float]:
        start = time.perf_counter()
        with Processor() as processor:
            for address in addresses:
                answer = clients[who].post(address, body, content_type="application/json")
                assert answer.status_code == 200, answer.content
        return time.perf_counter() - start, processor.seconds

    with override_settings(ROOT_URLCONF="bench.orders_urls", ALLOWED_HOSTS=["testserver"]):
        for turn in range(turns + 1):
            numbers = [world.submit().number for _ in range(requests if turn else 1)]
            for step, (who, move, body) in enumerate(loop(world)):
                ours = timed(who, [f"/api/v1/demands/{number}/{move}" for number in numbers], body)
                plain = timed(
                    who, [f"/api/v1/bench/update/{number}" for number in numbers], {"text": f"{turn} {step}"}
                )
                if turn:  # the first one warms up
                    taken.setdefault(f"{step + 1:02d} {move} ({who})", []).append((*ours, *plain))
    return [_result(name, times, requests) for name, times in taken.items()]


def _result(name: str, times: list[tuple[float, float, float, float]], requests: int) -> dict:
    ours, ours_spent, plain, plain_spent = zip(*times, strict=True)
    return {
        "bench": "orders",
        "case": f"REST: {name}",
        "unit": "requests/s",
        "portal": round(requests / statistics.median(ours), 1),
        "reference": "authenticates and updates one row",
        "reference_value": round(requests / statistics.median(plain), 1),
        "ratio": round(statistics.median(map(operator.truediv, plain, ours)), 3),
        "ratio_cpu": round(sum(plain_spent) / sum(ours_spent), 3),
        "wanted": 0.5,
    }


def similar_search(world, rows: int) -> dict:
    """Titles as people write them, some rare, some of words that thousands of titles have."""
    from services.workorders.models import Demand
    from services.workorders.queries.similar import similar

    asked = [f"{title}{word}" for word in ("问题", "进度慢", "丗叝") for title in TITLES]
    by, against = itertools.cycle(asked), itertools.cycle(asked)
    visible = Demand.objects.visible_to(world.users["bureau"])

    def by_index() -> None:
        similar(visible, title=next(by))

    def by_scan() -> None:
        with scratch.without_indexes():
            similar(visible, title=next(against))

    found = scratch.interleaved({"index": by_index, "scan": by_scan}, rounds=SEARCHES, warm=3)
    return {
        "bench": "orders",
        "case": f"similar among {rows} demands",
        "unit": "ms",
        "portal": round(found["index"] * 1000, 2),
        "reference": "by a sequential scan",
        "reference_value": round(found["scan"] * 1000, 2),
        "ratio": round(found["index"] / found["scan"], 4),
        "wanted": 0.1,
    }
