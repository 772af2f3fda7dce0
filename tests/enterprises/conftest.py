"""The cast of most tests here: a district with two towns, one person a role, and a client for each."""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from rest_framework.test import APIClient

from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.territory.models import District, Town
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import DistrictFactory, TownFactory


@dataclass
class World:
    """`here` is the station's town with the enterprise `ours`, `there` the other town with `theirs`."""

    district: District
    here: Town
    there: Town
    ours: Enterprise
    theirs: Enterprise
    users: dict[str, User] = field(default_factory=dict)

    def user(self, role: str) -> User:
        if role not in self.users:
            place = {
                "station": {"town": self.here},
                "bureau": {"district": self.district},
                "leader": {"district": self.district},
                "enterprise": {"enterprise": self.ours, "district": self.district},
            }.get(role, {})
            self.users[role] = make_user(role, **place)
        return self.users[role]

    def api(self, role: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(self.user(role))
        return client

    def browser(self, role: str) -> Client:
        client = Client()
        client.force_login(self.user(role), backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def world(db) -> World:
    district = DistrictFactory(slug="songjiang", name="松江区")
    here = TownFactory(district=district, name="九亭镇", short_name="九亭")
    there = TownFactory(district=district, name="佘山镇", short_name="佘山")
    return World(
        district=district,
        here=here,
        there=there,
        ours=EnterpriseFactory(town=here, name="上海云间精密机械有限公司"),
        theirs=EnterpriseFactory(town=there, name="上海佘北新材料有限公司"),
    )
