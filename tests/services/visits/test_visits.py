"""Visits: recorded with what was found, counted once a subject, planned by campaigns with targets."""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.metrics.actions import check_all, drain
from portal.metrics.places import Area
from portal.metrics.queries import figures
from services.visits.models import Visit, VisitCampaign
from services.workorders.models import Demand
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.territory import DistrictFactory, TownFactory
from tests.factories.visits import CampaignFactory, TargetFactory, VisitFactory, VisitProjectFactory
from tests.factories.workorders import ElementFactory

URL = "/api/v1/visits"
BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["visits"]


@dataclass
class World:
    """A station's town with two enterprises, a neighbour's with one."""

    ours: Enterprise
    other: Enterprise
    theirs: Enterprise
    station: User
    bureau: User
    element: str

    def api(self, user: User | None = None) -> APIClient:
        client = APIClient()
        client.force_authenticate(user or self.station)
        return client

    def page(self, user: User | None = None) -> Client:
        client = Client()
        client.force_login(user or self.station, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def visit(self, **given) -> dict:
        return {"uscc": self.ours.uscc, "visited_on": str(today()), "method": "onsite"} | given


def today(back: int = 0) -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=back)


@pytest.fixture
def world(db) -> World:
    district = DistrictFactory()
    here, there = TownFactory(district=district), TownFactory(district=district)
    founded = datetime.date(2015, 6, 1)
    return World(
        ours=EnterpriseFactory(town=here, name="南京岱枢电子有限公司", founded_on=founded),
        other=EnterpriseFactory(town=here, founded_on=founded),
        theirs=EnterpriseFactory(town=there, founded_on=founded),
        station=make_user("station", town=here),
        bureau=make_user("bureau", district=district),
        element=ElementFactory().code,
    )


def finding(world: World, title: str = "流动资金不足", **more) -> dict:
    return {"title": title, "body": "备货缺口约 80 万元。", "element": world.element} | more


def errors(response) -> dict[str, str]:
    return {one["attr"]: one["detail"] for one in response.json()["errors"]}


def test_a_visit_is_recorded_and_each_finding_becomes_a_demand(world):
    chain = ChainFactory(district=world.ours.district)
    ChainMembershipFactory(enterprise=world.ours, chain=chain, started_on=today(40))
    campaign = CampaignFactory(district=world.ours.district)
    body = world.visit(findings=[finding(world), finding(world, "招工困难", urgency="urgent")])

    client = world.api()
    made = client.post(URL, body, format="json", headers={"Idempotency-Key": "a"})
    again = client.post(URL, body, format="json", headers={"Idempotency-Key": "a"})

    assert made.status_code == 201, made.json()
    assert again.json() == made.json()
    row = made.json()
    assert row["number"] == f"ZF{today():%Y%m%d}-000001"
    assert (row["campaign"], row["chain"]) == (campaign.code, chain.code)
    demands = Demand.objects.filter(visit__number=row["number"]).order_by("pk")
    assert [one["number"] for one in row["findings"]] == [one.number for one in demands]
    assert [(one.source, one.status, one.urgency) for one in demands] == [
        ("visit", "submitted", "normal"), ("visit", "submitted", "urgent"),
    ]  # fmt: skip
    assert Visit.objects.count() == 1

    own = make_user("enterprise", enterprise=world.ours, district=world.ours.district)
    assert [one["number"] for one in world.api(own).get(URL).json()["results"]] == [row["number"]]
    listed = client.get(f"{URL}?count=1&findings=open&search=岱枢&from={today(1)}&to={today()}").json()
    assert listed["count"] == 1
    assert listed["results"][0]["findings_open"] == 2


def test_what_cannot_be_is_refused_and_nothing_of_it_is_stored(world):
    client = world.api()

    def refused(status: int = 400, **given) -> dict[str, str]:
        response = client.post(URL, world.visit(**given), format="json")
        assert response.status_code == status, response.json()
        return errors(response)

    assert "不能晚于今天" in refused(visited_on=str(today(-1)))["visited_on"]
    assert "两年前" in refused(visited_on=str(today(800)))["visited_on"]
    Enterprise.objects.filter(pk=world.ours.pk).update(founded_on=today(10))
    assert "成立日期" in refused(visited_on=str(today(20)))["visited_on"]
    told = refused(findings=[finding(world), finding(world, element="nothing")])
    assert set(told) == {"findings.1.element"}
    assert "没有找到企业" in refused(uscc=world.theirs.uscc)["uscc"]
    assert "二者选一" in refused(project=VisitProjectFactory(town=world.ours.town).code)["uscc"]
    campaign = CampaignFactory(district=world.ours.district, starts_on=today(60), ends_on=today(40))
    assert "起止日期" in refused(campaign=campaign.code)["campaign"]
    Enterprise.objects.filter(pk=world.ours.pk).update(status="deregistered")
    assert "已注销" in refused(409)[None]
    assert not Visit.objects.exists()
    assert not Demand.objects.exists()


def test_each_subject_counts_once_from_its_first_visit_on(world):
    district = world.ours.district
    project = VisitProjectFactory(town=world.ours.town)
    codes = ("visits", "enterprises_visited", "projects_visited", "visit_findings")

    def counted() -> list[int]:
        drain()
        found = figures(codes, area=Area((district.pk,)), period="all")
        assert check_all() == ([], {})
        return [int(found[code].value or 0) for code in codes]

    client = world.api()
    for given in (
        world.visit(visited_on=str(today(3)), findings=[finding(world)]),
        world.visit(),
        world.visit(uscc=world.other.uscc),
        {"project": project.code, "visited_on": str(today()), "findings": [finding(world)]},
    ):
        assert client.post(URL, given, format="json").status_code == 201
    assert counted() == [4, 2, 1, 2]
    client.post(URL, world.visit(visited_on=str(today(9))), format="json")  # before what had been the first
    assert counted() == [5, 2, 1, 2]


def test_the_note_is_corrected_once_and_hidden_from_the_enterprise(world):
    visit = VisitFactory(enterprise=world.ours, note="订单下降")
    address, client = f"{URL}/{visit.number}", world.api()
    changed = client.patch(address, {"version": 1, "note": "订单上升"}, format="json")
    stale = client.patch(address, {"version": 1, "note": "不变"}, format="json")
    assert (changed.json()["note"], changed.json()["version"]) == ("订单上升", 2)
    assert stale.status_code == 409
    assert stale.json()["current"]["note"] == "订单上升"
    own = make_user("enterprise", enterprise=world.ours, district=world.ours.district)
    assert world.api(own).get(address).json()["note"] == ""


def test_the_form_of_a_phone_adds_and_removes_findings_without_javascript(world):
    client = world.page()
    found = client.get("/visits/new/?search=岱枢").content.decode()
    address = f"/visits/new/form/?enterprise={world.ours.uscc}"
    assert address in found

    sent = {"method": "phone", "visited_on": str(today()), "note": "接通", "campaign": "running", "rows": "0"}
    one = client.post(address, sent | {"add": "1"})
    assert 'name="f0-title"' in one.content.decode()
    written = {"f0-title": "缺技工", "f0-element": world.element, "f0-urgency": "urgent", "f0-body": ""}
    two = client.post(address, sent | written | {"rows": "1", "add": "1"}).content.decode()
    assert 'value="缺技工"' in two
    assert 'name="f1-title"' in two
    blank = {"f1-title": "", "f1-element": "", "f1-urgency": "normal", "f1-body": ""}
    half = client.post(address, sent | written | blank | {"rows": "2", "f1-body": "有内容没有标题"})
    assert half.status_code == 400
    less = client.post(address, sent | written | blank | {"rows": "2", "remove": "0"}).content.decode()
    assert "缺技工" not in less
    assert not Visit.objects.exists()

    saved = client.post(address, sent | written | blank | {"rows": "2"}, follow=True)
    assert "1 个问题已转为诉求" in saved.content.decode()
    assert list(Demand.objects.values_list("title", "urgency")) == [("缺技工", "urgent")]
    assert "缺技工" in client.get(f"/visits/{Visit.objects.get().number}/").content.decode()
    portrait = client.get(f"/enterprises/{world.ours.uscc}/").content.decode()
    assert "问题 1 个，推进中 1 个" in portrait


def test_a_campaign_shows_how_far_each_town_has_come(world):
    client = world.api(world.bureau)
    here, there = world.ours.town, world.theirs.town
    body = {
        "name": "链上千企", "starts_on": str(today(20)), "ends_on": str(today(-20)),
        "targets": [{"town": here.code, "enterprises": 2}, {"town": there.code, "enterprises": 4, "projects": 1}],
    }  # fmt: skip
    made = client.post("/api/v1/visit-campaigns", body, format="json")
    assert made.status_code == 201, made.json()
    code = made.json()["code"]
    station = world.api()
    station.post(URL, world.visit(findings=[finding(world)]), format="json")
    station.post(URL, world.visit(), format="json")
    VisitFactory(enterprise=world.theirs, campaign=VisitCampaign.objects.get(code=code))

    row = client.get(f"/api/v1/visit-campaigns/{code}").json()
    towns = {one["town"]: one for one in row["towns"]}
    assert (towns[here.code]["enterprises"], towns[here.code]["visits"], towns[here.code]["share"]) == (
        1,
        2,
        50,
    )
    assert (towns[there.code]["share"], row["total"]["findings"], row["total"]["solved"]) == (20, 1, 0)
    assert [one["town"] for one in station.get(f"/api/v1/visit-campaigns/{code}").json()["towns"]] == [
        here.code
    ]
    page = world.page(world.bureau).get(f"/visits/campaigns/{code}/").content.decode()
    assert f"campaign={code}&amp;town={here.code}" in page

    edit = f"/visits/campaigns/{code}/edit/"
    form = {"version": "1", "name": "链上千企", "starts_on": str(today(20)), "ends_on": str(today(-20))}
    form |= {f"enterprises_{here.code}": "5", f"enterprises_{there.code}": "", f"projects_{there.code}": "1"}
    assert world.page(world.bureau).post(edit, form).status_code == 302
    targets = client.get(f"/api/v1/visit-campaigns/{code}").json()["targets"]
    assert targets == [
        {"town": here.code, "enterprises": 5, "projects": 0},
        {"town": there.code, "enterprises": 0, "projects": 1},
    ]
    closed = client.post(f"/api/v1/visit-campaigns/{code}/close", {"version": 2}, format="json")
    assert closed.json()["status"] == "ended"
    assert station.post(URL, world.visit(), format="json").json()["campaign"] is None
    assert client.patch(
        f"/api/v1/visit-campaigns/{code}", {"version": 3, "name": "改名"}, format="json"
    ).status_code == 409  # fmt: skip


def test_projects_are_kept_by_the_bureau(world):
    client = world.api(world.bureau)
    given = {"name": "二期厂房", "town": world.ours.town.code, "enterprise": world.ours.uscc}
    made = client.post("/api/v1/visit-projects", given, format="json")
    assert made.status_code == 201, made.json()
    address = f"/api/v1/visit-projects/{made.json()['code']}"
    ended = client.patch(address, {"version": 1, "closed_on": str(today(5))}, format="json")
    assert ended.json()["closed_on"] == str(today(5))
    late = client.post(URL, {"project": made.json()["code"], "visited_on": str(today())}, format="json")
    assert "已于" in errors(late)["visited_on"]
    assert world.api().post("/api/v1/visit-projects", given, format="json").status_code == 403
    assert world.page().get("/visits/projects/?active=0").context["rows"][0]["name"] == "二期厂房"


def test_targets_of_other_districts_are_refused(world):
    campaign = TargetFactory(
        campaign=CampaignFactory(district=world.ours.district), town=world.ours.town
    ).campaign
    body = {"version": 1, "targets": [{"town": TownFactory().code, "enterprises": 1}]}
    told = world.api(world.bureau).patch(f"/api/v1/visit-campaigns/{campaign.code}", body, format="json")
    assert "不在本区" in errors(told)["targets"]
    assert campaign.targets.count() == 1


def test_each_page_stays_within_its_budget(world):
    """Enough rows of everything that an N+1 would show; one set of rows for all addresses."""
    campaign = CampaignFactory(district=world.ours.district, code="c1")
    TargetFactory(campaign=campaign, town=world.ours.town)
    project = VisitProjectFactory(town=world.ours.town, enterprise=world.ours)
    client = world.api()
    for given in ({"uscc": world.ours.uscc}, {"uscc": world.other.uscc}, {"project": project.code}) * 2:
        body = {"visited_on": str(today()), "method": "onsite", "findings": [finding(world), finding(world)]}
        made = client.post(URL, body | given, format="json")
    names = {"number": made.json()["number"], "campaign": "c1", "uscc": world.ours.uscc}
    over = {}
    for name, budget in BUDGETS.items():
        user = User.objects.get(pk=getattr(world, budget["role"]).pk)  # scope read anew
        address = budget["address"].format(**names)
        client = world.api(user) if address.startswith("/api/") else world.page(user)
        if not address.startswith("/api/"):
            client.get(address)  # the first request of a minute also moves the session's end forward
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200, name
        if len(queries) > budget["queries"]:
            over[name] = len(queries)
    assert over == {}
