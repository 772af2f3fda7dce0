"""Queries per list and page against the committed budget (tests/query_budgets.json); none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import (
    AnnualFigureFactory,
    ChainMembershipFactory,
    EnterpriseFactory,
    HonourFactory,
    PartyProfileFactory,
    SurveyFactory,
)

BUDGETS = json.loads((Path(__file__).parents[1] / "query_budgets.json").read_text())["enterprises"]
MOST = 20  # on any page, whatever its budget: the portrait, with a panel of every feature


@pytest.fixture
def full(world):
    """Enough rows of everything that an N+1 would show."""
    chains = [ChainFactory(district=world.district, code=f"c{n}") for n in range(3)]
    branch = PartyOrganizationFactory(district=world.district)
    for one in [world.ours, *(EnterpriseFactory(town=world.here) for _ in range(8))]:
        PartyProfileFactory(enterprise=one, with_personal=True, alone=True, organization=branch)
        for chain in chains:
            ChainMembershipFactory(enterprise=one, chain=chain, with_segment=True)
        for _ in range(3):
            SurveyFactory(enterprise=one, recorded_by=world.user("station"), surveyed_on=timezone.localdate())
        for year in (2023, 2024, 2025):
            AnnualFigureFactory(enterprise=one, year=year)
        HonourFactory(enterprise=one)
    return world


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(full, name):
    role, address = BUDGETS[name]["role"], BUDGETS[name]["address"].format(uscc=full.ours.uscc)
    client = full.api(role) if address.startswith("/api/") else full.browser(role)
    if hasattr(client, "force_authenticate"):
        client.force_authenticate(type(full.user(role)).objects.get(pk=full.user(role).pk))  # scope read anew
    else:
        client.get(address)  # the first request of a minute also moves the session's end forward

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200

    asked = "\n".join(query["sql"][:160] for query in queries)
    assert len(queries) <= min(BUDGETS[name]["queries"], MOST), asked
