"""`coverage` as a partner system reads it."""

import pytest
from django.utils import timezone

from enterprises.coverage.actions import start_run
from portal.jobs.runner import run_now
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.coverage import HeldActivityFactory, enterprise_with, proposal_of
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.import_fixtures import no_heartbeat  # noqa: F401

pytestmark = pytest.mark.django_db
BASE = "/api/v1/coverage"


def test_the_four_rates(world):
    chain = ChainFactory(district=world.district, code="ic")
    branch = PartyOrganizationFactory(district=world.district, town=world.here)
    HeldActivityFactory(organization=branch)
    PartyOrganizationFactory(district=world.district, town=world.there)
    ChainMembershipFactory(enterprise=enterprise_with(5, "alone", town=world.here), chain=chain)

    answer = world.api("bureau").get(BASE)

    assert answer.status_code == 200
    assert answer.json() == {
        "base": 3,
        "organizational": {"covered": 1, "rate": "33.33"},
        "stand_alone": {"covered": 1, "rate": "33.33"},
        "work": {"covered": 1, "rate": "33.33"},
        "effective": {"covered": 1, "base": 2, "rate": "50.00"},
    }
    on_chain = world.api("bureau").get(f"{BASE}?town={world.here.code}&chain=ic").json()
    assert (on_chain["base"], on_chain["stand_alone"]["rate"], on_chain["effective"]["rate"]) == (
        1, "100.00", None,
    )  # fmt: skip
    towns = world.api("bureau").get(f"{BASE}/towns").json()["results"]
    assert [(row["code"], row["base"]) for row in towns] == [(world.here.code, 2), (world.there.code, 1)]
    (row,) = world.api("bureau").get(f"{BASE}/chains").json()["results"]
    assert (row["code"], row["base"], row["organizational"]["covered"]) == ("ic", 1, 1)


@pytest.mark.parametrize(
    "query", ["?town=nowhere", "?chain=none", "?twon=1", "/should-establish?group=all", "/proposals?state=x",
              "/towns?chain=none", "/proposals?town=nowhere", "/should-establish?page_size=0"],
)  # fmt: skip
def test_what_does_not_exist_is_400(world, query):
    answer = world.api("bureau").get(f"{BASE}{query}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"


def test_who_should_establish_what(world):
    enterprise_with(4, "joint", town=world.here, name="云间精密", organization=None)
    enterprise_with(1, town=world.here, name="佘北材料")

    every = world.api("bureau").get(f"{BASE}/should-establish?count=1&ordering=name").json()
    joining = world.api("station").get(f"{BASE}/should-establish?group=should_join").json()["results"]

    assert every["count"] == 4  # two more have no members and nobody assigned
    (row,) = [row for row in every["results"] if row["name"] == "云间精密"]
    assert (row["group"], row["group_label"]) == ("should_establish_alone", "应单独组建")
    assert "现参加联合支部" in row["reason"]
    assert [row["name"] for row in joining] == ["佘北材料"]


def test_a_run_is_started_watched_and_decided_on(world, no_heartbeat):  # noqa: F811
    for _ in range(3):
        enterprise_with(1, town=world.here)
    bureau = world.api("bureau")

    accepted = bureau.post(f"{BASE}/proposals")
    again = bureau.post(f"{BASE}/proposals", {}, format="json")

    assert (accepted.status_code, again.status_code) == (202, 202)
    run = accepted.json()
    assert (run["status"], again.json()["id"]) == ("queued", run["id"])
    from portal.jobs.models import Job

    run_now(Job.objects.get())
    watched = bureau.get(f"{BASE}/proposal-runs/{run['id']}").json()
    assert (watched["status"], watched["progress"], watched["candidates"], watched["proposals"]) == (
        "done", 100, 3, 1,
    )  # fmt: skip
    (row,) = bureau.get(f"{BASE}/proposals?state=open&town={world.here.code}").json()["results"]
    assert (row["enterprises"], row["full_members"], row["basis"], row["town"]) == (
        3, 3, "town", world.here.code,
    )  # fmt: skip
    proposal = bureau.get(f"{BASE}/proposals/{row['id']}").json()
    assert len(proposal["members"]) == 3
    assert proposal["suggested_name"].startswith("中共九亭")
    proposal_of([world_member := enterprise_with(2, town=world.here), enterprise_with(2, town=world.here)])
    assert world_member.pk

    stale = bureau.post(f"{BASE}/proposals/{row['id']}/accept", {"version": 9}, format="json")
    done = bureau.post(f"{BASE}/proposals/{row['id']}/accept", {"version": 1}, format="json")
    late = bureau.post(f"{BASE}/proposals/{row['id']}/decline", {"reason": "企业即将搬迁"}, format="json")

    assert stale.status_code == 409
    assert stale.json()["current"]["version"] == 1
    assert done.status_code == 200, done.content
    assert (done.json()["state"], done.json()["organization_name"]) == (
        "accepted", proposal["suggested_name"],
    )  # fmt: skip
    assert late.status_code == 409
    assert bureau.get(BASE).json()["organizational"]["covered"] == 3


def test_a_leader_reads_and_decides_nothing(world):
    proposal = proposal_of([enterprise_with(2, town=world.here) for _ in range(2)])
    leader = world.api("leader")

    assert leader.get(f"{BASE}/proposals/{proposal.pk}").json()["may_decide"] is False
    for address in (f"{proposal.pk}/accept", f"{proposal.pk}/decline"):
        assert leader.post(f"{BASE}/proposals/{address}", {}, format="json").status_code == 403
    assert leader.post(f"{BASE}/proposals", {}, format="json").status_code == 403


def test_a_station_sees_its_own_members_of_a_chain_proposal(world):
    chain = ChainFactory(district=world.district)
    members = [enterprise_with(2, town=town) for town in (world.here, world.there)]
    for one in members:
        ChainMembershipFactory(enterprise=one, chain=chain)
    proposal = proposal_of(members, chain=chain)

    row = world.api("station").get(f"{BASE}/proposals/{proposal.pk}").json()

    assert [one["uscc"] for one in row["members"]] == [members[0].uscc]
    assert (row["hidden_members"], row["may_decide"]) == (1, False)
    answer = world.api("station").post(f"{BASE}/proposals/{proposal.pk}/accept", {}, format="json")
    assert answer.status_code == 403


@pytest.mark.parametrize("role", ["enterprise", "department", "institution"])
def test_others_have_no_access(world, role):
    client = world.api(role)
    for path in ("", "/towns", "/chains", "/should-establish", "/proposals"):
        assert client.get(BASE + path).status_code == 403


def test_one_run_a_district_at_a_time_and_each_district_its_own(world):
    other = make_user("bureau")
    first, is_new = start_run(district=world.district, by=world.user("bureau"))
    second, is_new_too = start_run(district=other.memberships.get().district, by=other)

    assert is_new
    assert is_new_too
    assert first.pk != second.pk
    assert first.requested_at <= timezone.now()
