"""Simplified items: simpler than before or refused, read by everybody, counted while they hold."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from portal.metrics.places import area_of
from portal.metrics.queries.figures import figures
from tests.cells import drained
from tests.factories.accounts import make_user
from tests.factories.catalogues import SimplifiedItemFactory
from tests.factories.territory import DepartmentFactory, DistrictFactory

NEW = {
    "code": "JY900", "name": "绿色工厂认定奖励", "category": "recognition", "how": "名单比对", "materials_before": 6,
    "materials_now": 1, "days_before": 30, "days_now": 5, "effective_on": "2021-05-10",
}  # fmt: skip


@pytest.fixture
def department(db):
    return DepartmentFactory(district=DistrictFactory(slug="baoshan"))


@pytest.fixture
def user(department):
    return make_user("bureau", district=department.district)


@pytest.fixture
def bureau(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_an_item_is_entered_read_and_ended(bureau, user, department):
    given = NEW | {"department": department.code}
    assert bureau.post("/api/v1/simplified-items", given, format="json").status_code == 201
    drained("simplified_items")
    assert figures(["simplified_items"], area=area_of(user))["simplified_items"].value == 1
    listed = Client().get("/simplified-items/?category=recognition").content.decode()
    assert "绿色工厂认定奖励" in listed
    assert "材料 6 → 1 份" in listed
    assert department.name in Client().get("/simplified-items/JY900/").content.decode()
    change = {"version": 1, "ended_on": "2022-01-01"}
    assert bureau.patch("/api/v1/simplified-items/JY900", change, format="json").data["version"] == 2
    assert bureau.patch("/api/v1/simplified-items/JY900", change, format="json").status_code == 409
    drained("simplified_items")
    assert figures(["simplified_items"], area=area_of(user))["simplified_items"].value == 0
    assert "绿色工厂认定奖励" not in Client().get("/simplified-items/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"materials_now": 7}, "materials_now"),
        ({"days_now": 31}, "days_now"),
        ({"materials_now": 6, "days_now": 30}, "materials_now"),
        ({"days_before": -1}, "days_before"),
        ({"ended_on": "2020-01-01"}, "ended_on"),
        ({"effective_on": "0001-01-01"}, "effective_on"),
        ({"ended_on": "9999-12-31"}, "ended_on"),
    ],
)
def test_what_is_not_simpler_is_refused(bureau, department, change, field):
    given = NEW | {"department": department.code} | change
    answer = bureau.post("/api/v1/simplified-items", given, format="json")
    assert (answer.status_code, answer.data["errors"][0]["attr"]) == (400, field)


def test_the_database_refuses_it_too(department):
    with pytest.raises(IntegrityError), transaction.atomic():
        SimplifiedItemFactory(department=department, materials_now=6, days_now=30)


def test_the_form_refuses_beside_its_field(user, department):
    client = Client()
    client.force_login(user)
    sent = NEW | {"department": department.code, "days_now": 40}
    answer = client.post("/simplified-items/new/", sent)
    assert answer.status_code == 400
    assert "简化后不能多于简化前" in answer.content.decode()
    assert client.post("/simplified-items/new/", sent | {"days_now": 4}).status_code == 302
