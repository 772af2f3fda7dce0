"""A district with two towns, a station each, and somebody of every role."""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from rest_framework.test import APIClient

from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.territory.models import District, Town
from services.stations.models import Institution, ServiceItem, ServiceStation
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.services import InstitutionFactory, ItemFactory, MemberFactory, StationFactory
from tests.factories.territory import DistrictFactory, TownFactory


@dataclass
class Scene:
    district: District
    here: Town
    there: Town
    station: ServiceStation
    nearby: ServiceStation
    item: ServiceItem
    institution: Institution
    enterprise: Enterprise
    users: dict[str, User] = field(default_factory=dict)

    def api(self, role: str | None) -> APIClient:
        client = APIClient()
        if role:
            client.force_authenticate(self.users[role])
        return client

    def browser(self, role: str | None = None) -> Client:
        client = Client()
        if role:
            client.force_login(self.users[role])
        return client

    @property
    def bureau(self) -> User:
        return self.users["bureau"]


@pytest.fixture
def scene(db) -> Scene:
    district = DistrictFactory(slug="songjiang", name="松江区")
    here = TownFactory(district=district, name="九亭镇", tile_row=0, tile_column=0)
    there = TownFactory(district=district, name="佘山镇", tile_row=0, tile_column=1)
    item = ItemFactory(code="metrology", name="计量", keywords="检定 校准 电子秤")
    scene = Scene(
        district,
        here,
        there,
        StationFactory(town=here, code="jiuting", name="九亭服务站", open_on_weekdays=True),
        StationFactory(town=there, code="sheshan", name="佘山服务站", open_on_weekdays=True),
        item,
        InstitutionFactory(town=here, code="JG01", name="茸城质检中心", offering=item),
        EnterpriseFactory(town=here, kind="small_micro", employees=20),
    )
    MemberFactory(station=scene.station, name="沈测试员", phone="13900004321")
    scene.users = {
        "admin": make_user("admin"),
        "bureau": make_user("bureau", district=district),
        "station": make_user("station", town=here),
        "leader": make_user("leader", district=district),
        "enterprise": make_user("enterprise", enterprise=scene.enterprise, district=district),
    }
    return scene
