"""The cast: a station with an item and a session, its clerk, two enterprises with their users, a neighbouring station."""

from dataclasses import dataclass

import pytest
from rest_framework.test import APIClient

from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.territory.models import District, Town
from services.stations.models import ServiceItem, ServiceStation
from tests.factories.accounts import make_user
from tests.factories.booking import ItemFactory, SessionFactory, StationFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import DistrictFactory, TownFactory


@dataclass
class Cast:
    district: District
    here: Town
    station: ServiceStation
    nearby: ServiceStation
    item: ServiceItem
    ours: Enterprise
    theirs: Enterprise
    clerk: User
    bureau: User
    leader: User
    us: User
    them: User

    def session(self, **more):
        return SessionFactory(**{"station": self.station, "item": self.item} | more)

    def api(self, user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client


@pytest.fixture
def cast(db) -> Cast:
    district = DistrictFactory(slug="songjiang", name="松江区")
    here = TownFactory(district=district, tile_row=1, tile_column=1)
    there = TownFactory(district=district, tile_row=1, tile_column=2)
    ours, theirs = EnterpriseFactory(town=here), EnterpriseFactory(town=here)
    return Cast(
        district=district,
        here=here,
        station=StationFactory(town=here, open_on_weekdays=True),
        nearby=StationFactory(town=there, open_on_weekdays=True),
        item=ItemFactory(),
        ours=ours,
        theirs=theirs,
        clerk=make_user("station", town=here),
        bureau=make_user("bureau", district=district),
        leader=make_user("leader", district=district),
        us=make_user("enterprise", enterprise=ours, district=district),
        them=make_user("enterprise", enterprise=theirs, district=district),
    )
