"""A figure of the organisations equals the length of the list behind it."""

import datetime

import pytest
from django.utils import timezone

from chains.party import metrics  # noqa: F401 - declares the figures
from portal.metrics.registry import measure, metric_of
from tests.factories.accounts import make_user
from tests.factories.chains import GuidanceLinkFactory, OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2020, 7, 1)


@pytest.fixture
def district():
    district = DistrictFactory()
    kinds = {
        code: OrganizationKindFactory(code=code, name=name, is_formal=code != "chain_alliance")
        for code, name in (
            ("branch", "党支部"),
            ("joint_branch", "联合党支部"),
            ("committee", "党委"),
            ("chain_alliance", "产业链党建联盟"),
        )
    }
    town = TownFactory(district=district)
    for number, code in enumerate(("branch", "branch", "joint_branch", "committee", "chain_alliance")):
        PartyOrganizationFactory(
            district=district, town=town if number else None, kind=kinds[code], set_up_on=DAY
        )
    this_year = timezone.localdate().replace(month=1, day=1)
    PartyOrganizationFactory(district=district, kind=kinds["branch"], set_up_on=this_year)
    PartyOrganizationFactory(
        district=district, kind=kinds["branch"], set_up_on=DAY, status="dissolved",
        ended_on=datetime.date(2023, 1, 1),
    )  # fmt: skip
    return district


@pytest.mark.parametrize(
    "code,query",
    [
        ("party_organizations", ""),
        ("party_branches", "&kind=branch"),
        ("party_joint_branches", "&kind=joint_branch"),
        ("party_committees", "&kind=committee"),
        ("party_alliances", "&kind=chain_alliance"),
    ],
)
def test_the_figure_is_the_length_of_the_list(client, district, code, query):
    client.force_login(make_user("bureau", district=district))
    listed = client.get(f"/api/v1/party-organizations?status=active&count=1{query}").json()["count"]
    metric = metric_of(code)
    assert measure(metric, timezone.localdate()) == {None: listed}
    assert sum(measure(metric, timezone.localdate(), by="town").values()) <= listed


def test_the_past_counts_those_that_stood_then(district):
    before = measure(metric_of("party_branches"), datetime.date(2022, 12, 31))
    assert before == {None: 3}, "with the one dissolved since, without this year's"
    assert measure(metric_of("party_branches"), DAY - datetime.timedelta(days=1)) == {None: 0}


def test_set_up_this_year_and_day_by_day(district):
    today = timezone.localdate()
    assert metric_of("party_set_up").rows_in(today.replace(month=1, day=1), today).count() == 1
    assert measure(metric_of("party_set_up"), DAY) == {None: 6}


def test_guidance_links_that_stand(client, district):
    GuidanceLinkFactory(guide__district=district)
    GuidanceLinkFactory(guide__district=district, ended_on=datetime.date(2025, 2, 1))
    client.force_login(make_user("bureau", district=district))
    listed = client.get("/api/v1/guidance-links?active=1&count=1").json()["count"]
    assert measure(metric_of("party_guidance_links"), timezone.localdate()) == {None: listed} == {None: 1}
