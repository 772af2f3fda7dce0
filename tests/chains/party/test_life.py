"""An organisation's life: set up, renamed, moved, merged, dissolved; each in its timeline, nothing deleted."""

import datetime
from collections import Counter

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from chains.party import actions
from chains.party.models import OrganizationEvent, PartyOrganization
from chains.party.rules import new_parent, stands_above
from portal.kit.problems import Conflict, Invalid
from tests.factories.accounts import make_user
from tests.factories.chains import GuidanceLinkFactory, OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.territory import AreaFactory, DistrictFactory, TownFactory
from tests.races import together

pytestmark = pytest.mark.django_db
URL = "/api/v1/party-organizations"
DAY = datetime.date(2020, 7, 1)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def bureau(district):
    return make_user("bureau", district=district)


@pytest.fixture
def api(bureau):
    client = APIClient()
    client.force_login(bureau)
    return client


def organization(district, **fields):
    return PartyOrganizationFactory(district=district, **{"set_up_on": DAY, **fields})


def events(row) -> list[tuple]:
    return list(row.timeline.order_by("id").values_list("kind", "old", "new"))


def test_setting_up_is_the_first_entry(api, district):
    OrganizationKindFactory()
    body = {"code": "DZ-1", "name": "中共甲支部委员会", "kind": "branch", "set_up_on": "2021-07-01"}
    assert api.post(URL, body).status_code == 201
    entries = api.get(f"{URL}/DZ-1/timeline").json()["results"]
    assert [(one["kind"], one["happened_on"], one["new"]) for one in entries] == [
        ("set_up", "2021-07-01", "中共甲支部委员会")
    ]


@pytest.mark.parametrize("day", ["1921-07-22", "2999-01-01"])
def test_no_organisation_is_older_than_the_party_or_from_tomorrow(api, day):
    OrganizationKindFactory()
    body = {"code": "DZ-1", "name": "甲", "kind": "branch", "set_up_on": day}
    answer = api.post(URL, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "set_up_on"


def test_closed_places_take_nobody_new(api, district):
    OrganizationKindFactory()
    body = {"code": "DZ-1", "name": "甲", "kind": "branch"}
    closed = TownFactory(district=district, closed_on=DAY)
    assert api.post(URL, body | {"town": closed.code}).status_code == 400
    town = TownFactory(district=district)
    park = AreaFactory(town=town, closed=True)
    assert api.post(URL, body | {"area": park.code}).status_code == 400
    elsewhere = AreaFactory(town=TownFactory(district=district))
    assert api.post(URL, body | {"town": town.code, "area": elsewhere.code}).status_code == 400
    inside = AreaFactory(town=town)
    answer = api.post(URL, body | {"area": inside.code}).json()
    assert (answer["town"], answer["area"]) == (town.code, inside.code), "the area says which town"


def test_who_stands_in_a_town_closed_since_can_still_be_corrected(api, district):
    row = organization(district, town=TownFactory(district=district, closed_on=DAY))
    assert api.patch(f"{URL}/{row.code}", {"version": 1, "secretary_name": "王五"}).status_code == 200


@pytest.mark.parametrize("code", ["new", "tree", "Matrix"])
def test_an_address_of_the_pages_is_no_code(api, code):
    OrganizationKindFactory()
    assert api.post(URL, {"code": code, "name": "甲", "kind": "branch"}).status_code == 400


def test_the_old_name_stays_and_profiles_follow(api, district):
    row = organization(district, name="旧名支部")
    profile = PartyProfileFactory(
        enterprise=EnterpriseFactory(district=district), organization=row, organization_name="旧名支部",
        organization_form="alone",
    )  # fmt: skip
    change = {"version": 1, "name": "新名支部", "changed_on": "2024-03-01"}
    assert api.patch(f"{URL}/{row.code}", change).json()["name"] == "新名支部"
    assert events(row) == [("renamed", "旧名支部", "新名支部")]
    assert row.timeline.get().happened_on == datetime.date(2024, 3, 1)
    profile.refresh_from_db()
    assert (profile.organization_name, profile.version) == ("新名支部", 2)
    early = api.patch(f"{URL}/{row.code}", {"version": 2, "name": "更早", "changed_on": "2019-01-01"})
    assert early.status_code == 400
    assert early.json()["errors"][0]["attr"] == "changed_on"


def test_moving_is_noted_and_never_under_itself(api, district):
    upper, lower = organization(district), organization(district)
    moved = api.patch(f"{URL}/{lower.code}", {"version": 1, "parent": upper.code})
    assert moved.json()["parent"] == upper.code
    assert events(lower) == [("moved", "", upper.name)]
    circle = api.patch(f"{URL}/{upper.code}", {"version": 1, "parent": lower.code})
    assert circle.status_code == 400
    assert circle.json()["errors"][0]["attr"] == "parent"


def test_the_database_refuses_a_circle_too(district):
    upper = organization(district)
    lower = organization(district, parent=upper)
    with pytest.raises(DatabaseError), transaction.atomic():
        PartyOrganization.objects.filter(pk=upper.pk).update(parent=lower)
    with pytest.raises(DatabaseError), transaction.atomic():
        PartyOrganization.objects.filter(pk=lower.pk).delete()


def test_the_timeline_only_grows(district, bureau):
    row = organization(district)
    event = actions.note_event(row, "renamed", DAY, by=bureau, old="a", new="b")
    for change in (lambda: event.delete(), lambda: OrganizationEvent.objects.update(new="c")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_dissolving_needs_to_know_where_children_go(district, bureau):
    upper = organization(district)
    row = organization(district, parent=upper)
    child = organization(district, parent=row)
    end = {
        "organization": row,
        "by": bureau,
        "version": 1,
        "ended_on": timezone.localdate(),
        "reason": "撤并",
    }
    with pytest.raises(Conflict, match="1 个下级"):
        actions.dissolve(**end)
    actions.dissolve(**end, children_to=upper)
    row.refresh_from_db()
    child.refresh_from_db()
    assert (row.status, row.end_reason, row.version) == ("dissolved", "撤并", 2)
    assert child.parent == upper
    assert events(child) == [("moved", row.name, upper.name)]
    with pytest.raises(Conflict, match="撤销") as closed:
        actions.dissolve(**{**end, "version": 2})
    assert closed.value.open_moves == []


@pytest.mark.parametrize(
    "ended_on,reason", [("2020-06-30", "早于成立"), ("2999-01-01", "未来"), ("2024-01-01", "x")]
)
def test_an_end_that_cannot_be(district, bureau, ended_on, reason):
    end = {"by": bureau, "version": 1, "ended_on": datetime.date.fromisoformat(ended_on), "reason": reason}
    with pytest.raises(Invalid):
        actions.dissolve(organization=organization(district), **end)


def test_merging_into_a_grandchild_leaves_no_circle(district, bureau):
    """The child on the way to the target goes up, the others go to the target."""
    top = organization(district)
    row = organization(district, parent=top)
    between = organization(district, parent=row)
    target, other = organization(district, parent=between), organization(district, parent=row)
    actions.merge(
        organization=row, into=target, by=bureau, version=1, ended_on=timezone.localdate(), reason="合并组建"
    )
    for one in (row, between, target, other):
        one.refresh_from_db()
    assert (between.parent, target.parent, other.parent) == (top, between, target)
    assert (row.status, row.merged_into) == ("merged", target)
    assert events(target) == [("absorbed", "", row.name)]
    assert ("merged", "", target.name) in events(row)


def test_guidance_ends_with_the_organisation(district, bureau):
    row = organization(district)
    link = GuidanceLinkFactory(guide=row)
    today = timezone.localdate()
    actions.dissolve(organization=row, by=bureau, version=1, ended_on=today, reason="撤并")
    link.refresh_from_db()
    assert link.ended_on == today


def test_the_way_up_and_where_children_go():
    parents = {"c": "b", "b": "a", "a": None}
    assert stands_above(parents, "c") == ["c", "b", "a"]
    assert stands_above({"a": "b", "b": "a"}, "a") == ["a", "b"], "a circle is walked once"
    assert new_parent("b", wanted="c", gone="a", parents=parents) is None
    assert new_parent("x", wanted="c", gone="a", parents=parents) == "c"


@pytest.mark.django_db(transaction=True)
def test_a_under_b_and_b_under_a_at_once(district):
    """Two clerks re-parent in the same moment: one loses, whatever the order."""
    bureau = make_user("bureau", district=district)
    one, other = organization(district), organization(district)

    def move(row, parent):
        return actions.update_organization(organization=row, by=bureau, version=1, changes={"parent": parent})

    results = together(lambda: move(one, other), lambda: move(other, one))
    assert Counter(type(result) for result in results) == {PartyOrganization: 1, Invalid: 1}
