"""Queries per public page and list against the committed budget; none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.booking import PatternFactory
from tests.factories.chains import ChainFactory
from tests.factories.services import (
    ElementEntryFactory,
    ElementFactory,
    HandbookEntryFactory,
    InstitutionFactory,
    ItemFactory,
    MemberFactory,
    OfferFactory,
    StationFactory,
)

BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["services"]


@pytest.fixture
def full(scene):
    """Enough rows of everything that an N+1 would show."""
    chains = [ChainFactory(district=scene.district, code=f"c{n}") for n in range(3)]
    items = [
        scene.item,
        *(ItemFactory(keywords="检定", eligibility={"status": ["active"]}) for _ in range(6)),
    ]
    for item in items:
        item.eligibility = {"status": ["active"], "chain": ["c1"]}
        item.save()
        item.chains.set(chains)
    institutions = [scene.institution, *(InstitutionFactory(town=scene.here) for _ in range(5))]
    for institution in institutions[1:]:
        for item in items:
            OfferFactory(institution=institution, item=item)
    stations = [scene.station, *(StationFactory(town=scene.here, open_on_weekdays=True) for _ in range(4))]
    for station in stations:
        PatternFactory(station=station, item=scene.item)
        MemberFactory(station=station, role="finance_officer")
    for n in range(3):
        element = ElementFactory(code=f"e{n}")
        for _ in range(3):
            ElementEntryFactory(town=scene.here, element=element)
    for n in range(6):
        entry = HandbookEntryFactory(code=f"q-{n}", question=f"检定问题{n}？")
        entry.items.set(items)
        entry.institutions.set(institutions)
        entry.stations.set(stations)
    return scene


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(full, name):
    role, address = BUDGETS[name]["role"], BUDGETS[name]["address"].format(town=full.here.code)
    client = full.api(role) if address.startswith("/api/") else full.browser(role)
    if hasattr(client, "force_authenticate"):
        user = full.users[role]
        client.force_authenticate(type(user).objects.get(pk=user.pk))  # scope read anew
    else:
        client.get(address)  # the first request of a minute also moves the session's end forward

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200

    asked = "\n".join(query["sql"][:160] for query in queries)
    assert len(queries) <= BUDGETS[name]["queries"], asked
