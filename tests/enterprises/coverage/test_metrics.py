"""The declared figures give what the pages show, for the district, by town and by chain."""

import pytest
from django.utils import timezone

from enterprises.coverage import metrics as _declared  # noqa: F401
from enterprises.coverage import queries
from portal.metrics.registry import Rate, measure, metric_of
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.coverage import HeldActivityFactory, enterprise_with, liaison_point, posted_to
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db
PAGE_NAMES = {
    "coverage_base": "base",
    "coverage_organizational": "organizational",
    "coverage_stand_alone": "stand_alone",
    "coverage_work": "work",
    "organizations_formal": "formal",
    "organizations_effective": "effective",
}


@pytest.fixture
def district():
    """Something of everything, in two towns and on two chains that overlap."""
    district = DistrictFactory()
    towns = [TownFactory(district=district) for _ in range(2)]
    chains = [ChainFactory(district=district) for _ in range(2)]
    for town in towns:
        own = PartyOrganizationFactory(district=district, town=town)
        joint = PartyOrganizationFactory(district=district, town=town, chain=chains[0])
        HeldActivityFactory(organization=joint)
        rows = [
            enterprise_with(4, "alone", town=town, organization=own),
            enterprise_with(2, "joint", town=town, organization=joint),
            enterprise_with(5, town=town),
            enterprise_with(1, town=town),
            enterprise_with(0, town=town),
            enterprise_with(0, town=town),
        ]
        posted_to(enterprise=rows[-1])
        liaison_point(rows[-2])
        for number, one in enumerate(rows):
            ChainMembershipFactory(enterprise=one, chain=chains[0], ended=number == 2)
            if number % 2:
                ChainMembershipFactory(enterprise=one, chain=chains[1])
    enterprise_with(9, "alone", town=towns[0], status="deregistered")
    return district


@pytest.mark.parametrize("code", sorted(PAGE_NAMES))
def test_a_figure_is_the_same_on_the_page_and_in_the_registry(district, code):
    bureau, day = make_user("bureau", district=district), timezone.localdate()
    metric, name = metric_of(code), PAGE_NAMES[code]

    assert measure(metric, day) == {None: getattr(queries.coverage(bureau), name)}
    for by, places in (("town", queries.by_town(bureau)), ("chain", queries.by_chain(bureau))):
        shown = {place.row.pk: getattr(place.figures, name) for place in places}
        assert measure(metric, day, by=by) == {pk: count for pk, count in shown.items() if count}


@pytest.mark.parametrize("group", ["should_establish_alone", "should_join", "needs_work_coverage"])
def test_the_groups_are_the_same_too(district, group):
    bureau, day = make_user("bureau", district=district), timezone.localdate()

    assert measure(metric_of(group), day) == {None: queries.group_counts(bureau)[group]}
    for place in queries.by_town(bureau):
        count = queries.group_counts(bureau, town=place.row.code)[group]
        assert measure(metric_of(group), day, by="town").get(place.row.pk, 0) == count


def test_rates_name_counted_figures_with_the_same_dimensions():
    for code in ("organizational", "stand_alone", "work", "effective"):
        rate = metric_of(f"coverage_{code}_rate")
        assert isinstance(rate, Rate)
        assert rate.dimensions == ("town", "chain")
