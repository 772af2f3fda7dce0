"""Instructors: who may record them, what is refused, what a list shows of their names."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied

from enterprises.outreach.actions import create_instructor, retire_instructor, update_instructor
from enterprises.outreach.models import Instructor
from portal.audit.models import PersonalView
from portal.kit.problems import Conflict, Invalid, Stale
from tests.factories.outreach import (
    AreaFactory,
    AssignmentFactory,
    InstructorFactory,
    LiaisonPointFactory,
)
from tests.factories.territory import TownFactory

pytestmark = pytest.mark.django_db
PERSON = {"name": "沈知行", "phone": "13812340001", "started_on": date(2024, 5, 1)}


def test_a_station_records_an_instructor_of_its_own_town(world):
    row = create_instructor(by=world.user("station"), town=world.here, code="ZD-1", **PERSON)
    row.refresh_from_db()
    assert (row.town, row.district, row.kind) == (world.here, world.district, "instructor")
    assert (row.name, row.phone) == ("沈知行", "13812340001")
    assert row.name_bidx
    assert row.phone_bidx


@pytest.mark.parametrize("role", ["leader", "enterprise", "department"])
def test_nobody_else_records_one(world, role):
    with pytest.raises(PermissionDenied):
        create_instructor(by=world.user(role), town=world.here, code="ZD-1", **PERSON)


def test_a_station_does_not_record_for_another_town(world):
    with pytest.raises(PermissionDenied):
        create_instructor(by=world.user("station"), town=world.there, code="ZD-1", **PERSON)


@pytest.mark.parametrize(
    "change, field",
    [
        ({"name": "\u200b"}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"phone": "123"}, "phone"),
        ({"kind": "chief"}, "kind"),
        ({"started_on": date(2999, 1, 1)}, "started_on"),
        ({"started_on": date(1900, 1, 1)}, "started_on"),
    ],
)
def test_a_broken_value_is_named(world, change, field):
    with pytest.raises(Invalid) as refused:
        create_instructor(by=world.user("bureau"), town=world.here, code="ZD-1", **{**PERSON, **change})
    assert field in refused.value.detail


def test_a_closed_town_takes_no_instructor(world):
    closed = TownFactory(district=world.district, closed_on=date(2025, 1, 1))
    with pytest.raises(Invalid) as refused:
        create_instructor(by=world.user("bureau"), town=closed, code="ZD-1", **PERSON)
    assert "撤并" in str(refused.value.detail["town"])


def test_the_same_person_is_active_once_a_town(world):
    by = world.user("bureau")
    create_instructor(by=by, town=world.here, code="ZD-1", **PERSON)
    with pytest.raises(Conflict) as refused:
        create_instructor(by=by, town=world.here, code="ZD-2", **PERSON)
    assert "姓名和电话都相同" in str(refused.value.detail)
    create_instructor(by=by, town=world.there, code="ZD-2", **PERSON)  # another town may have a namesake
    Instructor.objects.filter(code="ZD-1").update(ended_on=timezone.localdate())
    create_instructor(by=by, town=world.here, code="ZD-3", **PERSON)  # who left may come back


def test_a_taken_code_is_told(world):
    InstructorFactory(town=world.here, code="ZD-1")
    with pytest.raises(Conflict) as refused:
        create_instructor(by=world.user("bureau"), town=world.here, code="ZD-1", **PERSON)
    assert "ZD-1" in str(refused.value.detail)


def test_an_update_needs_the_version_that_was_read(world):
    row = InstructorFactory(town=world.here)
    changed = update_instructor(
        instructor=row,
        by=world.user("station"),
        version=1,
        changes={"phone": "13900001111", "unit": " 街道 "},
    )
    assert (changed.phone, changed.unit, changed.version) == ("13900001111", "街道", 2)
    with pytest.raises(Stale):
        update_instructor(instructor=row, by=world.user("bureau"), version=1, changes={"unit": "区局"})
    same = update_instructor(instructor=row, by=world.user("bureau"), version=2, changes={"unit": "街道"})
    assert same.version == 2


def test_who_still_has_postings_is_not_let_go(world):
    row = InstructorFactory(town=world.here)
    AssignmentFactory(instructor=row)
    AssignmentFactory(instructor=row, enterprise=None, area=AreaFactory(town=world.here))
    LiaisonPointFactory(enterprise=world.ours, instructor=row)
    with pytest.raises(Conflict) as refused:
        retire_instructor(
            instructor=row, by=world.user("station"), version=1, ended_on=timezone.localdate(), reason="退休"
        )
    assert "2 项派驻、1 个联系点" in str(refused.value.detail)


def test_who_has_nothing_open_leaves_once(world):
    row = InstructorFactory(town=world.here)
    AssignmentFactory(instructor=row, ended=True)
    today = timezone.localdate()
    gone = {"instructor": row, "by": world.user("station"), "reason": "退休"}
    with pytest.raises(Invalid):
        retire_instructor(**gone, version=1, ended_on=today + timedelta(days=1))
    with pytest.raises(Invalid):  # before the last posting ended
        retire_instructor(**gone, version=1, ended_on=date(2026, 3, 30))
    assert retire_instructor(**gone, version=1, ended_on=today).ended_on == today
    with pytest.raises(Conflict):
        retire_instructor(**gone, version=2, ended_on=today)
    with pytest.raises(Conflict):
        update_instructor(instructor=row, by=world.user("station"), version=2, changes={"unit": "区局"})


# -- REST ---------------------------------------------------------------------------------------------------------
def test_a_list_masks_names_and_the_leader_sees_none(world):
    InstructorFactory(town=world.here, name="沈知行", phone="13812348000", code="ZD-1")
    InstructorFactory(town=world.there, code="ZD-2")
    seen = world.api("bureau").get("/api/v1/instructors?count=1").json()
    assert seen["count"] == 2
    assert (seen["results"][0]["name"], seen["results"][0]["phone"]) == ("沈**", "138****8000")
    own = world.api("station").get("/api/v1/instructors").json()["results"]
    assert [row["code"] for row in own] == ["ZD-1"]
    led = world.api("leader").get("/api/v1/instructors").json()["results"]
    assert {row["name"] for row in led} == {None}
    assert world.api("enterprise").get("/api/v1/instructors").json()["results"] == []
    assert world.api("department").get("/api/v1/instructors").json()["results"] == []


def test_filters_and_order(world):
    heavy = InstructorFactory(town=world.here, code="ZD-9", unit="九亭所")
    InstructorFactory(town=world.here, code="ZD-1", kind="liaison")
    InstructorFactory(town=world.there, code="ZD-2", left=True)
    AssignmentFactory(instructor=heavy)
    LiaisonPointFactory(enterprise=world.ours, instructor=heavy)
    api = world.api("bureau")

    def codes(query: str) -> list[str]:
        return [row["code"] for row in api.get(f"/api/v1/instructors?{query}").json()["results"]]

    assert codes(f"town={world.there.code}") == ["ZD-2"]
    assert codes("kind=liaison") == ["ZD-1"]
    assert codes("active=0") == ["ZD-2"]
    assert codes("active=1&ordering=-load") == ["ZD-9", "ZD-1"]
    assert codes("search=九亭") == ["ZD-9"]
    assert codes("search=zd-2") == ["ZD-2"]
    row = api.get("/api/v1/instructors/ZD-9").json()
    assert (row["enterprises"], row["areas"], row["liaison_points"], row["due_visits"], row["load"]) == (
        1, 0, 1, 1, 2,
    )  # fmt: skip
    assert api.get("/api/v1/instructors?active=maybe").status_code == 400
    assert api.get("/api/v1/instructors?town=nowhere").status_code == 400
    assert api.get("/api/v1/instructors?twon=1").status_code == 400


def test_paging_by_load_meets_everybody_once(world):
    people = [InstructorFactory(town=world.here) for _ in range(7)]
    for number, person in enumerate(people):
        for _ in range(number % 3):
            AssignmentFactory(instructor=person)
    api, address, met = world.api("bureau"), "/api/v1/instructors?ordering=-load&page_size=2", []
    while address:
        page = api.get(address).json()
        met += [(row["load"], row["code"]) for row in page["results"]]
        address = page["next"]
    assert len(met) == len(set(met)) == 7
    assert [load for load, _code in met] == sorted((load for load, _code in met), reverse=True)


def test_create_change_retire_over_rest(world):
    api = world.api("station")
    given = {
        "code": "ZD-7", "town": world.here.code, "name": "沈知行", "phone": "13812348000", "kind": "联络员",
        "started_on": "2024-05-01",
    }  # fmt: skip
    made = api.post("/api/v1/instructors", given, format="json")
    assert made.status_code == 201, made.content
    assert (made.json()["kind"], made.json()["name"]) == ("liaison", "沈**")
    assert api.post("/api/v1/instructors", given, format="json").status_code == 409
    assert (
        api.post("/api/v1/instructors", {**given, "town": world.there.code}, format="json").status_code == 403
    )
    changed = api.patch("/api/v1/instructors/ZD-7", {"version": 1, "unit": "九亭所"}, format="json")
    assert changed.json()["version"] == 2
    stale = api.patch("/api/v1/instructors/ZD-7", {"version": 1, "unit": "区局"}, format="json")
    assert stale.status_code == 409
    assert "九亭所" in stale.content.decode()
    body = {"version": 2, "ended_on": str(timezone.localdate()), "reason": "退休"}
    assert api.post("/api/v1/instructors/ZD-7/retire", body, format="json").json()["active"] is False
    assert world.api("leader").post("/api/v1/instructors", given, format="json").status_code == 403


def test_a_full_view_needs_a_reason_and_is_recorded(world):
    row = InstructorFactory(town=world.here, name="沈知行", phone="13812348000")
    address = f"/api/v1/instructors/{row.code}/personal"
    body = {"field": "phone", "reason": "联系走访时间"}
    assert world.api("enterprise").post(address, body, format="json").status_code == 404
    assert world.api("leader").post(address, body, format="json").status_code == 403
    assert world.api("station").post(address, {"field": "phone"}, format="json").status_code == 400
    assert PersonalView.objects.count() == 0
    assert world.api("station").post(address, body, format="json").json()["value"] == "13812348000"

    AssignmentFactory(instructor=row, enterprise=world.ours)
    answer = world.api("enterprise").post(address, body, format="json")  # posted to it: may ask
    assert answer.json() == {"field": "phone", "value": "13812348000"}
    views = PersonalView.objects.order_by("pk")
    assert [(view.model, view.object_key, view.field) for view in views] == [
        ("enterprises.Instructor", row.code, "phone")
    ] * 2
    assert "沈知行" not in str(list(views.values()))
