"""以大带小: recorded by bureau and stations, seen by scope, ended once."""

import datetime

import pytest
from rest_framework.test import APIClient

from chains.party.models import GuidanceLink
from tests.factories.accounts import make_user
from tests.factories.chains import GuidanceLinkFactory, PartyOrganizationFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/guidance-links"
DAY = datetime.date(2020, 7, 1)


@pytest.fixture
def district():
    return DistrictFactory()


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def api(district):
    return signed_in(make_user("bureau", district=district))


@pytest.fixture
def pair(district):
    town = TownFactory(district=district)
    return [PartyOrganizationFactory(district=district, town=town, set_up_on=DAY) for _ in range(2)]


def body(pair, **more):
    guide, guided = pair
    return {
        "guide": guide.code,
        "guided": guided.code,
        "kind": "guidance",
        "started_on": "2024-01-01",
        **more,
    }


def test_recorded_ended_and_then_as_it_is(api, pair):
    link = api.post(URL, body(pair, note="结对共学")).json()
    assert (link["guide_name"], link["kind_label"], link["version"]) == (pair[0].name, "指导帮建", 1)
    assert api.post(URL, body(pair)).status_code == 409, "open once"
    assert api.post(URL, body(pair[::-1])).json()["errors"][0]["code"] == "mutual"
    moved = api.patch(
        f"/api/v1/party-organizations/{pair[1].code}", {"version": 1, "set_up_on": "2024-02-01"}
    )
    assert "自 2024-01-01 开始" in moved.json()["errors"][0]["detail"], "nobody is guided before it stands"
    address = f"{URL}/{link['id']}"
    assert api.patch(address, {"version": 1, "ended_on": "2023-01-01"}).status_code == 400
    ended = api.patch(address, {"version": 1, "ended_on": "2024-06-30"}).json()
    assert (ended["ended_on"], ended["version"]) == ("2024-06-30", 2)
    again = api.patch(address, {"version": 2, "note": "x"})
    assert again.status_code == 409
    assert again.json()["open_moves"] == []
    assert [one["id"] for one in api.get(f"{URL}?active=0").json()["results"]] == [link["id"]]
    assert api.post(URL, body(pair)).status_code == 201, "a new one may begin"


def test_a_stale_edit_shows_the_row_as_it_stands(api, pair):
    link = api.post(URL, body(pair)).json()
    api.patch(f"{URL}/{link['id']}", {"version": 1, "note": "甲"})
    stale = api.patch(f"{URL}/{link['id']}", {"version": 1, "note": "乙"})
    assert stale.status_code == 409
    assert stale.json()["current"]["note"] == "甲"


def test_what_cannot_be(api, district, pair):
    one, _other = pair
    assert api.post(URL, body((one, one))).status_code == 400, "itself"
    assert api.post(URL, body(pair, started_on="2020-06-30")).status_code == 400, "before the founding"
    assert api.post(URL, body(pair, started_on="2999-01-01")).status_code == 400, "not yet"
    ended = PartyOrganizationFactory(district=district, dissolved=True)
    assert api.post(URL, body((one, ended))).status_code == 409
    assert api.post(URL, body((one, PartyOrganizationFactory()))).status_code == 400, "of another district"
    assert GuidanceLink.objects.count() == 0


def test_a_station_links_its_own_and_sees_its_own(district, pair):
    station = signed_in(make_user("station", town=pair[0].town))
    assert station.post(URL, body(pair)).status_code == 201
    elsewhere = GuidanceLinkFactory(
        guide=PartyOrganizationFactory(district=district, town=TownFactory(district=district))
    )
    assert len(station.get(URL).json()["results"]) == 1
    assert station.get(f"{URL}/{elsewhere.pk}").status_code == 404
    assert station.post(URL, body((elsewhere.guide, elsewhere.guided))).status_code in {400, 403}
    leader = signed_in(make_user("leader", district=district))
    assert len(leader.get(URL).json()["results"]) == 2
    assert leader.patch(f"{URL}/{elsewhere.pk}", {"version": 1, "note": "x"}).status_code == 403


def test_on_the_page_either_side_may_begin(client, district, pair):
    client.force_login(make_user("bureau", district=district))
    one, other = pair
    given = {"direction": "guided", "other": other.name, "kind": "co_building", "started_on": "2024-01-01"}
    assert client.post(f"/organizations/{one.code}/guidance/", given).status_code == 302
    link = GuidanceLink.objects.get()
    assert (link.guide, link.guided) == (other, one)
    page = client.get(f"/organizations/{one.code}/").content.decode()
    assert "受带动" in page
    assert other.name in page
    unknown = client.post(f"/organizations/{one.code}/guidance/", given | {"other": "没有这个"})
    assert unknown.status_code == 400
    assert "没有编号或名称为“没有这个”" in unknown.content.decode()
    end = {"version": 1, "ended_on": "2024-06-30", "note": ""}
    assert client.post(f"/organizations/guidance/{link.pk}/?from={one.code}", end).status_code == 302
    link.refresh_from_db()
    assert link.ended_on == datetime.date(2024, 6, 30)
