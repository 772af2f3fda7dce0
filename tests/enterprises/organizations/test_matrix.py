"""一链一联盟、一园一党委、一企一支部: every figure equals its rows."""

import re

import pytest

from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.coverage import enterprise_with
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import AreaFactory, DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def here(district):
    return TownFactory(district=district)


@pytest.fixture
def full(district, here):
    there = TownFactory(district=district)
    with_alliance, _without = ChainFactory(district=district), ChainFactory(district=district)
    alliance = OrganizationKindFactory(code="chain_alliance", name="产业链党建联盟", is_formal=False)
    PartyOrganizationFactory(district=district, chain=with_alliance, kind=alliance, name="某链联盟")
    led, _bare = AreaFactory(town=here), AreaFactory(town=there)
    AreaFactory(town=here, kind="building")
    committee = OrganizationKindFactory(code="committee", name="党委")
    PartyOrganizationFactory(district=district, town=here, area=led, kind=committee, name="某园党委")
    for town in (here, here, there):
        enterprise_with(3, "alone", town=town)
    enterprise_with(5, "joint", town=here)
    enterprise_with(2, "none", town=here)
    enterprise_with(4, "none", town=there, status="deregistered")
    EnterpriseFactory(town=here)
    return there


def test_what_stands_and_what_is_missing(client, district, here, full):
    client.force_login(make_user("leader", district=district))
    page = client.get("/organizations/matrix/").content.decode()
    assert "某链联盟" in page
    assert "某园党委" in page
    assert page.count("尚未建立") == 2, "one chain and one park"
    links = re.findall(
        r'href="(/organizations/matrix/enterprises/[^"]*)"><span class="visually-hidden">([^<]*)</span>(\d+)</a>',
        page,
    )
    assert len(links) == 6
    for address, label, figure in links:
        rows = client.get(address.replace("&amp;", "&")).content.decode()
        assert (f"共 {figure} 条" in rows) or figure == "0", label
    figures = {label.strip(): figure for _address, label, figure in links}
    assert figures[f"{here.short_name}：应单独建立"] == "3"
    assert figures[f"{here.short_name}：尚未"] == "1"


def test_a_station_sees_its_own_town(client, here, full):
    client.force_login(make_user("station", town=here))
    page = client.get("/organizations/matrix/").content.decode()
    assert here.short_name in page
    assert f"{full.short_name}：" not in page
    assert client.get("/organizations/matrix/enterprises/?own=2").status_code == 400
    assert client.get("/organizations/matrix/enterprises/?town=none").status_code == 400
