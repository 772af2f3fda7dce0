"""`chains`: everybody reads, the bureau writes, a stale edit learns the current row."""

import pytest
from rest_framework.test import APIClient

from chains.models import Chain
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, SegmentFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


def signed_in(role: str, district, **place) -> APIClient:
    client = APIClient()
    client.force_login(make_user(role, district=district, **place))
    return client


def test_the_list_counts_members_and_gaps(district):
    chain = ChainFactory(
        district=district, code="ic", name="集成电路", lead_town=TownFactory(district=district)
    )
    SegmentFactory(chain=chain, gap=True)
    SegmentFactory(chain=chain)
    enterprise = EnterpriseFactory(town__district=district)
    ChainMembershipFactory(enterprise=enterprise, chain=chain)
    ChainMembershipFactory(enterprise=EnterpriseFactory(town__district=district), chain=chain, ended=True)
    row = signed_in("leader", district).get("/api/v1/chains").json()["results"][0]
    assert row == {
        "code": "ic",
        "name": "集成电路",
        "lead_town": chain.lead_town.code,
        "lead_town_name": chain.lead_town.name,
        "description": "",
        "members": 1,
        "gaps": 1,
        "version": 1,
    }


def test_members_are_counted_in_scope_only(district):
    chain = ChainFactory(district=district)
    here, there = EnterpriseFactory(town__district=district), EnterpriseFactory(town__district=district)
    for enterprise in (here, there):
        ChainMembershipFactory(enterprise=enterprise, chain=chain)
    url = f"/api/v1/chains/{chain.code}"
    assert signed_in("bureau", district).get(url).json()["members"] == 2
    assert signed_in("station", district, town=here.town).get(url).json()["members"] == 1
    assert signed_in("enterprise", district, enterprise=here).get(url).json()["members"] == 1
    assert signed_in("institution", district).get(url).json()["members"] == 0


def test_the_bureau_opens_a_chain(district):
    town = TownFactory(district=district)
    client = signed_in("bureau", district)
    answer = client.post(
        "/api/v1/chains",
        {"code": "robots", "name": " 机器人 ", "lead_town": town.code, "description": "简介"},
    )
    assert answer.status_code == 201, answer.json()
    assert answer.json()["name"] == "机器人"
    assert client.post("/api/v1/chains", {"code": "robots", "name": "别名"}).status_code == 409
    assert client.post("/api/v1/chains", {"code": "robots-2", "name": "机器人"}).status_code == 409


@pytest.mark.parametrize(
    "body,field",
    [
        ({"name": "甲"}, "code"),
        ({"code": "x"}, "name"),
        ({"code": "甲", "name": "甲"}, "code"),
        ({"code": "x\n", "name": "\u200b"}, "name"),
        ({"code": "x", "name": "甲", "lead_town": "nowhere"}, "lead_town"),
        ({"code": "x", "name": "甲", "lead_town": 5}, "lead_town"),
        ({"code": "x", "name": "甲", "members": 3}, "members"),
    ],
)
def test_broken_values_are_named(district, body, field):
    answer = signed_in("bureau", district).post("/api/v1/chains", body)
    assert answer.status_code == 400
    assert field in {error["attr"] for error in answer.json()["errors"]}


def test_a_lead_town_of_another_district_is_refused(district):
    body = {"code": "x", "name": "甲", "lead_town": TownFactory().code}
    assert signed_in("bureau", district).post("/api/v1/chains", body).status_code == 400


@pytest.mark.parametrize("role", ["station", "leader", "enterprise", "department", "institution"])
def test_nobody_else_writes(district, role):
    chain, client = ChainFactory(district=district), signed_in(role, district)
    assert client.post("/api/v1/chains", {"code": "x", "name": "甲"}).status_code == 403
    assert client.patch(f"/api/v1/chains/{chain.code}", {"version": 1, "name": "乙"}).status_code == 403
    assert not Chain.objects.filter(name="乙").exists()


def test_another_districts_bureau_may_not_change_it(district):
    chain = ChainFactory(district=district)
    answer = signed_in("bureau", DistrictFactory()).patch(
        f"/api/v1/chains/{chain.code}", {"version": 1, "name": "乙"}
    )
    assert answer.status_code == 403


def test_a_change_raises_the_version_and_a_stale_one_learns_the_current_row(district):
    chain, client = ChainFactory(district=district, name="甲"), signed_in("bureau", district)
    url = f"/api/v1/chains/{chain.code}"
    assert client.patch(url, {"version": 1, "name": "乙"}).json()["version"] == 2
    stale = client.patch(url, {"version": 1, "name": "丙"})
    assert stale.status_code == 409
    assert stale.json()["current"]["name"] == "乙"
    assert stale.json()["current"]["version"] == 2
    assert client.patch(url, {"version": 2, "name": "乙"}).json()["version"] == 2, "nothing changed"
    assert client.patch(url, {"name": "丁"}).status_code == 400, "a version is needed"


def test_the_same_key_opens_one_chain(district):
    client, body = signed_in("bureau", district), {"code": "once", "name": "一次"}
    answers = [client.post("/api/v1/chains", body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert Chain.objects.filter(code="once").count() == 1


def test_pages_show_segments_gaps_and_both_values_of_a_stale_edit(client, district):
    chain = ChainFactory(district=district, name="甲")
    SegmentFactory(chain=chain, name="光刻胶", gap=True)
    client.force_login(make_user("bureau", district=district))
    assert "甲" in client.get("/chains/").content.decode()
    page = client.get(f"/chains/{chain.code}/").content.decode()
    assert "光刻胶" in page
    assert "缺失环节" in page
    url = f"/chains/{chain.code}/edit/"
    assert client.post(url, {"name": "乙", "version": 1}).status_code == 302
    answer = client.post(url, {"name": "丙", "version": 1})
    assert answer.status_code == 409
    assert "乙" in answer.content.decode()
    assert "丙" in answer.content.decode()
    assert Chain.objects.get().name == "乙"


def test_lists_within_budget(client, district, django_assert_max_num_queries):
    for number in range(12):
        SegmentFactory(chain=ChainFactory(district=district, code=f"c{number}"))
    client.force_login(make_user("bureau", district=district))
    budgets = {"/chains/": 8, "/chains/c1/": 12, "/api/v1/chains": 8, "/api/v1/chains/c1": 8}
    for url, most in budgets.items():
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200
