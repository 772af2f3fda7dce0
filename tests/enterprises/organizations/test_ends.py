"""An organisation ends together with what it covers: each enterprise goes somewhere, in one step."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from chains.party.models import PartyOrganization
from enterprises.organizations.actions import dissolve_organization, merge_organization
from enterprises.organizations.rules import NOT_CHOSEN, destinations
from enterprises.profile.actions import record_survey
from enterprises.profile.models import PartyProfile
from portal.kit.problems import Conflict, Invalid
from tests.factories.accounts import make_user
from tests.factories.chains import EstablishmentModeFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.outreach import ActivityFactory
from tests.factories.territory import DistrictFactory, TownFactory
from tests.races import together

pytestmark = pytest.mark.django_db
DAY = datetime.date(2020, 7, 1)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def town(district):
    return TownFactory(district=district)


@pytest.fixture
def bureau(district):
    return make_user("bureau", district=district)


@pytest.fixture
def api(bureau):
    client = APIClient()
    client.force_login(bureau)
    return client


def organization(district, covers=0, **fields):
    row = PartyOrganizationFactory(district=district, **{"set_up_on": DAY, **fields})
    for _ in range(covers):
        PartyProfileFactory(
            enterprise=EnterpriseFactory(town=fields["town"]), organization=row, organization_form="alone",
            organization_name=row.name, full_members=3,
        )  # fmt: skip
    return row


def end(**more):
    return {"version": 1, "ended_on": timezone.localdate().isoformat(), "reason": "企业调整", **more}


def address(row, move="dissolve"):
    return f"/api/v1/party-organizations/{row.code}/{move}"


def codes(row):
    return list(row.profiles.order_by("pk").values_list("enterprise__uscc", flat=True))


def test_who_covers_enterprises_is_asked_where_they_go(api, district, town):
    row = organization(district, covers=2, town=town)
    answer = api.post(address(row), end())
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "still_covers"
    assert "2 家企业" in answer.json()["errors"][0]["detail"]
    half = api.post(address(row), end(destinations={codes(row)[0]: None}))
    assert "1 家企业" in half.json()["errors"][0]["detail"]
    row.refresh_from_db()
    assert (row.status, row.profiles.count()) == ("active", 2), "nothing half done"


def test_one_default_and_a_choice_for_one(api, district, town):
    row = organization(district, covers=3, town=town)
    mode = EstablishmentModeFactory(code="area_joint", name="区域联建", is_joint=True)
    goal = organization(district, town=town, establishment_mode=mode)
    first, *others = codes(row)
    answer = api.post(address(row), end(destination=goal.code, destinations={first: None}))
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["status"], answer.json()["version"]) == ("dissolved", 2)
    left = PartyProfile.objects.get(enterprise__uscc=first)
    assert (left.organization, left.organization_name, left.organization_form, left.version) == (
        None,
        "",
        "none",
        2,
    )
    moved = PartyProfile.objects.filter(enterprise__uscc__in=others)
    assert {(one.organization, one.organization_name, one.organization_form) for one in moved} == {
        (goal, goal.name, "joint")
    }
    assert {one.establishment_mode for one in moved} == {mode}
    said = api.get(f"/api/v1/party-organizations/{goal.code}/timeline").json()["results"]
    assert [(one["kind"], one["other"]) for one in said] == [("enterprises", row.code)]
    assert "2 家" in said[0]["new"]
    kinds = [
        one["kind"] for one in api.get(f"/api/v1/party-organizations/{row.code}/timeline").json()["results"]
    ]
    assert sorted(kinds) == ["dissolved", "enterprises", "enterprises"]
    history = api.get(f"/enterprises/{first}/changes/").content.decode()
    assert row.name in history, "the enterprise's own history tells where it was"


def test_an_ended_one_takes_no_further_move(api, district, town):
    row = organization(district, town=town)
    assert api.post(address(row), end()).status_code == 200
    for move, more in (("dissolve", {}), ("merge", {"into": organization(district, town=town).code})):
        again = api.post(address(row, move), end(version=2, **more))
        assert again.status_code == 409
        assert again.json()["open_moves"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"ended_on": "2020-06-30"},
        {"ended_on": "2999-01-01"},
        {"reason": ""},
        {"destination": "nobody"},
        {"destinations": {"91310000MA1FL00005": None}},
        {"version": 0},
        {"colour": "red"},
    ],
)
def test_what_cannot_be(api, district, town, wrong):
    row = organization(district, town=town)
    assert api.post(address(row), end(**wrong)).status_code == 400
    row.refresh_from_db()
    assert row.status == "active"


def test_what_was_held_was_held_before_the_end(api, district, town):
    row, day = organization(district, town=town), timezone.localdate()
    ActivityFactory(organization=row, held_on=day, title="十一月主题党日")
    early = (day - datetime.timedelta(days=1)).isoformat()
    answer = api.post(address(row), end(ended_on=early))
    assert answer.status_code == 400
    assert "十一月主题党日" in answer.json()["errors"][0]["detail"]
    assert api.post(address(row), end(), headers={"Accept-Language": "en"}).status_code == 200


def test_a_destination_is_an_active_formal_organisation_of_the_district(api, district, town):
    row = organization(district, covers=1, town=town)
    ended = PartyOrganizationFactory(district=district, dissolved=True)
    for goal in (row.code, ended.code, PartyOrganizationFactory().code):
        assert api.post(address(row), end(destination=goal)).status_code == 400, goal


def test_a_stale_version_is_told_with_the_row(api, district, town):
    row = organization(district, town=town)
    PartyOrganization.objects.filter(pk=row.pk).update(version=4)
    answer = api.post(address(row), end())
    assert answer.status_code == 409
    assert answer.json()["current"]["version"] == 4


def test_children_go_up_or_where_one_says(api, district, town):
    top = organization(district, town=town)
    row = organization(district, town=town, parent=top)
    child = organization(district, town=town, parent=row)
    assert api.post(address(row), end()).json()["errors"][0]["code"] == "has_children"
    assert api.post(address(row), end(destination=None)).status_code == 200
    child.refresh_from_db()
    assert child.parent == top


def test_merging_takes_everything_along(api, district, town):
    row, into = organization(district, covers=2, town=town), organization(district, town=town)
    child = organization(district, town=town, parent=row)
    answer = api.post(address(row, "merge"), end(into=into.code))
    assert (answer.json()["status"], answer.json()["merged_into"]) == ("merged", into.code)
    assert into.profiles.count() == 2
    child.refresh_from_db()
    assert child.parent == into
    assert api.post(address(into, "merge"), end(into=into.code)).status_code == 400, "into itself"


def test_only_the_bureau_ends_one(district, town):
    row = organization(district, town=town)
    for role, place in (("station", {"town": town}), ("leader", {"district": district})):
        client = APIClient()
        client.force_login(make_user(role, **place))
        assert client.post(address(row), end()).status_code == 403


def test_the_page_lists_them_with_a_choice_each(client, bureau, district, town):
    client.force_login(bureau)
    row = organization(district, covers=2, town=town)
    goal = organization(district, town=town, name="中共接收联合支部委员会")
    goal.kind.__class__.objects.get_or_create(code="joint_branch", defaults={"name": "联合党支部"})
    PartyOrganization.objects.filter(pk=goal.pk).update(
        kind=goal.kind.__class__.objects.get(code="joint_branch")
    )
    first, second = codes(row)
    page = client.get(f"/organizations/{row.code}/dissolve/").content.decode()
    assert f'name="to-{first}"' in page
    assert "覆盖的 2 家企业" in page
    given = {"version": 1, "ended_on": timezone.localdate(), "reason": "企业调整"}
    missing = client.post(f"/organizations/{row.code}/dissolve/", given)
    assert missing.status_code == 400
    given |= {"destination": "无组织", f"to-{first}": goal.code}
    assert client.post(f"/organizations/{row.code}/dissolve/", given).status_code == 302
    assert PartyProfile.objects.get(enterprise__uscc=first).organization == goal
    assert PartyProfile.objects.get(enterprise__uscc=second).organization is None
    again = client.get(f"/organizations/{row.code}/dissolve/", follow=True).content.decode()
    assert "不能再办理变动" in again


def test_the_page_of_merging(client, bureau, district, town):
    client.force_login(bureau)
    row, into = organization(district, covers=1, town=town), organization(district, town=town)
    given = {"version": 1, "ended_on": timezone.localdate(), "reason": "统一组建", "into": into.name}
    assert client.post(f"/organizations/{row.code}/merge/", given | {"into": row.name}).status_code == 400
    assert client.post(f"/organizations/{row.code}/merge/", given).status_code == 302
    assert into.profiles.count() == 1


def test_the_rule_of_destinations():
    assert destinations(["a", "b"], {"a": None}) == ({"a": None}, ["b"])
    assert destinations(["a", "b"], {"a": 1}, 2) == ({"a": 1, "b": 2}, [])
    assert destinations(["a"], {}, None) == ({"a": None}, [])
    assert destinations(["a"], {}, NOT_CHOSEN) == ({}, ["a"])


@pytest.mark.django_db(transaction=True)
def test_dissolved_and_merged_at_once_one_wins(district, town):
    bureau = make_user("bureau", district=district)
    row, into = organization(district, covers=2, town=town), organization(district, town=town)
    last = {
        "organization": row,
        "by": bureau,
        "version": 1,
        "ended_on": timezone.localdate(),
        "reason": "调整",
    }

    results = together(
        lambda: dissolve_organization(**last, default=None),
        lambda: merge_organization(**last, into=into),
    )
    assert sorted(isinstance(one, Conflict) for one in results) == [False, True]
    assert not row.profiles.exists()


@pytest.mark.django_db(transaction=True)
def test_a_survey_that_names_it_meanwhile_waits_and_is_told(district, town):
    """No profile comes to name an organisation that has ended."""
    bureau = make_user("bureau", district=district)
    row, enterprise = organization(district, town=town), EnterpriseFactory(town=town)
    ended, told = threading.Event(), []

    def survey():
        try:
            ended.wait(10)
            record_survey(
                enterprise=enterprise, by=bureau, surveyed_on=timezone.localdate(), method="visit", full_members=3,
                organization_form="joint", organization=row.code,
            )  # fmt: skip
        except Invalid as error:
            told.append(error.detail)
        finally:
            connection.close()

    thread = threading.Thread(target=survey)
    thread.start()
    with transaction.atomic():
        dissolve_organization(
            organization=row, by=bureau, version=1, ended_on=timezone.localdate(), reason="调整", default=None
        )
        ended.set()
        time.sleep(0.5)
    thread.join(20)
    assert "organization" in told[0]
    assert not row.profiles.exists()
