"""The graph of a chain: exact shape, the reader's scope, and small and quick however many enterprises stand there."""

import datetime
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from chains.industry.actions import lay_out_segments
from chains.industry.graph import chain_graph
from chains.industry.models import Segment
from chains.industry.rules import STAGES, ladder
from chains.party.models import GuidanceLink
from enterprises.registry.models import ChainMembership, Enterprise
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, PartyOrganizationFactory, SegmentFactory, SegmentLinkFactory
from tests.factories.enterprises import (
    ChainMembershipFactory,
    EnterpriseFactory,
    PartyProfileFactory,
    valid_uscc,
)
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db
MOST_BYTES, MOST_QUERIES = 150_000, 8


@pytest.fixture
def district():
    return DistrictFactory()


def signed_in(role: str, district, **place) -> APIClient:
    client = APIClient()
    client.force_login(make_user(role, district=district, **place))
    return client


@pytest.fixture
def chain(district):
    return lay_small(district)


def lay_small(district):
    """硅片 → 设计, with the gap 光刻胶 → 设计."""
    chain = ChainFactory(district=district, code="ic", name="集成电路")
    made = {
        code: SegmentFactory(chain=chain, code=code, name=name, stage=stage, position=n, is_gap=code == "gap")
        for n, (code, name, stage) in enumerate(
            [("wafer", "硅片", "upstream"), ("gap", "光刻胶", "upstream"), ("design", "设计", "midstream")], 1
        )
    }
    for source in ("wafer", "gap"):
        SegmentLinkFactory(source=made[source], target=made["design"])
    return chain


def placed(chain, town, code: str | None, role: str = "supporting", **more) -> Enterprise:
    segment = Segment.objects.get(code=code) if code else None
    enterprise = EnterpriseFactory(town=town, **more)
    ChainMembershipFactory(enterprise=enterprise, chain=chain, segment=segment, role=role)
    return enterprise


def test_nodes_and_links_have_the_names_of_the_contract(district, chain):
    town = TownFactory(district=district)
    lead = placed(chain, town, "design", "lead", name="链主企业")
    placed(chain, town, "design")
    placed(chain, town, None)
    gone = placed(chain, town, "wafer")
    ChainMembership.objects.filter(enterprise=gone).update(ended_on=datetime.date(2026, 1, 1))
    answer = signed_in("leader", district).get("/api/v1/chains/ic/graph").json()
    nodes = {node["id"]: node for node in answer["nodes"]}
    assert {"id", "name", "position", "is_gap", "enterprises"} <= nodes["design"].keys()
    assert [(n["name"], n["position"], n["is_gap"], n["enterprises"]) for n in answer["nodes"]] == [
        ("硅片", 1, False, 0), ("光刻胶", 2, True, 0), ("设计", 3, False, 2),
    ]  # fmt: skip
    assert answer["links"] == [
        {"source": "wafer", "target": "design"}, {"source": "gap", "target": "design"},
    ]  # fmt: skip
    assert nodes["design"]["roles"] == {"lead": 1, "backbone": 0, "supporting": 1}
    assert nodes["design"]["leaders"] == [{"uscc": lead.uscc, "name": "链主企业", "role": "lead"}]
    assert nodes["wafer"]["column"] < nodes["design"]["column"]
    assert (answer["enterprises"], answer["unplaced"]) == (3, 1)


def test_counts_and_names_stay_inside_the_scope(district, chain):
    here, there = TownFactory(district=district), TownFactory(district=district)
    placed(chain, here, "wafer")
    placed(chain, there, "wafer", "lead", name="别处的链主")

    def wafer(client) -> dict:
        return client.get("/api/v1/chains/ic/graph").json()["nodes"][0]

    assert wafer(signed_in("bureau", district))["enterprises"] == 2
    station = wafer(signed_in("station", district, town=here))
    assert (station["enterprises"], station["leaders"]) == (1, [])
    assert wafer(signed_in("institution", district))["enterprises"] == 0


def test_organisations_and_who_guides_whom(district, chain):
    town = TownFactory(district=district)
    cluster = PartyOrganizationFactory(district=district, town=town, chain=chain, code="A")
    branch = PartyOrganizationFactory(district=district, town=town, code="B")
    PartyProfileFactory(
        enterprise=placed(chain, town, "wafer"), organization_form="alone", organization=branch
    )
    elsewhere = PartyOrganizationFactory(district=district, town=town, code="C")
    for guided in (branch, elsewhere):
        GuidanceLink.objects.create(
            guide=cluster, guided=guided, kind="guidance", started_on=datetime.date(2025, 1, 1)
        )
    answer = signed_in("bureau", district).get("/api/v1/chains/ic/graph").json()
    assert {one["code"] for one in answer["organizations"]} == {"A", "B"}
    assert answer["guidance"] == [{"guide": "A", "guided": "B", "kind": "guidance", "kind_label": "指导帮建"}]
    station = signed_in("station", district, town=TownFactory(district=district))
    answer = station.get("/api/v1/chains/ic/graph").json()
    assert (answer["organizations"], answer["guidance"]) == ([], [])
    page = signed_in("bureau", district).get("/chains/ic/").content.decode()
    assert f"指导帮建：{branch.name}" in page


def test_a_chain_without_segments_is_empty_and_the_page_says_so(district):
    ChainFactory(district=district, code="bare")
    client = signed_in("leader", district)
    answer = client.get("/api/v1/chains/bare/graph").json()
    assert (answer["nodes"], answer["links"], answer["unplaced"]) == ([], [], 0)
    assert "环节由区局登记" in client.get("/chains/bare/").content.decode()
    assert client.get("/api/v1/chains/nowhere/graph").status_code == 404
    assert client.get("/api/v1/chains/bare/graph?town=x").status_code == 400


def test_the_table_says_what_the_graph_says(district, chain):
    Segment.objects.filter(code="gap").update(gap_note="依赖进口")
    lead = placed(chain, TownFactory(district=district), "design", "lead")
    page = signed_in("leader", district).get("/chains/ic/").content.decode()
    for words in ("硅片", "光刻胶", "缺失", "依赖进口", "链主", lead.name, "未定环节"):
        assert words in page
    assert "/enterprises/?chain=ic&amp;segment=design&amp;role=lead" in page
    assert 'data-graph="/api/v1/chains/ic/graph"' in page
    assert "安排企业入链" not in page, "a leader reads"


@pytest.fixture(scope="module")
def laid(django_db_setup, django_db_blocker):
    """The large chain, laid once for this file and taken out again by rolling back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield lay_large(DistrictFactory())
        transaction.set_rollback(True)


@pytest.fixture
def large(laid, db):
    """The same for one test; what it changes, the next does not see."""
    return laid


def lay_large(district):
    """40 segments and 5 000 enterprises, two in ten with a part to be named."""
    chain = ChainFactory(district=district, code="large")
    codes = [f"large-{n}" for n in range(40)]
    stages = [STAGES[n * 3 // 40] for n in range(40)]
    lay_out_segments(
        chain=chain,
        segments=[
            {
                "code": code, "name": f"产业链上的第{n:02d}号关键环节", "stage": stage, "position": n + 1,
                "is_gap": n % 9 == 0, "gap_note": "目前依赖区外采购，" * 12,
            }
            for n, (code, stage) in enumerate(zip(codes, stages, strict=True))
        ],
        links=[*ladder(codes[:14], codes[14:27]), *ladder(codes[14:27], codes[27:])],
    )  # fmt: skip
    town = TownFactory(district=district)
    segments = list(Segment.objects.filter(chain=chain).order_by("position"))
    enterprises = Enterprise.objects.bulk_create(
        Enterprise(
            uscc=valid_uscc(n),
            name=f"上海某某第{n:04d}号精密机械制造有限公司",
            kind="other",
            town=town,
            district=district,
        )
        for n in range(5000)
    )
    ChainMembership.objects.bulk_create(
        ChainMembership(
            enterprise=one, chain=chain, segment=segments[n % 41] if n % 41 < 40 else None,
            role=("lead", "backbone", *["supporting"] * 8)[n % 10], started_on=datetime.date(2025, 1, 1),
        )
        for n, one in enumerate(enterprises)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE enterprises_chainmembership, enterprises_enterprise")
    return chain


def test_5000_enterprises_on_40_segments_stay_small_and_quick(large):
    client = signed_in("bureau", large.district)
    client.get("/api/v1/chains/large/graph")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/api/v1/chains/large/graph")
    graph = answer.json()
    assert len(graph["nodes"]) == 40
    assert graph["enterprises"] == 5000
    assert graph["unplaced"] == sum(n % 41 == 40 for n in range(5000))
    assert len(answer.content) < MOST_BYTES / 2, len(answer.content)
    own = [query["sql"] for query in queries if "chains_" in query["sql"]]
    assert len(own) <= MOST_QUERIES, "\n".join(sql[:120] for sql in own)


def test_the_number_of_queries_does_not_grow_with_the_chain(large):
    user = make_user("bureau", district=large.district)
    assert user.scope.districts, "read once, not by the graph"
    asked = []
    for one in (lay_small(large.district), large):
        with CaptureQueriesContext(connection) as queries:
            chain_graph(user, one)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_graph_is_built_in_a_moment(large, capsys):
    user = make_user("bureau", district=large.district)
    chain_graph(user, large)
    began = time.perf_counter()
    chain_graph(user, large)
    took = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n  graph of 40 segments, 5 000 enterprises: {took * 1000:.0f} ms")
    assert took < 2, "tens of milliseconds on a quiet machine"
