"""The declared figures equal the lists that people see."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.metrics.registry import discover, measure, metric_of
from portal.territory.models import GuidanceStation, SupervisionOffice
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.outreach import (
    ActivityFactory,
    AreaFactory,
    AssignmentFactory,
    InstructorFactory,
    LiaisonPointFactory,
    LiaisonVisitFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def chains(world):
    discover()
    return [ChainFactory(district=world.district) for _ in range(2)]


@pytest.fixture
def busy(world, chains):
    """Postings, points and visits in two towns; `ours` stands on both chains."""
    for chain in chains:
        ChainMembershipFactory(enterprise=world.ours, chain=chain)
    ChainMembershipFactory(enterprise=world.theirs, chain=chains[0], ended=True)
    here, there = InstructorFactory(town=world.here), InstructorFactory(town=world.there)
    InstructorFactory(town=world.here, left=True)
    AssignmentFactory(instructor=here, enterprise=world.ours)
    AssignmentFactory(instructor=here, enterprise=None, area=AreaFactory(town=world.here))
    AssignmentFactory(instructor=there, enterprise=world.theirs)
    AssignmentFactory(instructor=there, enterprise=EnterpriseFactory(town=world.there), ended=True)
    point = LiaisonPointFactory(enterprise=world.ours, instructor=here)
    LiaisonPointFactory(enterprise=world.theirs, released=True)
    LiaisonVisitFactory(point=point)
    LiaisonVisitFactory(point=point, visited_on=TODAY() - timedelta(days=1))
    return world


def figure(code: str, day: date, by: str | None = None) -> dict:
    return measure(metric_of(code), day, by=by)


def test_the_figures_are_the_lists(busy):
    api, today = busy.api("bureau"), TODAY()
    count = lambda address: api.get(f"/api/v1/{address}&count=1").json()["count"]  # noqa: E731
    assert figure("instructors", today) == {None: count("instructors?active=1")}
    assert figure("liaison_points", today) == {None: count("liaison-points?active=1")}
    for town in (busy.here, busy.there):
        people = api.get(f"/api/v1/instructors?active=1&town={town.code}").json()["results"]
        assert figure("instructors", today, "town")[town.pk] == len(people)
        postings = sum(one["enterprises"] + one["areas"] for one in people)
        assert figure("instructor_postings", today, "town").get(town.pk, 0) == postings
    assert figure("liaison_points", today, "town") == {busy.here.pk: 1}
    assert figure("liaison_visits", today) == {None: 1}


def test_by_chain_an_enterprise_on_two_counts_in_each_and_once_for_the_district(busy, chains):
    today = TODAY()
    assert figure("instructor_postings", today) == {None: 3}
    assert figure("instructor_postings", today, "chain") == {chain.pk: 1 for chain in chains}
    assert figure("liaison_points", today, "chain") == {chain.pk: 1 for chain in chains}
    assert figure("liaison_visits", today, "chain") == {chain.pk: 1 for chain in chains}


def test_a_stock_is_told_for_any_day(busy):
    assert figure("instructors", date(2024, 4, 30)) == {None: 0}
    assert figure("instructors", date(2026, 6, 29)) == {None: 3}
    assert figure("instructors", date(2026, 6, 30)) == {None: 2}  # the last day does not count any more
    assert figure("instructor_postings", date(2026, 3, 30)) == {None: 4}
    assert figure("liaison_points", date(2026, 6, 29)) == {None: 2}


def test_stations(world):
    discover()
    for town, since in ((world.here, date(2024, 5, 20)), (world.there, None)):
        office = SupervisionOffice.objects.create(code=f"SO{town.code}", name="监管所", town=town)
        GuidanceStation.objects.create(office=office, name="指导站", set_up_on=since)
    assert figure("guidance_stations", TODAY()) == {None: 2}
    assert figure("guidance_stations", date(2024, 5, 19)) == {None: 1}
    assert figure("guidance_stations", TODAY(), "town") == {world.here.pk: 1, world.there.pk: 1}


def test_activities_held_and_who_came(world, chains):
    ours = PartyOrganizationFactory(district=world.district, town=world.here, chain=chains[0])
    ActivityFactory(organization=ours, attendances=20)
    ActivityFactory(organization=ours, attendances=None)
    ActivityFactory(organization=ours, cancelled=True)
    ActivityFactory(organization=ours, held_on=TODAY() - timedelta(days=1), attendances=7)
    ActivityFactory(organization=PartyOrganizationFactory(district=world.district), attendances=5)
    listed = world.api("bureau").get(f"/api/v1/activities?status=held&from={TODAY()}&to={TODAY()}").json()
    assert figure("activities_held", TODAY()) == {None: len(listed["results"])} == {None: 3}
    assert figure("activity_attendances", TODAY()) == {None: 25}
    assert figure("activity_attendances", TODAY(), "town") == {world.here.pk: 20}
    assert figure("activity_attendances", TODAY(), "chain") == {chains[0].pk: 20}
    assert figure("activities_held", TODAY(), "chain") == {chains[0].pk: 2}
