"""The four rates against rows that were counted by hand, and the lists behind them."""

import datetime

import pytest
from django.utils import timezone

from enterprises.coverage import queries
from enterprises.coverage.queries.figures import Figures
from portal.kit.problems import Invalid
from portal.territory.models import Area
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.coverage import HeldActivityFactory, enterprise_with, liaison_point, posted_to
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory(name="松江区")


@pytest.fixture
def towns(district):
    return [TownFactory(district=district, position=n, name=f"{n}镇") for n in range(2)]


@pytest.fixture
def bureau(district):
    return make_user("bureau", district=district)


def names(rows) -> list[str]:
    return sorted(row.name for row in rows)


def test_each_enterprise_counts_where_it_is_covered(district, towns, bureau):
    here, there = towns
    area = Area.objects.create(district=district, town=here, code="p1", name="科创园", kind="park")
    enterprise_with(5, "alone", town=here)
    enterprise_with(1, "joint", town=here)
    enterprise_with(4, town=here)
    posted_to(enterprise=enterprise_with(0, town=here))
    posted_to(area=area)
    enterprise_with(0, town=here, area=area)
    liaison_point(enterprise_with(0, town=there))
    liaison_point(enterprise_with(0, town=there), released_on=datetime.date(2025, 6, 1))
    posted_to(
        enterprise=EnterpriseFactory(town=there), ended_on=datetime.date(2025, 6, 1)
    )  # no profile at all
    enterprise_with(9, "alone", town=there, status="suspended")  # not in real operation
    enterprise_with(9, "alone", town=TownFactory())  # another district

    assert queries.coverage(bureau) == Figures(base=8, organizational=2, stand_alone=1, work=5)
    assert queries.coverage(bureau, town=here.code) == Figures(
        base=5, organizational=2, stand_alone=1, work=4
    )
    by_town = {place.row.pk: place.figures for place in queries.by_town(bureau)}
    assert by_town == {
        here.pk: Figures(base=5, organizational=2, stand_alone=1, work=4),
        there.pk: Figures(base=3, work=1),
    }
    for figure in ("base", "organizational", "stand_alone", "work"):
        for town in ("", here.code, there.code):
            counted = getattr(queries.coverage(bureau, town=town), figure)
            assert queries.rows_behind(bureau, figure, town=town).count() == counted


def test_an_enterprise_on_two_chains_counts_once_in_each_and_once_in_the_district(towns, bureau):
    chains = [ChainFactory(district=towns[0].district, position=n) for n in range(3)]
    both = enterprise_with(3, "alone", town=towns[0])
    for chain in chains[:2]:
        ChainMembershipFactory(enterprise=both, chain=chain)
    ChainMembershipFactory(enterprise=enterprise_with(0, town=towns[0]), chain=chains[0])
    ChainMembershipFactory(enterprise=enterprise_with(0, town=towns[0]), chain=chains[0], ended=True)

    by_chain = {place.row.pk: place.figures for place in queries.by_chain(bureau)}

    assert by_chain[chains[0].pk] == Figures(base=2, organizational=1, stand_alone=1, work=1)
    assert by_chain[chains[1].pk] == Figures(base=1, organizational=1, stand_alone=1, work=1)
    assert by_chain[chains[2].pk] == Figures()
    assert queries.coverage(bureau).base == 3
    for chain in chains:
        assert queries.coverage(bureau, chain=chain.code) == by_chain[chain.pk]
    assert queries.coverage(bureau, chain=chains[0].code, town=towns[1].code).base == 0


def test_effective_organisations_met_in_the_last_three_months(district, towns, bureau):
    today = datetime.date(2026, 9, 30)
    OrganizationKindFactory(code="chain_alliance", name="联盟", is_formal=False)
    alliance = OrganizationKindFactory(code="chain_alliance")

    def organization(**fields):
        return PartyOrganizationFactory(district=district, **fields)

    met, talked, late, planned = (organization(town=towns[0]) for _ in range(4))
    HeldActivityFactory(organization=met, held_on=datetime.date(2026, 7, 1))
    HeldActivityFactory(organization=met, held_on=datetime.date(2026, 8, 1), kind="three_meetings")
    HeldActivityFactory(organization=talked, held_on=today, kind="salon")
    HeldActivityFactory(organization=late, held_on=datetime.date(2026, 6, 30))
    HeldActivityFactory(organization=planned, held_on=today, status="planned")
    HeldActivityFactory(organization=organization(town=towns[0], kind=alliance), held_on=today)
    ended = organization(town=towns[0], status="dissolved", ended_on=datetime.date(2026, 9, 1))
    HeldActivityFactory(organization=ended, held_on=datetime.date(2026, 8, 1))
    organization()  # of the district, in no town

    figures = queries.coverage(bureau, today=today)

    assert (figures.effective, figures.formal) == (1, 5)
    assert str(figures.effective_rate) == "20.00"
    assert figures.as_json()["effective"] == {"covered": 1, "base": 5, "rate": figures.effective_rate}
    of_town = {place.row.pk: place.figures for place in queries.by_town(bureau, today=today)}[towns[0].pk]
    assert (of_town.effective, of_town.formal) == (1, 4)
    assert list(queries.rows_behind(bureau, "effective", today=today)) == [met]
    assert queries.rows_behind(bureau, "formal", today=today).count() == 5


def test_an_organisation_belongs_to_its_chain_and_to_those_of_its_enterprises(district, towns, bureau):
    own, covered, left = (ChainFactory(district=district, position=n) for n in range(3))
    branch = PartyOrganizationFactory(district=district, town=towns[0], chain=own)
    HeldActivityFactory(organization=branch)
    for _ in range(2):
        member = enterprise_with(2, "joint", town=towns[0], organization=branch)
        ChainMembershipFactory(enterprise=member, chain=covered)
        ChainMembershipFactory(enterprise=member, chain=left, ended=True)

    by_chain = {place.row.pk: place.figures for place in queries.by_chain(bureau)}

    assert [(by_chain[c.pk].formal, by_chain[c.pk].effective) for c in (own, covered, left)] == [
        (1, 1), (1, 1), (0, 0),
    ]  # fmt: skip
    for chain in (own, covered, left):
        figures = queries.coverage(bureau, chain=chain.code)
        assert (figures.formal, figures.effective) == (
            by_chain[chain.pk].formal,
            by_chain[chain.pk].effective,
        )


def test_nothing_has_no_rate_and_an_unknown_code_is_told(bureau):
    figures = queries.coverage(bureau)
    assert figures.as_json() == {
        "base": 0,
        "organizational": {"covered": 0, "rate": None},
        "stand_alone": {"covered": 0, "rate": None},
        "work": {"covered": 0, "rate": None},
        "effective": {"covered": 0, "base": 0, "rate": None},
    }
    with pytest.raises(Invalid) as refused:
        queries.coverage(bureau, town="nowhere", chain="none")
    assert set(refused.value.detail) == {"town", "chain"}


def test_the_groups_of_the_should_establish_rule(towns, bureau):
    here = towns[0]
    enterprise_with(3, town=here, name="三名")
    enterprise_with(7, "joint", town=here, name="七名联合")
    enterprise_with(7, "alone", town=here, name="单独")
    enterprise_with(2, town=here, name="两名")
    posted_to(enterprise=enterprise_with(1, town=here, name="一名有指导员"))
    enterprise_with(1, "joint", town=here, name="一名联合")
    enterprise_with(0, town=here, name="没有")
    EnterpriseFactory(town=here, name="没有摸排")
    posted_to(enterprise=enterprise_with(0, town=here, name="有指导员"))
    enterprise_with(3, town=here, name="注销", status="deregistered")

    def group(code):
        return names(queries.should_establish(bureau, group=code))

    assert group("should_establish_alone") == sorted(["三名", "七名联合"])
    assert group("should_join") == sorted(["两名", "一名有指导员"])
    assert group("needs_work_coverage") == sorted(["没有", "没有摸排"])
    assert queries.group_counts(bureau) == {
        "should_establish_alone": 2,
        "should_join": 2,
        "needs_work_coverage": 2,
    }
    assert queries.should_establish(bureau).count() == 6
    assert queries.should_establish(bureau, town=towns[1].code).count() == 0
    with pytest.raises(Invalid):
        queries.should_establish(bureau, group="all")


def test_organisations_that_fell_below_three_are_listed(district, towns, bureau):
    few = PartyOrganizationFactory(district=district, town=towns[0])
    enough = PartyOrganizationFactory(district=district, town=towns[0])
    PartyOrganizationFactory(district=district, town=towns[0])  # covers nobody
    ended = PartyOrganizationFactory(
        district=district, town=towns[0], status="dissolved", ended_on=timezone.localdate()
    )
    for organization, counts in ((few, (1, 1)), (enough, (2, 1)), (ended, (1,))):
        for count in counts:
            enterprise_with(count, "joint", town=towns[0], organization=organization)

    (row,) = queries.below_three(bureau)

    assert (row, row.members, row.covered) == (few, 2, 2)


def test_a_station_counts_its_towns_only(towns):
    enterprise_with(3, "alone", town=towns[0])
    enterprise_with(3, "alone", town=towns[1])
    station = make_user("station", town=towns[0])

    assert queries.coverage(station).base == 1
    assert [place.row for place in queries.by_town(station)] == [towns[0]]
    assert queries.coverage(station, town=towns[1].code).base == 0


def test_by_town_and_by_chain_are_three_statements_each(towns, bureau, django_assert_num_queries):
    enterprise_with(3, "alone", town=towns[0])
    bureau.scope  # noqa: B018 - read once, as a request does
    with django_assert_num_queries(3):
        queries.by_town(bureau)
    with django_assert_num_queries(3):
        queries.by_chain(bureau)
