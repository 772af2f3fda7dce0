"""An export was made for one person's scope: nobody else reads it, not even an administrator."""

import pytest

from portal.accounts.models import User
from portal.imports.actions import request_export
from portal.jobs.runner import run_now
from tests.factories.accounts import add_membership, make_user
from tests.factories.territory import DistrictFactory, TownFactory
from tests.scope.portal import export_by

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


def test_a_file_ends_with_the_right_that_it_was_made_for(client):
    """Names and phones were in it: whoever is now a leader, or nobody, does not fetch it any more."""
    district = DistrictFactory()
    owner = make_user("bureau", district=district)
    export = request_export(kind="enterprises", filters={}, format="csv", by=owner)
    run_now(export.job)
    client.force_login(owner)
    addresses = [f"/api/v1/exports/{export.pk}/file", f"/exports/{export.pk}/file"]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    owner.memberships.all().delete()
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    add_membership(owner, "leader", district=district)
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert addresses[1] not in client.get("/exports/").content.decode()


def test_an_export_that_waited_is_not_made_for_another_scope():
    owner = make_user("bureau")
    export = request_export(kind="enterprises", filters={}, format="csv", by=owner)
    owner.memberships.all().delete()
    add_membership(owner, "station", town=TownFactory())
    run_now(export.job)
    export.refresh_from_db()
    assert (export.status, export.stored) == ("failed", "")
    assert "已变更" in export.message
    assert export.requested_by == User.objects.get(pk=owner.pk)
