"""Queries per list and page of organisations against the committed budget; none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.chains import (
    ChainFactory,
    GuidanceLinkFactory,
    OrganizationKindFactory,
    PartyOrganizationFactory,
)
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.territory import AreaFactory

BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["organizations"]


@pytest.fixture
def full(world):
    """Enough rows of everything that an N+1 would show."""
    alliance = OrganizationKindFactory(code="chain_alliance", name="产业链党建联盟", is_formal=False)
    for number in range(6):
        chain = ChainFactory(district=world.district, code=f"c{number}")
        PartyOrganizationFactory(district=world.district, chain=chain, kind=alliance)
        PartyOrganizationFactory(
            district=world.district, town=world.here, area=AreaFactory(town=world.here),
            kind=OrganizationKindFactory(code="committee", name="党委"),
        )  # fmt: skip
    top = PartyOrganizationFactory(district=world.district, town=world.here, code="TOP")
    for number in range(6):
        row = PartyOrganizationFactory(
            district=world.district, town=world.here, parent=top, code=f"B-{number}"
        )
        GuidanceLinkFactory(guide=top, guided=row)
        row.timeline.create(kind="moved", happened_on="2024-01-01", new=top.name, other=top)
        top.timeline.create(kind="absorbed", happened_on="2024-01-01", new=row.name, other=row)
        for organization in (row, top):
            PartyProfileFactory(
                enterprise=EnterpriseFactory(town=world.here), organization=organization, organization_form="joint",
                organization_name=organization.name, full_members=3,
            )  # fmt: skip
    return world


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(full, name):
    role, address = BUDGETS[name]["role"], BUDGETS[name]["address"].format(organization="TOP")
    client = full.api(role) if address.startswith("/api/") else full.browser(role)
    if hasattr(client, "force_authenticate"):
        client.force_authenticate(type(full.user(role)).objects.get(pk=full.user(role).pk))  # scope read anew
    else:
        client.get(address)  # the first request of a minute also moves the session's end forward

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200

    asked = "\n".join(query["sql"][:160] for query in queries)
    assert len(queries) <= BUDGETS[name]["queries"], f"{len(queries)}\n{asked}"
