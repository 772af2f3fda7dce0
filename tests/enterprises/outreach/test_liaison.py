"""Liaison points: taken in once, visited, due again, released."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from enterprises.outreach.actions import record_visit, release_point, take_in, update_point, view_leader
from enterprises.outreach.models import LiaisonPoint
from portal.audit.models import PersonalView
from portal.kit.problems import Conflict, Invalid, Stale
from tests.enterprises.registry.test_races import together
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.outreach import InstructorFactory, LiaisonPointFactory, LiaisonVisitFactory
from tests.factories.territory import TownFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
LEADER = {"leader_title": "副镇长", "leader_name": "李长风"}


def test_codes_count_up_within_the_year(world):
    by = world.user("station")
    first = take_in(enterprise=world.ours, by=by, taken_in_on=date(2026, 2, 3), **LEADER)
    other = EnterpriseFactory(town=world.here)
    second = take_in(enterprise=other, by=by, taken_in_on=date(2026, 2, 3), **LEADER)
    assert [first.code, second.code] == ["LX20260001", "LX20260002"]


def test_a_second_open_point_is_refused_and_a_released_one_is_not_in_the_way(world):
    by = world.user("station")
    point = take_in(enterprise=world.ours, by=by, taken_in_on=date(2026, 2, 3), **LEADER)
    with pytest.raises(Conflict, match=point.code):
        take_in(enterprise=world.ours, by=by, taken_in_on=date(2026, 2, 4), **LEADER)
    release_point(point=point, by=by, version=1, released_on=TODAY(), reason="企业迁出")
    assert take_in(enterprise=world.ours, by=by, taken_in_on=TODAY(), **LEADER).pk != point.pk


def test_what_cannot_be_taken_in(world):
    by, day = world.user("bureau"), date(2026, 2, 3)
    gone = EnterpriseFactory(town=world.here, deregistered=True)
    nowhere = EnterpriseFactory(town=TownFactory(district=world.district, closed_on=date(2025, 1, 1)))
    left = InstructorFactory(town=world.here, left=True)
    for kind, given in (
        (Conflict, {"enterprise": gone}),
        (Conflict, {"enterprise": nowhere}),
        (Conflict, {"instructor": left}),
        (Invalid, {"instructor": InstructorFactory()}),
        (Invalid, {"taken_in_on": TODAY() + timedelta(days=1)}),
        (Invalid, {"taken_in_on": date(2015, 5, 31)}),
        (Invalid, {"leader_name": "  "}),
    ):
        with pytest.raises(kind):
            take_in(**{"enterprise": world.ours, "by": by, "taken_in_on": day, **LEADER, **given})
    assert not LiaisonPoint.objects.exists()


def test_a_visit_moves_the_next_one(world):
    point = LiaisonPointFactory(enterprise=world.ours)
    by = world.user("station")
    record_visit(point=point, by=by, visited_on=TODAY(), content="了解用工情况")
    record_visit(point=point, by=by, visited_on=TODAY() - timedelta(days=30), content="补登上月走访")
    point.refresh_from_db()
    assert point.last_visited_on == TODAY()  # an older visit recorded later does not move it back
    for visited_on in (TODAY() + timedelta(days=1), date(2025, 2, 28)):
        with pytest.raises(Invalid):
            record_visit(point=point, by=by, visited_on=visited_on, content="了解用工情况")
    with pytest.raises(Invalid):
        record_visit(point=point, by=by, visited_on=TODAY(), content=" ")
    with pytest.raises(Invalid):  # not before the last visit
        release_point(
            point=point, by=by, version=1, released_on=TODAY() - timedelta(days=1), reason="企业迁出"
        )


def test_change_and_release_need_the_version(world):
    point, by = LiaisonPointFactory(enterprise=world.ours), world.user("station")
    changed = update_point(point=point, by=by, version=1, changes={"leader_title": "镇长"})
    assert (changed.leader_title, changed.version) == ("镇长", 2)
    with pytest.raises(Stale):
        update_point(point=point, by=by, version=1, changes={"leader_title": "书记"})
    with pytest.raises(Stale):
        release_point(point=point, by=by, version=1, released_on=TODAY(), reason="企业迁出")
    release_point(point=point, by=by, version=2, released_on=TODAY(), reason="企业迁出")
    with pytest.raises(Conflict):
        update_point(point=point, by=by, version=3, changes={"leader_title": "书记"})


def test_the_due_list_over_rest(world, settings):
    settings.LIAISON_VISIT_DAYS = 90
    just_due, not_yet = TODAY() - timedelta(days=90), TODAY() - timedelta(days=89)
    due = LiaisonPointFactory(enterprise=world.ours, last_visited_on=just_due)
    LiaisonPointFactory(enterprise=EnterpriseFactory(town=world.here), last_visited_on=not_yet)
    LiaisonPointFactory(enterprise=EnterpriseFactory(town=world.here), taken_in_on=not_yet)
    LiaisonPointFactory(enterprise=EnterpriseFactory(town=world.here), released=True)
    never = LiaisonPointFactory(enterprise=world.theirs)
    seen = world.api("bureau").get("/api/v1/liaison-points?due=1&ordering=last_seen_on").json()["results"]
    assert [row["code"] for row in seen] == [never.code, due.code]
    assert all(row["due"] for row in seen)
    assert world.api("bureau").get("/api/v1/liaison-points?due=0&count=1").json()["count"] == 3
    own = world.api("station").get("/api/v1/liaison-points?due=1").json()["results"]
    assert [row["code"] for row in own] == [due.code]


def test_filters_over_rest(world):
    one = InstructorFactory(town=world.here)
    chain = ChainFactory(district=world.district)
    ChainMembershipFactory(enterprise=world.ours, chain=chain)
    point = LiaisonPointFactory(enterprise=world.ours, instructor=one)
    LiaisonPointFactory(enterprise=world.theirs, released=True)
    api = world.api("bureau")
    for query in (
        f"town={world.here.code}", f"chain={chain.code}", f"instructor={one.code}", "active=1", "search=云间",
        f"search={point.code.lower()}",
    ):  # fmt: skip
        rows = api.get(f"/api/v1/liaison-points?{query}").json()["results"]
        assert [row["code"] for row in rows] == [point.code], query
    assert api.get("/api/v1/liaison-points?due=perhaps").status_code == 400


def test_the_leaders_name_is_masked_and_the_view_recorded(world):
    point = LiaisonPointFactory(enterprise=world.ours)
    address = f"/api/v1/liaison-points/{point.code}"
    assert world.api("station").get(address).json()["leader_name"] == "李**"
    assert world.api("leader").get(address).json()["leader_name"] is None
    body = {"reason": "联系走访时间"}
    assert world.api("leader").post(f"{address}/personal", body, format="json").status_code == 403
    answer = world.api("enterprise").post(f"{address}/personal", body, format="json")
    assert answer.json() == {"field": "leader_name", "value": "李长风"}
    assert PersonalView.objects.get().object_key == point.code
    with pytest.raises(Invalid):
        view_leader(point=point, by=world.user("station"), reason="")
    assert PersonalView.objects.count() == 1


def test_taken_in_visited_and_released_over_rest(world):
    api, one = world.api("station"), InstructorFactory(town=world.here)
    given = {"uscc": world.ours.uscc, "taken_in_on": "2026-02-03", **LEADER, "instructor": one.code}
    made = api.post("/api/v1/liaison-points", given, format="json")
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    assert (made.json()["instructor"], made.json()["leader_name"]) == (one.code, "李**")
    assert api.post("/api/v1/liaison-points", given, format="json").status_code == 409
    theirs = {**given, "uscc": world.theirs.uscc}
    assert api.post("/api/v1/liaison-points", theirs, format="json").status_code == 400
    assert world.api("leader").post("/api/v1/liaison-points", given, format="json").status_code == 403
    visit = {"visited_on": str(TODAY()), "content": "了解用工情况"}
    key = {"HTTP_IDEMPOTENCY_KEY": "visit-1"}
    for _ in range(2):
        answer = api.post(f"/api/v1/liaison-points/{code}/visits", visit, format="json", **key)
        assert answer.status_code == 201
    assert len(api.get(f"/api/v1/liaison-points/{code}/visits").json()["results"]) == 1
    assert api.get(f"/api/v1/liaison-points/{code}").json()["due"] is False
    patched = api.patch(f"/api/v1/liaison-points/{code}", {"version": 1, "instructor": None}, format="json")
    assert (patched.json()["instructor"], patched.json()["version"]) == (None, 2)
    body = {"version": 2, "released_on": str(TODAY()), "reason": "企业迁出"}
    assert api.post(f"/api/v1/liaison-points/{code}/release", body, format="json").json()["active"] is False
    assert api.post(f"/api/v1/liaison-points/{code}/release", body, format="json").status_code == 409


def test_an_enterprise_reads_its_own_point_and_visits(world):
    point = LiaisonVisitFactory(point__enterprise=world.ours).point
    other = LiaisonPointFactory(enterprise=world.theirs)
    api = world.api("enterprise")
    assert [row["code"] for row in api.get("/api/v1/liaison-points").json()["results"]] == [point.code]
    assert len(api.get(f"/api/v1/liaison-points/{point.code}/visits").json()["results"]) == 1
    assert api.get(f"/api/v1/liaison-points/{other.code}").status_code == 404
    visit = {"visited_on": str(TODAY()), "content": "自己写的"}
    assert api.post(f"/api/v1/liaison-points/{point.code}/visits", visit, format="json").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_taken_in_by_two_at_once_is_one_point_and_codes_never_meet():
    town = TownFactory()
    by = make_user("bureau", district=town.district)
    same, others = EnterpriseFactory(town=town), [EnterpriseFactory(town=town) for _ in range(3)]
    results = together(
        *[
            lambda one=one: take_in(enterprise=one, by=by, taken_in_on=date(2026, 2, 3), **LEADER)
            for one in (same, same, *others)
        ]
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1, results
    codes = sorted(LiaisonPoint.objects.values_list("code", flat=True))
    assert codes == [f"LX2026000{n}" for n in range(1, 5)]
