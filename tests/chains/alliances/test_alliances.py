"""Alliances: set up with pattern and charter, one chair at a time, members; who may, and two at once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from chains.alliances import actions, rules
from chains.alliances.models import ChairTerm
from chains.party.models import PartyOrganization
from portal.kit.problems import Conflict, Invalid, Stale
from tests.enterprises.registry.test_races import together
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.cobuilding import AllianceMemberFactory, make_alliance

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
LIST = "/api/v1/alliances"
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@settings(max_examples=60)
@given(DAYS, st.none() | DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_term_begins_when_everybody_stands_and_the_chair_is_free(day, alliance, chair, free, today):
    problem = rules.chair_problem(day, alliance_from=alliance, chair_from=chair, free_from=free, today=today)
    assert (problem is None) == (
        day <= today and all(one is None or one <= day for one in (alliance, chair, free))
    )


def branch(world, **more) -> PartyOrganization:
    return PartyOrganizationFactory(district=world.district, **more)


def test_the_chair_rotates_and_the_former_term_ends_on_that_day(world):
    row, by = make_alliance(world.district), world.user("bureau")
    first, second = branch(world), branch(world)
    actions.hand_over_chair(alliance=row, by=by, version=1, chair=first, started_on=date(2025, 1, 1))
    with pytest.raises(Stale):
        actions.hand_over_chair(alliance=row, by=by, version=1, chair=second, started_on=TODAY())
    for chair, day in (
        (first, TODAY()),
        (second, date(2025, 1, 1)),
        (second, TODAY() + timedelta(days=1)),
        (branch(world, dissolved=True), TODAY()),
        (make_alliance(world.district), TODAY()),
        (PartyOrganizationFactory(), TODAY()),
    ):
        with pytest.raises(Invalid):
            actions.hand_over_chair(alliance=row, by=by, version=2, chair=chair, started_on=day)
    actions.hand_over_chair(alliance=row, by=by, version=2, chair=second, started_on=date(2026, 1, 1))
    terms = list(row.chair_terms.order_by("started_on").values_list("chair", "started_on", "ended_on"))
    assert terms == [
        (first.pk, date(2025, 1, 1), date(2026, 1, 1)),
        (second.pk, date(2026, 1, 1), None),
    ]


def test_the_database_refuses_two_chairs_at_once(world):
    row = make_alliance(world.district)
    ChairTerm.objects.create(
        alliance=row, chair=branch(world), started_on=date(2025, 1, 1), ended_on=date(2026, 1, 1)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ChairTerm.objects.create(alliance=row, chair=branch(world), started_on=date(2025, 12, 31))
    ChairTerm.objects.create(alliance=row, chair=branch(world), started_on=date(2026, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_of_two_hand_overs_at_once_one_loses(world):
    row, by = make_alliance(world.district), world.user("bureau")
    results = together(*(
        lambda one=chair: actions.hand_over_chair(
            alliance=row, by=by, version=1, chair=one, started_on=date(2026, 1, 1)
        )
        for chair in (branch(world), branch(world))
    ))  # fmt: skip
    assert sum(isinstance(one, Stale | Conflict) for one in results) == 1
    assert row.chair_terms.count() == 1


def test_set_up_changed_and_handed_over_by_rest(world):
    make_alliance(world.district)  # the kind exists
    api, chain = world.api("bureau"), ChainFactory(district=world.district)
    given = {
        "code": "LM-NEW", "name": "新兴产业链党建联盟", "chain": chain.code, "town": world.here.code,
        "pattern": "1+1+X+N", "charter": "第一条", "adopted_on": "2026-01-10", "set_up_on": "2025-12-01",
    }  # fmt: skip
    made = api.post(LIST, given, format="json")
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in given} == given
    assert api.post(LIST, given, format="json").status_code == 409
    for broken in ({"pattern": "2+18+N"}, {"charter": ""}, {"adopted_on": "2099-01-01"}, {"unknown": 1}):
        assert (
            api.post(LIST, {**given, "code": "LM-2", "name": "另一个", **broken}, format="json").status_code
            == 400
        )
    address = f"{LIST}/LM-NEW"
    changed = api.patch(address, {"version": 1, "pattern": "1+X+N", "name": "更名联盟"}, format="json")
    assert (changed.json()["pattern"], changed.json()["name"], changed.json()["version"]) == (
        "1+X+N",
        "更名联盟",
        3,
    )
    stale = api.patch(address, {"version": 1, "pattern": ""}, format="json")
    assert (stale.status_code, stale.json()["current"]["version"]) == (409, 3)
    term = {"version": 3, "chair": branch(world).code, "started_on": "2026-01-01"}
    assert api.post(f"{address}/chair-terms", term, format="json").status_code == 201
    assert api.get(address).json()["chair"] == term["chair"]
    assert [one["active"] for one in api.get(f"{address}/chair-terms").json()["results"]] == [True]


def test_members_join_and_leave_by_rest_and_who_belongs_sees_the_alliance(world):
    row = make_alliance(world.district, town=world.there)
    address = f"{LIST}/{row.code}"
    assert (
        world.api("enterprise").get(address).status_code
        == world.api("station").get(address).status_code
        == 404
    )
    day = {"joined_on": "2026-01-10"}
    api = world.api("bureau")
    joined = api.post(f"{address}/members", {"enterprise": world.ours.uscc, **day}, format="json")
    assert joined.status_code == 201, joined.content
    assert (
        api.post(f"{address}/members", {"enterprise": world.ours.uscc, **day}, format="json").status_code
        == 409
    )
    AllianceMemberFactory(alliance=row, enterprise=world.theirs)
    assert api.get(address).json()["members"] == 2
    assert world.api("enterprise").get(address).json()["members"] == 2
    leave = f"/api/v1/alliance-members/{joined.json()['id']}/leave"
    body = {"version": 1, "left_on": str(TODAY()), "reason": "企业迁出"}
    assert world.api("leader").post(leave, body, format="json").status_code == 403
    assert world.api("station").post(leave, body, format="json").json()["active"] is False
    assert api.post(leave, {**body, "version": 2}, format="json").status_code == 409
    assert api.get(address).json()["members"] == 1
    assert api.get(f"{LIST}?town={world.there.code}&status=active&search=联盟&count=1").status_code == 200
    assert api.get(f"{LIST}?pattern=none").status_code == 400


def test_the_pages_of_an_alliance(world):
    row = make_alliance(world.district, town=world.here, charter="第一条 联盟性质", pattern="1+X+N")
    AllianceMemberFactory(alliance=row, enterprise=world.ours)
    browser, chair = world.browser("bureau"), branch(world)
    assert row.name in browser.get("/alliances/").content.decode()
    page = browser.get(f"/alliances/{row.code}/").content.decode()
    assert "第一条 联盟性质" in page
    assert world.ours.name in browser.get(f"/alliances/{row.code}/members/").content.decode()
    edited = browser.post(
        f"/alliances/{row.code}/edit/",
        {"version": 1, "pattern": "1+1+N", "charter": "第一条 新章程", "adopted_on": "2026-01-10"},
    )
    assert edited.status_code == 302, edited.content.decode()
    handed = browser.post(
        f"/alliances/{row.code}/chair/", {"version": 2, "chair": chair.name, "started_on": "2026-02-01"}
    )
    assert handed.status_code == 302
    page = browser.get(f"/alliances/{row.code}/").content.decode()
    assert chair.name in page
    assert "第一条 新章程" in page
    gone = {"version": 1, "left_on": str(TODAY()), "reason": "企业迁出"}
    member = row.alliance_members.get()
    assert browser.post(f"/alliance-members/{member.pk}/leave/", gone).status_code == 302
