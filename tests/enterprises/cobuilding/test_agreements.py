"""Agreements: signed, changed, joined, left, ended early, renewed; by whom, and two at once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied

from enterprises.cobuilding import actions
from enterprises.cobuilding.models import AgreementParty, CoBuildingAgreement
from portal.kit.problems import Conflict, Invalid, Stale
from tests.enterprises.registry.test_races import together
from tests.factories.chains import PartyOrganizationFactory
from tests.factories.cobuilding import SIGNED_ON, make_agreement
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
LIST = "/api/v1/agreements"


def sign(world, role="bureau", **given):
    branch = PartyOrganizationFactory(district=world.district, town=world.here)
    given = {"organizations": [branch], "enterprises": [world.ours], **given}
    return actions.sign_agreement(
        district=world.district, by=world.user(role), title="共建协议", signed_on=SIGNED_ON, **given
    )


def test_numbers_count_up_and_signing_begins_the_term(world):
    first, second = sign(world), sign(world, ends_on=date(2027, 1, 9))
    assert [first.number, second.number] == ["GJ20260001", "GJ20260002"]
    assert (first.starts_on, first.town, first.parties.count()) == (SIGNED_ON, world.here, 2)


def test_what_cannot_be_signed(world):
    gone = PartyOrganizationFactory(district=world.district, dissolved=True)
    cases = (
        {"organizations": []},
        {"enterprises": [world.ours, world.ours]},
        {"organizations": [gone]},
        {"organizations": [PartyOrganizationFactory()]},
        {"enterprises": [EnterpriseFactory(town=world.here, deregistered=True)]},
        {"enterprises": [EnterpriseFactory(town=world.here, founded_on=SIGNED_ON + timedelta(days=1))]},
        {"starts_on": SIGNED_ON - timedelta(days=1)},
        {"ends_on": SIGNED_ON},
    )
    for given in cases:
        with pytest.raises(Invalid):
            sign(world, **given)
    assert not CoBuildingAgreement.objects.exists()


def test_a_station_signs_and_changes_only_where_nobody_else_takes_part(world):
    ours = sign(world, "station")
    with pytest.raises(PermissionDenied):
        sign(world, "station", enterprises=[world.ours, world.theirs])
    with pytest.raises(PermissionDenied):
        actions.add_party(
            agreement=ours, by=world.user("station"), version=1, unit=world.theirs, joined_on=TODAY()
        )
    shared = sign(world, enterprises=[world.ours, world.theirs])
    with pytest.raises(PermissionDenied):
        actions.change_agreement(
            agreement=shared, by=world.user("station"), version=1, changes={"title": "新"}
        )
    with pytest.raises(PermissionDenied):
        sign(world, "leader")


def test_two_parties_remain(world):
    row, by = sign(world), world.user("bureau")
    party = row.parties.get(enterprise=world.ours)
    with pytest.raises(Conflict, match="两方"):
        actions.withdraw_party(party=party, by=by, version=1, left_on=TODAY(), reason="企业迁出")
    actions.add_party(agreement=row, by=by, version=1, unit=world.theirs, joined_on=TODAY())
    with pytest.raises(Conflict, match="已是"):
        actions.add_party(agreement=row, by=by, version=2, unit=world.theirs, joined_on=TODAY())
    left = actions.withdraw_party(party=party, by=by, version=2, left_on=TODAY(), reason="企业迁出")
    assert left.left_on == TODAY()
    with pytest.raises(Conflict, match="退出"):
        actions.withdraw_party(party=party, by=by, version=3, left_on=TODAY(), reason="企业迁出")
    actions.add_party(agreement=row, by=by, version=3, unit=world.ours, joined_on=TODAY())  # and back again


def test_the_database_refuses_an_agreement_with_oneself(world):
    row = make_agreement(world.ours)
    for breaking in (
        lambda: row.parties.update(left_on=TODAY(), leave_reason="迁出"),
        lambda: CoBuildingAgreement.objects.create(
            district=world.district, number="GJ1", title="独自", signed_on=SIGNED_ON, starts_on=SIGNED_ON
        ),
        lambda: AgreementParty.objects.create(agreement=row, enterprise=world.ours, joined_on=SIGNED_ON),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            breaking()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_stale_changes_and_who_signed_moves_with_the_day(world):
    row, by = sign(world), world.user("bureau")
    day = date(2025, 12, 1)
    changed = actions.change_agreement(
        agreement=row, by=by, version=1, changes={"signed_on": day, "starts_on": day, "title": "新名称"}
    )
    assert changed.version == 2
    assert set(row.parties.values_list("joined_on", flat=True)) == {day}
    with pytest.raises(Stale):
        actions.change_agreement(agreement=row, by=by, version=1, changes={"title": "别的"})


def test_ended_early_it_stays_as_it_is(world):
    row, by = sign(world, ends_on=date(2099, 1, 1)), world.user("bureau")
    for day in (SIGNED_ON - timedelta(days=1), TODAY() + timedelta(days=1)):
        with pytest.raises(Invalid):
            actions.end_agreement(agreement=row, by=by, version=1, ended_on=day, reason="合作结束")
    actions.end_agreement(agreement=row, by=by, version=1, ended_on=TODAY(), reason="合作结束")
    for call in (
        lambda: actions.change_agreement(agreement=row, by=by, version=2, changes={"title": "新"}),
        lambda: actions.renew_agreement(
            agreement=row, by=by, version=2, signed_on=TODAY(), starts_on=date(2099, 1, 2)
        ),
    ):
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.open_moves == []


def test_a_new_term_follows_the_old_one_with_who_is_still_a_party(world):
    row, by = (
        sign(world, enterprises=[world.ours, world.theirs], ends_on=TODAY() - timedelta(days=3)),
        world.user("bureau"),
    )
    with pytest.raises(Invalid):
        actions.renew_agreement(
            agreement=row,
            by=by,
            version=1,
            signed_on=TODAY() - timedelta(days=9),
            starts_on=TODAY() - timedelta(days=3),
        )
    new = actions.renew_agreement(agreement=row, by=by, version=1, signed_on=TODAY(), starts_on=TODAY())
    assert new.renewal_of == row
    assert new.parties.count() == 3
    with pytest.raises(Conflict, match=new.number):
        actions.renew_agreement(agreement=row, by=by, version=1, signed_on=TODAY(), starts_on=TODAY())


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_withdraw_at_once_one_loses(world):
    row = make_agreement(world.ours, world.theirs)
    by = world.user("bureau")
    results = together(*[
        lambda one=party: actions.withdraw_party(party=one, by=by, version=1, left_on=TODAY(), reason="企业迁出")
        for party in row.parties.filter(enterprise__isnull=False)
    ])  # fmt: skip
    assert sum(isinstance(one, Stale | Conflict) for one in results) == 1
    assert row.parties.filter(left_on=None).count() == 2


# -- REST -------------------------------------------------------------------------------------------------------------
def test_signed_read_changed_and_ended_over_rest(world):
    branch = PartyOrganizationFactory(district=world.district, town=world.here)
    given = {
        "title": "九亭精密制造共建协议", "signed_on": "2026-01-10", "ends_on": "2099-01-09",
        "organizations": [branch.code], "enterprises": [world.ours.uscc],
    }  # fmt: skip
    api = world.api("station")
    made = api.post(LIST, given, format="json", headers={"Idempotency-Key": "k1"})
    assert made.status_code == 201, made.content
    assert api.post(LIST, given, format="json", headers={"Idempotency-Key": "k1"}).json() == made.json()
    number = made.json()["number"]
    assert (made.json()["status"], made.json()["members"]) == ("in_force", 1)
    assert [one["code"] for one in made.json()["parties"]] == [branch.code, world.ours.uscc]
    address = f"{LIST}/{number}"
    changed = api.patch(address, {"version": 1, "title": "新名称"}, format="json")
    assert (changed.status_code, changed.json()["title"]) == (200, "新名称")
    stale = api.patch(address, {"version": 1, "title": "又一个"}, format="json")
    assert (stale.status_code, stale.json()["current"]["version"]) == (409, 2)
    assert world.api("leader").patch(address, {"version": 2}, format="json").status_code == 403
    body = {"version": 2, "ended_on": str(TODAY()), "reason": "合作结束"}
    assert api.post(f"{address}/end", body, format="json").json()["status"] == "ended"
    again = api.post(f"{address}/end", {**body, "version": 3}, format="json")
    assert (again.status_code, again.json()["open_moves"]) == (409, [])


def test_bad_bodies_are_400(world):
    branch = PartyOrganizationFactory(district=world.district, town=world.here)
    good = {"title": "共建", "signed_on": "2026-01-10", "organizations": [branch.code]}
    for broken in (
        {}, {"title": ""}, {"organizations": ["nobody"]}, {"enterprises": ["91310117MA1J0000X0"]},
        {"organizations": [branch.code] * 2}, {"signed_on": "2026-13-01"}, {"unknown": 1}, {"chain": "none"},
    ):  # fmt: skip
        answer = world.api("bureau").post(LIST, {**good, **broken}, format="json")
        assert answer.status_code == 400, (broken, answer.content)


def test_filters_and_scope_over_rest(world):
    ours, theirs = (
        make_agreement(world.ours),
        make_agreement(world.theirs, ends_on=SIGNED_ON + timedelta(days=5)),
    )
    make_agreement()  # another district's
    numbers = lambda role, query="": [  # noqa: E731
        row["number"] for row in world.api(role).get(f"{LIST}?ordering=number&{query}").json()["results"]
    ]
    assert numbers("bureau") == numbers("leader") == [ours.number, theirs.number]
    assert numbers("station") == numbers("enterprise") == [ours.number]
    party = ours.parties.exclude(organization=None).get().organization
    for query in (
        f"town={world.here.code}", "status=in_force", f"organization={party.code}", f"enterprise={world.ours.uscc}",
        "search=云间", f"search={ours.number.lower()}",
    ):  # fmt: skip
        assert numbers("bureau", query) == [ours.number], query
    assert numbers("bureau", "status=expired") == [theirs.number]
    assert world.api("bureau").get(f"{LIST}?status=unknown").status_code == 400
    assert world.api("enterprise").get(f"{LIST}/{theirs.number}").status_code == 404
