"""200 000 demands, a twentieth of them open, and the board over them."""

from . import scratch

VIEWS = 7
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
INSERT INTO services_demand (district_id, town_id, number, enterprise_id, chain_id, title, body, element_id, kind, urgency,
    source, contact_name, contact_phone, status, lead_id, dispatch_reason, result, comment, withdrawn, returns, reopenings,
    clock, due_at, warn_at, created_at, resolved_at, version)
SELECT e.district_id, e.town_id, 'GD' || lpad(n::text, 14, '0'), e.id, %(chain)s,
       (%(titles)s::text[])[n %% 8 + 1] || (%(rare)s::text[])[n %% 50 + 1] || chr(19968 + n %% 5000) || chr(19968 + n * 7 %% 5000)
       || '问题', '', (%(elements)s::bigint[])[n %% 6 + 1], 'help', 'normal', 'enterprise', '', '', s.status,
       CASE WHEN s.status = 'accepted' THEN NULL ELSE (%(leads)s::bigint[])[n %% 15 + 1] END, '', '', '', false, 0, 0, '',
       CASE WHEN n %% 20 = 0 THEN now() + (n %% 1000 - 300) * interval '1 hour' END,
       CASE WHEN n %% 20 = 0 THEN now() + (n %% 1000 - 350) * interval '1 hour' END,
       now() - n * interval '1 minute', CASE WHEN n %% 20 > 0 THEN now() - n * interval '50 seconds' END, 1
FROM generate_series(1, %(rows)s) n
JOIN enterprises_enterprise e ON e.id = (%(enterprises)s::bigint[])[n %% 24 + 1]
CROSS JOIN LATERAL (SELECT CASE WHEN n %% 100 = 0 THEN 'accepted' WHEN n %% 100 = 20 THEN 'dispatched'
    WHEN n %% 20 = 0 THEN 'in_progress' WHEN n %% 200 = 1 THEN 'resolved' ELSE 'closed' END) s (status)
"""  # fmt: skip


def fill(world, rows: int) -> None:
    """Demands of 24 enterprises in 12 towns back in time, for 15 departments; settled as a used table."""
    from django.db import connection

    from chains.industry.models import Chain
    from tests.factories.enterprises import EnterpriseFactory
    from tests.factories.territory import DepartmentFactory, TownFactory
    from tests.factories.workorders import ElementFactory

    district = world.enterprise.district
    towns = [TownFactory(district=district) for _ in range(12)]
    given = {
        "titles": list(TITLES),
        "rare": [f"{chr(0x4E00 + 37 * n)}{chr(0x5200 + 61 * n)}" for n in range(50)],
        "rows": rows,
        "chain": Chain.objects.create(district=district, code="bench-chain", name="测试产业链").pk,
        "elements": [ElementFactory().pk for _ in range(6)],
        "leads": [DepartmentFactory(district=district).pk for _ in range(15)],
        "enterprises": [EnterpriseFactory(town=towns[n % 12]).pk for n in range(24)],
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FILL, given)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM (ANALYZE)")


def board(world, rows: int) -> list[dict]:
    """The board's page as the bureau opens it, and under each filter."""
    from django.test import Client, override_settings

    from chains.industry.models import Chain
    from portal.territory.models import Department, ServiceElement, Town
    from services.workorders.models import Demand

    client = Client()
    client.force_login(world.users["bureau"])
    last = {
        model: model.objects.order_by("pk").last().code for model in (Town, Department, ServiceElement, Chain)
    }
    number = Demand.objects.filter(status="in_progress").first().number
    filters = {
        "all that is open": "",
        "red": "light=red",
        "one stage": "stage=solve",
        "archived": "status=closed",
        "one town": f"open=1&town={last[Town]}",
        "one department": f"open=1&department={last[Department]}",
        "one element": f"open=1&element={last[ServiceElement]}",
        "one chain": f"open=1&chain={last[Chain]}",
        "words": "search=设备融资",
        "one number": f"search={number}",
    }
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        return [_view(client, name, f"/demands/?{query}", rows) for name, query in filters.items()]


def _view(client, name: str, address: str, rows: int) -> dict:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def look() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content

    def look_without_indexes() -> None:
        with scratch.without_indexes():
            look()

    look()
    with CaptureQueriesContext(connection) as queries:
        look()
    asked = [one["sql"] for one in queries.captured_queries]
    found = scratch.interleaved({"index": look, "scan": look_without_indexes}, rounds=VIEWS)
    return {
        "bench": "orders",
        "case": f"board over {rows}: {name}",
        "unit": "ms",
        "portal": round(found["index"] * 1000, 1),
        "reference": "without indexes",
        "reference_value": round(found["scan"] * 1000, 1),
        "ratio": round(found["index"] / found["scan"], 4),
        "queries": len(asked),
        "wanted_queries": 12,
        "whole_scans": sum(
            scratch.scans(sql, "services_demand") for sql in asked if sql.startswith("SELECT")
        ),
    }
