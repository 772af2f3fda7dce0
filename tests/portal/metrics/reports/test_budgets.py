"""Queries per list against the committed budget (tests/query_budgets.json); none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_user
from tests.factories.bulletins import PioneerBoardFactory, ReportFactory
from tests.factories.territory import TownFactory

BUDGETS = json.loads((Path(__file__).parents[3] / "query_budgets.json").read_text())["bulletins"]


@pytest.mark.django_db
def test_lists_stay_within_their_budget_whatever_they_list(client):
    town = TownFactory()
    users = {
        "leader": make_user("leader", district=town.district),
        "station": make_user("station", town=town),
    }
    found = {}
    for rows in (1, 6):
        for number in range(rows):
            ReportFactory(district=town.district, period=f"2026-{number + 1:02d}")
            PioneerBoardFactory(district=town.district)
        for name, budget in BUDGETS.items():
            client.force_login(users[budget["role"]])
            with CaptureQueriesContext(connection) as queries:
                assert client.get(budget["address"]).status_code == 200
            found[name, rows] = len(queries)
    assert {name: found[name, 6] for name in BUDGETS} == {name: found[name, 1] for name in BUDGETS}
    assert all(found[name, 6] <= budget["queries"] for name, budget in BUDGETS.items()), found
