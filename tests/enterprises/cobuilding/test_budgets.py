"""Queries per list and page of agreements and alliances against the committed budget; none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chains.alliances.models import ChairTerm
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.cobuilding import SIGNED_ON, AllianceMemberFactory, make_agreement, make_alliance
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.meetings import MeetingFactory, TaskFactory

BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["cobuilding"]


@pytest.fixture
def full(world):
    """Enough rows of everything that an N+1 would show."""
    for number in range(4):
        chain = ChainFactory(district=world.district)
        make_agreement(
            world.ours, EnterpriseFactory(town=world.here), chain=chain, number=f"GJ2025{number:04d}"
        )
        alliance = make_alliance(
            world.district, town=world.here, chain=chain, charter="第一条", code=f"LM-B{number}"
        )
        chair = PartyOrganizationFactory(district=world.district)
        ChairTerm.objects.create(alliance=alliance, chair=chair, started_on=SIGNED_ON)
        meeting = MeetingFactory(alliance=alliance, chair=chair, number=f"LH2024{number:04d}")
        TaskFactory.create_batch(2, meeting=meeting)
        for enterprise in (world.ours, EnterpriseFactory(town=world.here)):
            place = AllianceMemberFactory(alliance=alliance, enterprise=enterprise)
            meeting.attendances.create(member=place)
    return world


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(full, name):
    role = BUDGETS[name]["role"]
    party = full.ours.agreement_parties.first().agreement.parties.exclude(organization=None).get()
    address = BUDGETS[name]["address"].format(
        agreement="GJ20250001", alliance="LM-B1", meeting="LH20240001", organization=party.organization.code
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
