"""A preview shows what is stored about the enterprises of its towns: it is read only while they are one's own."""

import pytest

from tests.factories.accounts import add_membership
from tests.factories.imports import uploaded

pytestmark = pytest.mark.django_db


def addresses(pk) -> list[str]:
    return [f"/api/v1/imports/{pk}", f"/api/v1/imports/{pk}/rows", f"/imports/{pk}/"]


def test_a_station_that_moved_reads_its_old_upload_no_more(client, place):
    old = uploaded([], place.station)
    client.force_login(place.station)
    assert [client.get(address).status_code for address in addresses(old.pk)] == [200] * 3
    place.station.memberships.all().delete()
    add_membership(place.station, "station", town=place.there)
    assert [client.get(address).status_code for address in addresses(old.pk)] == [404] * 3
    assert client.get("/api/v1/imports").json()["results"] == []


def test_a_further_town_keeps_the_old_uploads(client, place):
    old = uploaded([], place.station)
    add_membership(place.station, "station", town=place.there)
    client.force_login(place.station)
    assert client.get(f"/api/v1/imports/{old.pk}/rows").status_code == 200


def test_an_upload_for_the_district_is_not_a_stations(client, place):
    old = uploaded([], place.bureau)
    place.bureau.memberships.all().delete()
    add_membership(place.bureau, "station", town=place.here)
    client.force_login(place.bureau)
    assert client.get(f"/api/v1/imports/{old.pk}/rows").status_code == 404
