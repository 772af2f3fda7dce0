"""Commercial areas, buildings and parks: read by everyone, kept by the bureau; the life-cycle elements."""

import pytest
from django.core.management import call_command

from portal.territory.models import Area
from tests.factories.accounts import make_user
from tests.factories.territory import AreaFactory, TownFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/areas"


@pytest.fixture
def town():
    return TownFactory()


@pytest.fixture
def bureau(client, town):
    client.force_login(make_user("bureau", district=town.district))
    return client


def send(client, verb, url, **body):
    return getattr(client, verb)(url, body, content_type="application/json")


def test_registered_corrected_and_closed(bureau, town):
    body = {"code": "YQ-1", "name": "科创园", "kind": "park", "town": town.code, "address": "某路 1 号"}
    assert send(bureau, "post", URL, **body).json()["kind_label"] == "园区"
    assert send(bureau, "post", URL, **body).status_code == 409, "the code is taken"
    same = send(bureau, "post", URL, **{**body, "code": "YQ-2"})
    assert same.status_code == 409, "the name is taken in this town"
    address = f"{URL}/YQ-1"
    assert send(bureau, "patch", address, version=1, name="  科创一园 ").json()["name"] == "科创一园"
    stale = send(bureau, "patch", address, version=1, name="别的")
    assert (stale.status_code, stale.json()["current"]["name"]) == (409, "科创一园")
    assert send(bureau, "patch", address, version=2, closed_on="2999-01-01").status_code == 400
    assert (
        send(bureau, "patch", address, version=2, closed_on="2026-01-31").json()["closed_on"] == "2026-01-31"
    )
    assert bureau.get(f"{URL}?active=1&count=1").json()["count"] == 0
    assert bureau.get(f"{URL}?town={town.code}&kind=park&count=1").json()["count"] == 1


@pytest.mark.parametrize(
    "wrong", [{"kind": "street"}, {"town": "none"}, {"name": " "}, {"code": "有空格 1"}, {"colour": "red"}]
)
def test_what_cannot_be(bureau, town, wrong):
    body = {"code": "YQ-1", "name": "科创园", "kind": "park", "town": town.code} | wrong
    assert send(bureau, "post", URL, **body).status_code == 400
    assert Area.objects.count() == 0


def test_a_closed_town_takes_none(bureau, town):
    closed = TownFactory(district=town.district, closed=True)
    body = {"code": "YQ-1", "name": "科创园", "kind": "park", "town": closed.code}
    answer = send(bureau, "post", URL, **body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "town")


def test_the_bureau_of_another_district_keeps_its_own_only(bureau):
    theirs = AreaFactory()
    assert send(bureau, "patch", f"{URL}/{theirs.code}", version=1, name="x").status_code == 403
    body = {"code": "YQ-1", "name": "科创园", "kind": "park", "town": theirs.town.code}
    assert send(bureau, "post", URL, **body).status_code == 403


def test_by_the_pages(bureau, town):
    given = {"code": "SQ-1", "name": "大街商圈", "kind": "commercial", "town": town.code}
    assert bureau.post("/areas/new/", given).status_code == 302
    assert "大街商圈" in bureau.get("/areas/?search=大街").content.decode()
    area = Area.objects.get()
    shown = {"shown-name": area.name, "shown-kind": area.kind, "shown-town": town.code, "shown-address": ""}
    edit = {**given, **shown, "version": 1, "closed_on": "2026-01-31", "shown-closed_on": ""}
    assert bureau.post("/areas/SQ-1/", edit).status_code == 302
    assert "大街商圈" not in bureau.get("/areas/").content.decode()
    assert "大街商圈" in bureau.get("/areas/?active=0").content.decode()


def test_the_reference_of_songjiang(client):
    call_command("load_reference", "songjiang", verbosity=0)
    call_command("load_reference", "songjiang", verbosity=0)
    client.force_login(make_user("enterprise"))
    elements = client.get("/api/v1/service-elements").json()["results"]
    names = ["登记注册", "纳税开票", "融资贷款", "员工参保", "资金扶持申报", "知识产权保护"]
    assert [one["name"] for one in elements] == names
    assert client.get(f"/api/v1/service-elements/{elements[0]['code']}").json()["name"] == "登记注册"
    assert 50 <= Area.objects.count() <= 70
    assert Area.objects.values("town").distinct().count() == 18
    assert set(Area.objects.values_list("kind", flat=True)) == {"commercial", "building", "park"}
