"""Queries per list and page of outreach and activities against the committed budget; none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.territory.models import GuidanceStation, SupervisionOffice
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.outreach import (
    ActivityFactory,
    AreaFactory,
    AssignmentFactory,
    InstructorFactory,
    LiaisonPointFactory,
    LiaisonVisitFactory,
)

BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["outreach"]


@pytest.fixture
def full(world):
    """Enough rows of everything that an N+1 would show."""
    chain = ChainFactory(district=world.district)
    for town in (world.here, world.there):
        office = SupervisionOffice.objects.create(code=f"SO{town.code}", name="监管所", town=town)
        GuidanceStation.objects.create(office=office, name="指导站")
        for number in range(5):
            one = InstructorFactory(town=town, code=f"ZD-{town.code}-{number}")
            AssignmentFactory(instructor=one, enterprise=None, area=AreaFactory(town=town))
            for _ in range(3):
                AssignmentFactory(instructor=one)
            AssignmentFactory(instructor=one, ended=True)
            point = LiaisonPointFactory(
                enterprise=EnterpriseFactory(town=town), instructor=one, code=f"LX-{town.code}-{number}"
            )
            for _ in range(3):
                LiaisonVisitFactory(point=point, recorded_by=world.user("station"))
            branch = PartyOrganizationFactory(district=world.district, town=town, chain=chain)
            for _ in range(2):
                ActivityFactory(organization=branch, recorded_by=world.user("station"))
    return world


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(full, name):
    role, town = BUDGETS[name]["role"], full.here.code
    address = BUDGETS[name]["address"].format(
        town=town, instructor=f"ZD-{town}-0", point=f"LX-{town}-0", organization=full.district.slug
    )
    client = full.api(role) if address.startswith("/api/") else full.browser(role)
    if hasattr(client, "force_authenticate"):
        client.force_authenticate(type(full.user(role)).objects.get(pk=full.user(role).pk))  # scope read anew
    else:
        client.get(address)  # the first request of a minute also moves the session's end forward

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200

    asked = "\n".join(query["sql"][:160] for query in queries)
    assert len(queries) <= BUDGETS[name]["queries"], asked
