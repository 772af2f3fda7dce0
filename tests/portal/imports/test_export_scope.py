"""An export was made for one person's scope: nobody else reads it, not even an administrator."""

import pytest

from tests.factories.accounts import make_user
from tests.factories.territory import DistrictFactory, TownFactory
from tests.scope_routes import export_by

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["admin", "bureau", "station", "leader"])
def test_only_who_asked_for_an_export_finds_it(client, role):
    district = DistrictFactory()
    owner = make_user("station", town=TownFactory(district=district))
    place = {"town": TownFactory(district=district)} if role == "station" else {"district": district}
    export = export_by(owner)
    client.force_login(make_user(role, **({} if role == "admin" else place)))
    assert client.get(f"/api/v1/exports/{export.pk}").status_code == 404
    assert client.get(f"/api/v1/exports/{export.pk}/file").status_code == 404
    assert client.get(f"/exports/{export.pk}/file").status_code == 404
    assert client.get("/api/v1/exports").json()["results"] == []
    client.force_login(owner)
    assert client.get(f"/api/v1/exports/{export.pk}").json()["status"] == "queued"
