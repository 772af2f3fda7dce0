"""Integration projects: who records and reads them, their states, and the figures of the finished ones."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from enterprises.projects.models import IntegrationProject
from enterprises.projects.rules import problems
from portal.metrics.places import area_of
from portal.metrics.queries.figures import figures
from tests.cells import drained
from tests.factories.accounts import make_user
from tests.factories.catalogues import ProjectFactory
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import DistrictFactory, TownFactory

CODES = ["integration_projects", "integration_participants", "integration_patents"]
NEW = {
    "title": "去毛刺机器人攻关", "subject": "key_technology", "direction": "research", "started_on": "2020-01-01",
    "carriers": "党员科技创新工作室",
}  # fmt: skip
SOUND = {
    "title": "项目", "carriers": "", "summary": "", "enterprise": object(), "organization": None, "participants": 0,
    "patents": 0,
}  # fmt: skip
TODAY = datetime.date(2026, 1, 1)
days = st.dates(datetime.date(2015, 1, 1), datetime.date(2030, 1, 1))


@given(days, st.none() | days, st.sampled_from(["running", "finished", "stopped"]))
@settings(max_examples=40)
def test_a_project_is_sound_when_its_days_fit_its_state(started_on, finished_on, status):
    found = problems(
        {**SOUND, "started_on": started_on, "finished_on": finished_on, "status": status}, today=TODAY
    )
    fits = (
        finished_on is not None and started_on <= finished_on <= TODAY
        if status == "finished"
        else finished_on is None
    )
    assert (not found) == (fits and started_on <= TODAY)


@pytest.fixture
def district(db):
    return DistrictFactory()


@pytest.fixture
def enterprise(district):
    return EnterpriseFactory(town=TownFactory(district=district), founded_on=datetime.date(2001, 1, 1))


def api(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def station(enterprise):
    return api(make_user("station", town=enterprise.town))


def record(client: APIClient, **given):
    return client.post("/api/v1/integration-projects", NEW | given, format="json")


def test_a_station_records_a_project_of_its_town_and_finishes_it(station, enterprise, district):
    chain = ChainFactory(district=district)
    made = record(station, uscc=enterprise.uscc, chain=chain.code)
    assert (made.status_code, made.data["status"], made.data["town"]) == (
        201,
        "running",
        enterprise.town.code,
    )
    address = f"/api/v1/integration-projects/{made.data['number']}"
    change = {
        "version": 1, "status": "finished", "finished_on": "2021-06-30", "participants": 7, "patents": 3,
    }  # fmt: skip
    assert station.patch(address, change, format="json").data["version"] == 2
    assert station.patch(address, change, format="json").status_code == 409
    drained(*CODES)
    leader = make_user("leader", district=district)
    for area in (area_of(leader), area_of(leader, chain=chain.code)):
        found = figures(CODES, area=area, period="all")
        assert [found[code].value for code in CODES] == [1, 7, 3]
    assert figures(CODES, area=area_of(leader))["integration_projects"].value == 0  # nothing this year
    station.patch(address, {"version": 2, "status": "stopped", "finished_on": None}, format="json")
    drained(*CODES)
    assert figures(CODES, area=area_of(leader), period="all")["integration_patents"].value == 0
    refused = station.patch(address, {"version": 3, "title": "改名"}, format="json")
    assert (refused.status_code, refused.data["errors"][0]["code"]) == (409, "closed_move")


def test_who_may_record_and_read(station, enterprise, district):
    other = EnterpriseFactory(town=TownFactory(district=district))
    assert record(station, uscc=other.uscc).status_code == 400  # a station does not see it
    assert record(station, uscc=enterprise.uscc, town=other.town.code).status_code == 403
    own = ProjectFactory(enterprise=enterprise)
    hidden = ProjectFactory(enterprise=other)
    reader = api(make_user("enterprise", enterprise=enterprise, district=district))
    rows = reader.get("/api/v1/integration-projects").data["results"]
    assert [row["number"] for row in rows] == [own.number]
    assert not rows[0]["may_change"]
    assert reader.get(f"/api/v1/integration-projects/{hidden.number}").status_code == 404
    assert record(reader, uscc=enterprise.uscc).status_code == 403
    leader = api(make_user("leader", district=district))
    assert leader.get("/api/v1/integration-projects?count=1").data["count"] == 2
    change = leader.patch(f"/api/v1/integration-projects/{own.number}", {"version": 1}, format="json")
    assert change.status_code == 403


def test_what_cannot_be_is_refused_with_a_sentence(station, enterprise):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    for change, field in (
        ({"uscc": None}, "enterprise"),
        ({"started_on": tomorrow.isoformat()}, "started_on"),
        ({"started_on": "1999-01-01"}, "started_on"),  # before the enterprise was founded
        ({"status": "finished"}, "finished_on"),
        ({"finished_on": "2021-01-01"}, "finished_on"),
        ({"status": "stopped"}, "status"),
        ({"participants": -1}, "participants"),
        ({"direction": "space"}, "direction"),
        ({"organization": "nobody"}, "organization"),
    ):
        answer = record(station, **({"uscc": enterprise.uscc} | change))
        assert (answer.status_code, answer.data["errors"][0]["attr"]) == (400, field), change
    assert not IntegrationProject.objects.exists()


def test_a_list_is_narrowed_by_what_people_ask(enterprise, district):
    bureau = api(make_user("bureau", district=district))
    organization = PartyOrganizationFactory(town=enterprise.town, district=district, name="集成电路集群党委")
    done = ProjectFactory(enterprise=enterprise, organization=organization, finished=True, direction="talent")
    ProjectFactory(enterprise=enterprise)
    for asked in (
        "direction=talent", "status=finished", "search=集成电路", "from=2021-01-01&to=2021-12-31",
        f"organization={organization.code}",
    ):  # fmt: skip
        rows = bureau.get(f"/api/v1/integration-projects?{asked}").data["results"]
        assert [row["number"] for row in rows] == [done.number], asked
    assert bureau.get("/api/v1/integration-projects?direction=space").status_code == 400
    assert bureau.get("/api/v1/integration-projects?town=none").status_code == 400


def test_pages_record_and_correct(enterprise, district):
    client = Client()
    client.force_login(make_user("bureau", district=district))
    assert client.post("/integration-projects/new/", NEW | {"status": "running"}).status_code == 400
    sent = NEW | {"status": "running", "enterprise": enterprise.name}
    address = client.post("/integration-projects/new/", sent).headers["Location"]
    page = client.get(f"{address}edit/")
    form, shown = page.context["form"], page.context["shown"]
    values = {name: form[name].value() for name in form.fields} | shown
    values |= {"version": 1, "status": "finished", "finished_on": "2021-06-30", "patents": "2"}
    sent = {name: "" if value is None else value for name, value in values.items()}
    assert client.post(f"{address}edit/", sent).status_code == 302
    assert "已完成" in client.get(address).content.decode()
    assert enterprise.name in client.get("/integration-projects/?status=finished").content.decode()
