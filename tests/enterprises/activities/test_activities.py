"""Activities: recorded by who may, numbered, corrected with version, cancelled for good."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied

from enterprises.activities.actions import cancel_activity, record_activity, update_activity
from enterprises.activities.models import Activity
from portal.kit.problems import Conflict, Invalid, Stale
from tests.enterprises.registry.test_races import together
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import PartyProfileFactory
from tests.factories.outreach import ActivityFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
PARTY_DAY = {"kind": "theme_day", "title": "主题党日：学习党章"}


@pytest.fixture
def branch(world):
    """The organisation that `ours` has alone."""
    row = PartyOrganizationFactory(district=world.district, town=world.here, set_up_on=date(2020, 7, 1))
    PartyProfileFactory(enterprise=world.ours, organization=row, organization_form="alone")
    return row


def test_numbers_count_up_within_the_day(world, branch):
    by = world.user("station")
    first, second = (
        record_activity(organization=branch, by=by, held_on=TODAY(), attendances=12, **PARTY_DAY)
        for _ in range(2)
    )
    day = TODAY().strftime("%Y%m%d")
    assert [first.number, second.number] == [f"HD{day}-0001", f"HD{day}-0002"]
    assert first.recorded_by == by


@pytest.mark.parametrize("role", ["leader", "department"])
def test_who_only_reads_does_not_record(world, branch, role):
    with pytest.raises(PermissionDenied):
        record_activity(organization=branch, by=world.user(role), held_on=TODAY(), **PARTY_DAY)


def test_enterprises_and_leaders_read_which_unit_recorded(world, branch):
    by = world.user("station")
    made = record_activity(organization=branch, by=by, held_on=TODAY(), **PARTY_DAY)
    unit = f"{world.here.short_name}指导站"
    for role, said in (("bureau", str(by)), ("leader", unit), ("enterprise", unit)):
        assert world.api(role).get(f"/api/v1/activities/{made.number}").json()["recorded_by"] == said


def test_an_enterprise_records_for_its_own_organisation_alone(world, branch):
    by = world.user("enterprise")
    assert record_activity(organization=branch, by=by, held_on=TODAY(), **PARTY_DAY).pk
    world.ours.profile.organization_form = "joint"  # shared with others: the station records
    world.ours.profile.save()
    with pytest.raises(PermissionDenied):
        record_activity(organization=branch, by=by, held_on=TODAY(), **PARTY_DAY)


def test_a_station_does_not_record_for_another_town(world):
    there = PartyOrganizationFactory(district=world.district, town=world.there)
    with pytest.raises(PermissionDenied):
        record_activity(organization=there, by=world.user("station"), held_on=TODAY(), **PARTY_DAY)


def test_dates_that_cannot_be(world, branch):
    by = world.user("bureau")
    for held_on, status in (
        (TODAY() + timedelta(days=1), "held"),
        (TODAY() - timedelta(days=1), "planned"),
        (date(2020, 6, 30), "held"),
    ):
        with pytest.raises(Invalid) as refused:
            record_activity(organization=branch, by=by, held_on=held_on, status=status, **PARTY_DAY)
        assert "held_on" in refused.value.detail
    with pytest.raises(Invalid):
        record_activity(organization=branch, by=by, held_on=TODAY(), status="cancelled", **PARTY_DAY)


def test_an_ended_organisation_takes_no_new_one_after_its_end(world, branch):
    branch.status, branch.ended_on, branch.end_reason = "dissolved", date(2026, 6, 30), "企业迁出"
    branch.save()
    by = world.user("bureau")
    with pytest.raises(Conflict):
        record_activity(organization=branch, by=by, held_on=date(2026, 7, 1), **PARTY_DAY)
    late = record_activity(organization=branch, by=by, held_on=date(2026, 6, 29), **PARTY_DAY)
    assert late.held_on == date(2026, 6, 29)


def test_a_plan_is_held_and_then_only_cancelled(world, branch):
    by = world.user("station")
    plan = ActivityFactory(organization=branch, planned=True)
    with pytest.raises(Invalid):  # not yet
        update_activity(activity=plan, by=by, version=1, changes={"status": "held"})
    held = update_activity(
        activity=plan, by=by, version=1, changes={"status": "held", "held_on": TODAY(), "attendances": 9}
    )
    assert (held.status, held.version) == ("held", 2)
    with pytest.raises(Stale):
        update_activity(activity=plan, by=by, version=1, changes={"title": "改名"})
    with pytest.raises(Conflict) as refused:
        update_activity(activity=plan, by=by, version=2, changes={"status": "planned"})
    assert refused.value.open_moves == ["cancelled"]
    cancel_activity(activity=plan, by=by, version=2)
    with pytest.raises(Conflict):
        update_activity(activity=plan, by=by, version=3, changes={"title": "改名"})


def test_filters_over_rest(world, branch):
    chain = ChainFactory(district=world.district)
    branch.chain = chain
    branch.save()
    one = ActivityFactory(organization=branch, held_on=date(2026, 5, 4), title="五四主题党日")
    ActivityFactory(
        organization=PartyOrganizationFactory(district=world.district, town=world.there),
        kind="quiz", held_on=date(2026, 9, 1), cancelled=True,
    )  # fmt: skip
    api = world.api("bureau")

    def found(query: str) -> list[str]:
        answer = api.get(f"/api/v1/activities?{query}")
        assert answer.status_code == 200, answer.content
        return [row["number"] for row in answer.json()["results"]]

    for query in (
        f"town={world.here.code}", f"chain={chain.code}", "kind=theme_day", "status=held", "search=五四",
        f"organization={branch.code}", "from=2026-05-04&to=2026-05-04", f"search={one.number}",
    ):  # fmt: skip
        assert found(query) == [one.number], query
    assert len(found("from=2026-05-04")) == 2
    for broken in ("from=yesterday", "to=2026-13-01", "kind=party", "status=done", "town=nowhere", "twon=1"):
        assert api.get(f"/api/v1/activities?{broken}").status_code == 400, broken
    assert len(world.api("station").get("/api/v1/activities").json()["results"]) == 1
    assert len(world.api("enterprise").get("/api/v1/activities").json()["results"]) == 1
    assert world.api("department").get("/api/v1/activities").json()["results"] == []


def test_recorded_and_changed_over_rest(world, branch):
    api = world.api("enterprise")
    given = {"organization": branch.code, "kind": "主题党日", "title": "党员突击队", "held_on": str(TODAY())}
    made = api.post("/api/v1/activities", given, format="json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert re.fullmatch(r"HD\d{8}-\d{4,}", row["number"])
    assert (row["kind"], row["status"], row["town"]) == ("theme_day", "held", world.here.code)
    address = f"/api/v1/activities/{row['number']}"
    changed = api.patch(address, {"version": 1, "attendances": 15}, format="json").json()
    assert (changed["attendances"], changed["version"]) == (15, 2)
    stale = api.patch(address, {"version": 1, "attendances": 16}, format="json")
    assert stale.status_code == 409
    assert (
        api.patch(address, {"version": 2, "status": "cancelled"}, format="json").json()["status"]
        == "cancelled"
    )
    again = api.patch(address, {"version": 3, "title": "改名"}, format="json")
    assert again.status_code == 409
    other = PartyOrganizationFactory(district=world.district, town=world.here)
    foreign = api.post("/api/v1/activities", {**given, "organization": other.code}, format="json")
    assert foreign.status_code == 400
    assert world.api("leader").post("/api/v1/activities", given, format="json").status_code == 403
    assert world.api("leader").get(address).status_code == 200


def test_pages(world, branch):
    browser = world.browser("station")
    form = {
        "organization": branch.code, "kind": "theme_day", "title": "主题党日", "status": "held",
        "held_on": str(TODAY()), "attendances": "21",
    }  # fmt: skip
    answer = browser.post("/activities/new/", form)
    row = Activity.objects.get()
    assert answer["Location"] == f"/activities/{row.number}/"
    assert "21" in browser.get(answer["Location"]).content.decode()
    assert "主题党日" in browser.get("/activities/").content.decode()
    form |= {"version": "1", "title": "主题党日（补记）", "shown-title": "主题党日"}
    assert browser.post(f"/activities/{row.number}/edit/", form).status_code == 302
    assert browser.post(f"/activities/{row.number}/cancel/", {"version": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.status) == ("主题党日（补记）", "cancelled")
    assert world.browser("leader").get("/activities/").status_code == 200
    assert world.browser("leader").get("/activities/new/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_numbers_never_meet():
    branch = PartyOrganizationFactory(set_up_on=date(2020, 7, 1))
    by = make_user("bureau", district=branch.district)
    results = together(
        *[lambda: record_activity(organization=branch, by=by, held_on=TODAY(), **PARTY_DAY) for _ in range(6)]
    )
    assert all(isinstance(row, Activity) for row in results), results
    assert sorted(int(row.number[-4:]) for row in results) == [1, 2, 3, 4, 5, 6]
