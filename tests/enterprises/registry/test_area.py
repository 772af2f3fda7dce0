"""An enterprise stands in a commercial area, a building or a park of its own town."""

import pytest

from enterprises.registry.models import Enterprise
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import AreaFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return TownFactory()


@pytest.fixture
def enterprise(town):
    return EnterpriseFactory(town=town)


def patch(client, enterprise, **change):
    address = f"/api/v1/enterprises/{enterprise.uscc}"
    version = Enterprise.objects.get(pk=enterprise.pk).version
    return client.patch(address, {"version": version, **change}, content_type="application/json")


def test_by_rest_in_the_own_town_only(client, town, enterprise):
    client.force_login(make_user("station", town=town))
    park, elsewhere = AreaFactory(town=town), AreaFactory(town=TownFactory(district=town.district))
    answer = patch(client, enterprise, area=park.code).json()
    assert (answer["area"], answer["area_name"], answer["version"]) == (park.code, park.name, 2)
    refused = patch(client, enterprise, area=elsewhere.code)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "area"
    assert patch(client, enterprise, area=AreaFactory(town=town, closed=True).code).status_code == 400
    assert patch(client, enterprise, area=None).json()["area"] is None


def test_who_moves_to_another_town_leaves_the_area(client, town, enterprise):
    there = TownFactory(district=town.district)
    client.force_login(make_user("bureau", district=town.district))
    patch(client, enterprise, area=AreaFactory(town=town).code)
    assert patch(client, enterprise, town=there.code).json()["area"] is None
    new = AreaFactory(town=there)
    assert patch(client, enterprise, area=new.code).json()["area"] == new.code


def test_by_the_edit_form(client, town, enterprise):
    client.force_login(make_user("station", town=town))
    park = AreaFactory(town=town)
    address = f"/enterprises/{enterprise.uscc}/edit/"
    assert park.name in client.get(address).content.decode()
    given = {
        "name": enterprise.name,
        "town": town.code,
        "kind": enterprise.kind,
        "status": "active",
        "area": park.code,
    }
    shown = {"version": 1, "shown-name": enterprise.name, "shown-town": town.code, "shown-area": ""}
    assert client.post(address, {**given, **shown}).status_code == 302
    enterprise.refresh_from_db()
    assert enterprise.area == park
