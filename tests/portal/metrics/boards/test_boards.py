"""Boards: set up by the bureau, read by leaders and stations, ranked from the engine's series."""

import datetime

import pytest
from django.utils import timezone

from portal.metrics.actions import drain, recount_all
from portal.metrics.models import PioneerBoard
from portal.metrics.places import Area
from portal.metrics.queries import figures, series
from tests.factories.accounts import make_user
from tests.factories.chains import PartyOrganizationFactory
from tests.factories.outreach import ActivityFactory
from tests.factories.territory import DistrictFactory, TownFactory
from tests.kept import check_now, kept_for_the_file

pytestmark = pytest.mark.django_db
MARCH = (datetime.date(2026, 3, 1), datetime.date(2026, 3, 31))


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker):
    """Four towns: 2, 2, 1 and 0 activities in March, 0, 3, 1 and 0 in February."""
    with kept_for_the_file(django_db_blocker):
        made = four_towns()
        recount_all()
        check_now()
        yield made


def four_towns():
    made = DistrictFactory()
    for march, february in ((2, 0), (2, 3), (1, 1), (0, 0)):
        town = TownFactory(district=made)
        organization = PartyOrganizationFactory(district=made, town=town)
        for month, count in ((3, march), (2, february)):
            for day in range(count):
                held = datetime.date(2026, month, 5 + day)
                ActivityFactory(organization=organization, held_on=held, attendances=10, status="held")
    return made


def test_a_board_from_setting_up_to_closing(client, district):
    client.force_login(make_user("bureau", district=district))
    body = {"name": "“组织活力”榜", "metric": "activities_held", "rank_by": "town"}
    made = client.post("/api/v1/boards", body, "application/json")
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    assert client.post("/api/v1/boards", body, "application/json").status_code == 409
    assert client.get("/boards/new/").status_code == 200
    drain()
    assert figures(["pioneer_boards"], area=Area((district.pk,)))["pioneer_boards"].value == 1

    found = client.get(f"/api/v1/boards/{code}?month=2026-03").json()
    places = [(one["place"], one["previous_place"], one["value"]) for one in found["standings"]]
    assert places == [(1, 3, 2), (1, 1, 2), (3, 2, 1), (4, 3, 0)]
    points = series(["activities_held"], area=Area((district.pk,)), first=MARCH[0], last=MARCH[1], by="town")
    engine = {point.key: point.value for point in points["activities_held"].points}
    assert {one["key"]: one["value"] for one in found["standings"]} == engine

    for role in ("leader", "station"):
        where = {"town": district.towns.first()} if role == "station" else {"district": district}
        client.force_login(make_user(role, **where))
        page = client.get("/boards/?month=2026-03").content.decode()
        assert "“组织活力”榜" in page
        assert district.towns.first().name in client.get(f"/boards/{code}/?month=2026-03").content.decode()
        change = client.patch(f"/api/v1/boards/{code}", {"version": 1, "places": 2}, "application/json")
        assert change.status_code == 403

    client.force_login(make_user("bureau", district=district))
    changed = client.patch(f"/api/v1/boards/{code}", {"version": 1, "places": 1}, "application/json")
    assert changed.json()["version"] == 2
    stale = client.patch(f"/api/v1/boards/{code}", {"version": 1, "places": 5}, "application/json")
    assert stale.status_code == 409
    assert len(client.get(f"/api/v1/boards/{code}?month=2026-03").json()["standings"]) == 2  # both firsts
    edit = client.get(f"/boards/{code}/edit/")
    assert edit.status_code == 200
    today = timezone.localdate().isoformat()
    client.patch(f"/api/v1/boards/{code}", {"version": 2, "closed_on": today}, "application/json")
    drain()
    assert figures(["pioneer_boards"], area=Area((district.pk,)))["pioneer_boards"].value == 0
    assert "已停用" in client.get("/boards/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric": "nothing"},
        {"metric": "pioneer_boards"},
        {"rank_by": "department"},
        {"rank_by": "person"},
        {"places": 0},
        {"places": 101},
        {"name": "\u200b"},
        {"surprise": 1},
    ],
)
def test_what_cannot_be_ranked(client, district, wrong):
    client.force_login(make_user("bureau", district=district))
    body = {"name": "榜", "metric": "activities_held", "rank_by": "town", **wrong}
    assert client.post("/api/v1/boards", body, "application/json").status_code == 400
    assert not PioneerBoard.objects.exists()


def test_the_last_position_is_shared(client, district):
    client.force_login(make_user("bureau", district=district))
    body = {"metric": "activities_held", "rank_by": "town"}
    for name, more in (("甲榜", {"position": 32767}), ("乙榜", {})):
        made = client.post("/api/v1/boards", {"name": name, **body, **more}, "application/json")
        assert (made.status_code, made.json()["position"]) == (201, 32767)


def test_months_that_are_none(client, district):
    client.force_login(make_user("bureau", district=district))
    body = {"name": "榜", "metric": "activities_held", "rank_by": "station", "places": 3}
    code = client.post("/api/v1/boards", body, "application/json").json()["code"]
    for month in ("2026-13", "2026", "2999-01", "x"):
        assert client.get(f"/api/v1/boards/{code}?month={month}").status_code == 400
    assert client.get(f"/api/v1/boards/{code}").status_code == 200
