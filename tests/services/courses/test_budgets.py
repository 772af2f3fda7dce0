"""Queries per list and page of courses, guides, simplified items and projects; none grows with its rows."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories.accounts import make_user
from tests.factories.catalogues import CourseFactory, ProjectFactory, SimplifiedItemFactory, WorkGuideFactory
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.services import ElementFactory, InstitutionFactory, ItemFactory
from tests.factories.territory import DepartmentFactory, DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db
BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["catalogues"]


def test_each_page_stays_within_its_budget():
    district = DistrictFactory(slug="songjiang")
    town = TownFactory(district=district)
    names = {}
    for _ in range(5):
        chain, enterprise = ChainFactory(district=district), EnterpriseFactory(town=town)
        names["chain"] = chain.code
        names["course"] = CourseFactory(
            district=district, chain=chain, item=ItemFactory(), element=ElementFactory(),
            institution=InstitutionFactory(town=town), department=DepartmentFactory(district=district),
        ).code  # fmt: skip
        WorkGuideFactory(district=district)
        SimplifiedItemFactory(department=DepartmentFactory(district=district))
        organization = PartyOrganizationFactory(town=town, district=district)
        names["project"] = ProjectFactory(
            enterprise=enterprise, organization=organization, chain=chain
        ).number
    users = {
        "bureau": make_user("bureau", district=district),
        "station": make_user("station", town=town),
        "enterprise": make_user("enterprise", enterprise=enterprise, district=district),
    }
    over = {}
    for name, budget in BUDGETS.items():
        address, user = budget["address"].format(**names), users.get(budget["role"])
        client = APIClient() if address.startswith("/api/") else Client()
        if user and address.startswith("/api/"):
            client.force_authenticate(type(user).objects.get(pk=user.pk))  # scope read anew
        elif user:
            client.force_login(user)
            client.get(address)  # the first request of a minute also moves the session's end forward
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, name
        if len(asked) > budget["queries"]:
            over[name] = [len(asked), *(query["sql"][:120] for query in asked)]
    assert over == {}
