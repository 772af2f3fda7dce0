"""Work orders: every move through REST against an update of one row, and the search for similar ones against a scan.

* rest: POST /api/v1/demands/{number}/{move} through the whole middleware, each move of the loop with everything that
  belongs to it (lock, table of moves, timeline, figures, messages); reference: an endpoint that only authenticates and
  updates one row. Portal and reference take short turns; a ratio is the median of the turns' ratios.
* similar: the page's search among 200 000 demands; reference: the same condition by a sequential scan.
"""

import datetime
import itertools
import json as json_text
import operator
import statistics
import time

from . import scratch
from .booking import Processor

TURNS, REQUESTS = 7, 20
ROWS = 200_000
SEARCHES = 40
TITLES = (
    "设备融资贷款",
    "厂房用地审批",
    "高级技工招聘",
    "专利质押登记",
    "出口退税办理",
    "用电扩容申请",
    "环评手续咨询",
    "员工子女入学",
)
FILL = """
INSERT INTO services_demand (district_id, town_id, number, enterprise_id, title, body, element_id, kind, urgency, source,
    contact_name, contact_phone, status, lead_id, dispatch_reason, result, comment, withdrawn, returns, reopenings, clock,
    due_at, warn_at, created_at, resolved_at, version)
SELECT e.district_id, e.town_id, 'GD' || lpad(n::text, 14, '0'), e.id,
       (%(titles)s::text[])[n %% 8 + 1] || (%(rare)s::text[])[n %% 50 + 1] || chr(19968 + n %% 5000) || chr(19968 + n * 7 %% 5000)
       || '问题', '', %(element)s, 'help', 'normal', 'enterprise', '', '', CASE WHEN n %% 20 = 0 THEN 'in_progress' ELSE 'closed' END,
       %(lead)s, '', '', '', false, 0, 0, '', CASE WHEN n %% 20 = 0 THEN now() + (n %% 100 - 30) * interval '1 hour' END, NULL,
       now() - n * interval '1 minute', NULL, 1
FROM generate_series(1, %(rows)s) n JOIN enterprises_enterprise e ON e.id = %(enterprise)s
"""  # fmt: skip


def run(json: bool = False, rows: int = ROWS) -> None:
    scratch.prepare(durable=True)  # what was moved outlives a power cut, on both sides
    with scratch.scratch_database("orders"):
        world = make_world()
        for result in (*rest(world), similar_search(world, rows)):
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
                    who, [f"/bench/update/{number}" for number in numbers], {"text": f"{turn} {step}"}
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
    from django.db import connection

    from services.workorders.models import Demand
    from services.workorders.queries.similar import similar

    fill(world, rows)
    asked = itertools.cycle(
        f"关于{title}{word}的问题" for title in TITLES for word in ("进度慢", "材料多", "政策不清")
    )
    visible = Demand.objects.visible_to(world.users["bureau"])

    def by_index() -> None:
        similar(visible, title=next(asked))

    def by_scan() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SET enable_bitmapscan = off; SET enable_indexscan = off; SET enable_indexonlyscan = off"
            )
        try:
            similar(visible, title=next(asked))
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET enable_bitmapscan; RESET enable_indexscan; RESET enable_indexonlyscan")

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


def fill(world, rows: int) -> None:
    """Demands of one enterprise back in time; settled as a used table."""
    from django.db import connection

    rare = [f"{chr(0x4E00 + 37 * n)}{chr(0x5200 + 61 * n)}" for n in range(50)]
    given = {
        "titles": list(TITLES), "rare": rare, "element": world.element.pk, "lead": world.lead.pk, "rows": rows,
        "enterprise": world.enterprise.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FILL, given)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM (ANALYZE)")
