"""Placing enterprises on chains: by REST, from the chain's page, and what is refused."""

import datetime

import pytest
from django.utils import timezone

from enterprises.registry.models import ChainMembership
from tests.factories.chains import ChainFactory, SegmentFactory
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.territory import DistrictFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FOUNDED = datetime.date(2015, 6, 1)  # of the factory's enterprises


def day(days: int) -> str:
    return str(TODAY + datetime.timedelta(days))


@pytest.fixture
def chain(world):
    chain = ChainFactory(district=world.district, code="ic", name="集成电路")
    SegmentFactory(chain=chain, code="ic-1", name="设计")
    SegmentFactory(chain=chain, code="ic-2", name="封测", gap=True)
    return chain


@pytest.fixture
def url(world) -> str:
    return f"/api/v1/enterprises/{world.ours.uscc}/places"


def counted(world, segment: str) -> int:
    nodes = world.api("bureau").get("/api/v1/chains/ic/graph").json()["nodes"]
    return next(node["enterprises"] for node in nodes if node["id"] == segment)


def test_a_place_is_taken_moved_and_left_and_the_graph_shows_it(world, chain, url):
    station = world.api("station")
    body = {"chain": "ic", "segment": "ic-1", "role": "lead", "started_on": "2024-05-01"}
    answer = station.post(url, body)
    assert answer.status_code == 201, answer.json()
    assert answer.json() == {
        "chain": "ic", "chain_name": "集成电路", "segment": "ic-1", "segment_name": "设计", "role": "lead",
        "role_label": "链主", "started_on": "2024-05-01", "ended_on": None,
    }  # fmt: skip
    assert counted(world, "ic-1") == 1
    again = station.post(url, body)
    assert again.status_code == 409
    assert again.json()["current"]["segment"] == "ic-1"

    moved = station.patch(f"{url}/ic", {"segment": "ic-2"}).json()
    assert (moved["segment"], moved["role"], moved["started_on"]) == ("ic-2", "lead", "2024-05-01")
    assert (counted(world, "ic-1"), counted(world, "ic-2")) == (0, 1)
    assert station.patch(f"{url}/ic", {"started_on": "2025-01-01"}).json()["started_on"] == "2025-01-01"
    assert station.patch(f"{url}/ic", {"segment": None}).json()["segment"] is None

    left = station.patch(f"{url}/ic", {"ended_on": day(-1)})
    assert left.json()["ended_on"] == day(-1)
    assert counted(world, "ic-2") == 0
    assert station.get(url).json()[0]["ended_on"] == day(-1), "the row stays"
    assert station.patch(f"{url}/ic", {"role": "lead"}).status_code == 404


def test_an_enterprise_may_stand_in_two_chains(world, chain, url):
    ChainFactory(district=world.district, code="ai")
    for code in ("ic", "ai"):
        assert world.api("bureau").post(url, {"chain": code}).status_code == 201
    assert {row["chain"] for row in world.api("leader").get(url).json()} == {"ic", "ai"}
    assert world.api("bureau").delete(f"{url}/ai").status_code == 204
    assert [row["ended_on"] for row in world.api("leader").get(url).json()] == [None, str(TODAY)]


@pytest.mark.parametrize(
    "body,attr",
    [
        ({"chain": "ic", "started_on": str(FOUNDED - datetime.timedelta(1))}, "started_on"),
        ({"chain": "ic", "started_on": day(1)}, "started_on"),
        ({"chain": "ic", "segment": "elsewhere"}, "segment"),
        ({"chain": "foreign"}, "chain"),
        ({"chain": "ic", "segment": "closed"}, "segment"),
        ({"chain": "nowhere"}, "chain"),
        ({"chain": "ic", "role": "king"}, "role"),
        ({"role": "lead"}, "chain"),
    ],
)
def test_what_a_place_may_not_be(world, chain, url, body, attr):
    SegmentFactory(chain=ChainFactory(district=world.district), code="elsewhere")
    SegmentFactory(chain=chain, code="closed", closed_on=TODAY)
    ChainFactory(district=DistrictFactory(), code="foreign")
    answer = world.api("bureau").post(url, body)
    assert answer.status_code == 400
    assert attr in {error["attr"] for error in answer.json()["errors"]}
    assert not ChainMembership.objects.exists()


def test_days_in_disorder(world, chain, url):
    bureau = world.api("bureau")
    bureau.post(url, {"chain": "ic", "started_on": "2025-01-01"})
    assert bureau.patch(f"{url}/ic", {"ended_on": "2024-12-31"}).status_code == 400
    assert bureau.patch(f"{url}/ic", {"ended_on": day(1)}).status_code == 400
    assert bureau.patch(f"{url}/ic", {"ended_on": day(0), "role": "lead"}).status_code == 400
    bureau.patch(f"{url}/ic", {"ended_on": "2025-06-30"})
    back = bureau.post(url, {"chain": "ic", "started_on": "2025-06-01"})
    assert back.status_code == 400, "it would stand there twice in June"
    assert bureau.post(url, {"chain": "ic", "started_on": "2025-06-30"}).status_code == 201


def test_a_place_from_before_a_corrected_founding_day_can_still_change_its_role(world, chain, url):
    place = ChainMembershipFactory(enterprise=world.ours, chain=chain, started_on=datetime.date(2014, 1, 1))
    assert world.api("bureau").patch(f"{url}/ic", {"role": "backbone"}).status_code == 200
    place.refresh_from_db()
    assert (place.role, place.started_on) == ("backbone", datetime.date(2014, 1, 1))


def test_only_who_manages_the_town_places(world, chain, url):
    for role in ("leader", "enterprise"):
        assert world.api(role).get(url).status_code == 200
        assert world.api(role).post(url, {"chain": "ic"}).status_code == 403
    theirs = f"/api/v1/enterprises/{world.theirs.uscc}/places"
    assert world.api("station").get(theirs).status_code == 404
    assert world.api("station").post(theirs, {"chain": "ic"}).status_code == 404


# -- Pages ------------------------------------------------------------------------------------------------------------
def test_from_the_chain_an_enterprise_is_found_and_placed(world, chain):
    clerk = world.browser("bureau")
    assert "安排企业入链" in clerk.get("/chains/ic/").content.decode()
    found = clerk.get("/chains/ic/place/", {"search": "云间", "segment": "ic-1"}).content.decode()
    address = f"/enterprises/{world.ours.uscc}/chains/?chain=ic&amp;segment=ic-1"
    assert address in found
    assert world.theirs.name not in found
    form = clerk.get(address.replace("&amp;", "&")).context["form"]
    assert form["place"].value() == "ic/ic-1"
    sent = {"place": "ic/ic-1", "role": "lead", "started_on": "2024-05-01"}
    assert clerk.post(f"/enterprises/{world.ours.uscc}/chains/", sent).status_code == 302
    assert counted(world, "ic-1") == 1
    assert "调整位置" in clerk.get("/chains/ic/place/", {"search": world.ours.uscc}).content.decode()
    form = clerk.get(f"/enterprises/{world.ours.uscc}/chains/?chain=ic").context["form"]
    assert (form["place"].value(), form["role"].value()) == ("ic/ic-1", "lead")


def test_a_station_finds_its_own_towns_only_and_a_leader_nothing(world, chain):
    station = world.browser("station")
    page = station.get("/chains/ic/place/", {"search": "上海"}).content.decode()
    assert world.ours.name in page
    assert world.theirs.name not in page
    assert world.browser("leader").get("/chains/ic/place/").status_code == 403
    assert "安排企业入链" not in world.browser("leader").get("/chains/ic/").content.decode()


def test_a_gap_that_is_filled_is_remarked(world, chain):
    clerk = world.browser("bureau")
    url = f"/enterprises/{world.ours.uscc}/chains/"
    told = clerk.post(url, {"place": "ic/ic-2", "role": "lead"}, follow=True).content.decode()
    assert "取消缺失标记" in told


def test_a_refused_day_is_told_and_leaving_takes_one(world, chain):
    clerk, url = world.browser("bureau"), f"/enterprises/{world.ours.uscc}/chains/"
    early = clerk.post(url, {"place": "ic", "role": "lead", "started_on": "2001-01-01"})
    assert early.status_code == 400
    assert "不能早于企业成立日期" in early.content.decode()
    clerk.post(url, {"place": "ic", "role": "lead", "started_on": "2024-01-01"})
    assert "退出产业链" in clerk.get(f"{url}ic/leave/").content.decode()
    assert clerk.post(f"{url}ic/leave/", {"ended_on": "2023-01-01"}).status_code == 400
    assert clerk.post(f"{url}ic/leave/", {"ended_on": "2024-12-31"}).status_code == 302
    assert "2024-12-31，已退出" in clerk.get(url).content.decode()
    assert clerk.get(f"{url}ic/leave/").status_code == 404
    assert clerk.post(f"{url}ic/leave/", {"ended_on": ""}).status_code == 409
