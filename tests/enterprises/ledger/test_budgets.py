"""Queries per list and page of the ledgers against the committed budget; none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.ledger import CreditGrantFactory, DealFactory, PledgeFactory, PostingFactory

pytestmark = pytest.mark.django_db
BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["ledger"]


def test_each_page_stays_within_its_budget(world):
    """Enough rows of everything that an N+1 would show; one set of rows for all addresses."""
    chain = ChainFactory(district=world.district, code="c1")
    for enterprise in (world.ours, world.theirs):
        ChainMembershipFactory(enterprise=enterprise, chain=chain)
    numbers = {}
    for position in range(6):
        numbers["deal"] = DealFactory(buyer=world.ours, seller=world.theirs, verified=True).number
        numbers["credit"] = CreditGrantFactory(enterprise=world.ours, product=f"茸质贷{position}").number
        numbers["pledge"] = PledgeFactory(enterprise=world.ours).number
        numbers["posting"] = PostingFactory(enterprise=world.ours, chain=chain).number
        PostingFactory(enterprise=world.theirs, chain=chain, kind="offer")
    over = {}
    for name, budget in BUDGETS.items():
        role = budget["role"]
        address = budget["address"].format(**numbers, uscc=world.ours.uscc)
        client = world.api(role) if address.startswith("/api/") else world.browser(role)
        if hasattr(client, "force_authenticate"):
            client.force_authenticate(type(world.user(role)).objects.get(pk=world.user(role).pk))
        else:
            client.get(address)  # the first request of a minute also moves the session's end forward
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
            if hasattr(answer, "render"):
                answer.render()
        assert answer.status_code == 200, (name, answer.content[:300])
        if len(queries) > budget["queries"]:
            over[name] = len(queries)
    assert over == {}
