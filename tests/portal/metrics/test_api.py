"""Figures by REST and on their pages: the sum of the rows is the figure, for everybody what their scope holds."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied

from chains.models import Chain
from portal.metrics import registry
from portal.metrics.actions import set_targets
from portal.metrics.models import MetricDefinition, MetricTarget
from portal.metrics.queries import area_of, figures, series
from portal.metrics.queries.rows import VALUE, rows_behind
from portal.metrics.registry import counted, metrics
from tests.factories.accounts import make_user
from tests.factories.metrics import make_district

pytestmark = pytest.mark.django_db
BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["metrics"]


@pytest.fixture
def district(full_district):
    return full_district


@pytest.fixture
def reader(client, district):
    """Signs in with a role, and gives what REST answers."""

    def sign_in(role: str, **place):
        client.force_login(make_user(role, **place))
        return lambda path: client.get(f"/api/v1/{path}")

    return sign_in


def test_the_total_is_the_sum_of_the_rows_for_the_district_a_town_and_a_chain(reader, district):
    user = make_user("leader", district=district)
    places = {"town": district.towns.first(), "chain": Chain.objects.filter(district=district).first()}
    for metric in counted():
        for by in ("", *metric.dimensions):
            area = area_of(user, **({by: places[by].code} if by else {}))
            total = series([metric.code], area=area, by="year")[metric.code].total
            behind = rows_behind(metric, user, area=area)
            assert total == behind.sum == sum(row[VALUE] or 0 for row in behind.rows), (metric.code, by)
            if by:
                points = series([metric.code], area=area_of(user), by=by)[metric.code].points
                assert next(p.value for p in points if p.key == places[by].code) == total, (metric.code, by)


def test_what_rest_answers(reader, district):
    get = reader("leader", district=district)
    listed = get("metrics").json()
    assert len(listed) == len(metrics()) >= 40
    assert {"code", "name", "unit", "definition", "dimensions"} <= listed[0].keys()
    told = get("metrics/liaison_visits/series?from=2026-03-01&to=2026-03-31&by=day").json()
    assert len(told["points"]) == 31
    assert {"key": "2026-03-05", "label": "2026-03-05", "value": 2} in told["points"]
    assert (told["total"], told["failed"], bool(told["as_of"])) == (2, False, True)
    behind = get("metrics/liaison_visits/rows?from=2026-03-05&to=2026-03-05&page_size=1&count=1").json()
    assert (behind["sum"], behind["count"], len(behind["results"])) == (2, 2, 1)
    assert behind["results"][0]["value"] == 1
    assert behind["results"][0]["url"].startswith("/enterprises/")
    assert get("metrics/credit_amount/series?by=quarter").json()["total"] == "0.00"
    share = get("metrics/coverage_work_rate/series?by=town").json()
    assert all(point["value"] is None or "." in point["value"] for point in share["points"])
    assert (
        get("metrics/coverage_work_rate/rows").json()["sum"]
        == get("metrics/coverage_work/rows").json()["sum"]
    )


def test_a_station_sees_its_towns_a_bureau_its_district_and_others_nothing(reader, district):
    here, there = district.towns.all()
    get = reader("station", town=here)
    of_town = get("metrics/party_organizations/series?by=town").json()
    assert [point["key"] for point in of_town["points"]] == [here.code]
    assert of_town["total"] == get("metrics/party_organizations/rows").json()["sum"] > 0
    assert get(f"metrics/party_organizations/series?town={there.code}").status_code == 404
    assert get("metrics/chain_gaps/series").status_code == 404, "a figure without towns is the district's"
    elsewhere = make_district(towns=1)
    get = reader("bureau", district=district)
    assert get(f"metrics/instructors/series?town={elsewhere.towns.first().code}").status_code == 404
    assert (
        get(
            f"metrics/liaison_points/rows?chain={Chain.objects.filter(district=elsewhere).first().code}"
        ).status_code
        == 404
    )
    for role in ("enterprise", "department", "institution"):
        assert reader(role)("metrics/instructors/rows").status_code == 403


BROKEN = (
    "by=week", "from=2026-02-30", "from=20260101", "to=1800-01-01", "from=2026-02-01&to=2026-01-01", "town=nowhere",
    "chain=nowhere", "colour=red", "by=day&from=1950-01-01", "from=２０２６-01-01", "from=2026-01-01%00",
)  # fmt: skip


def test_broken_filters_are_told(reader, district):
    get = reader("bureau", district=district)
    for query in BROKEN:
        assert get(f"metrics/liaison_visits/series?{query}").status_code == 400, query


def test_rows_lead_to_pages_that_there_are():
    for model, shown in registry._shown.items():
        if shown.page:
            assert reverse(shown.page[0], args=["A1"]), model


def test_the_page_of_a_figure_takes_the_days_that_rest_takes(client, district):
    client.force_login(make_user("bureau", district=district))
    for query in (
        "to=9999-12-31",
        "from=0001-01-01",
        "to=0001-01-01&by=day",
        "to=0001-01-31",
        "to=1899-12-31",
    ):
        assert client.get(f"/metrics/liaison_visits/?{query}").status_code == 400, query
    for query in (
        "to=1900-01-01&by=day",
        "to=1900-01-01",
        "to=2199-12-31&from=2199-12-01",
        "to=1900-01-01&by=year",
    ):
        assert client.get(f"/metrics/liaison_visits/?{query}").status_code == 200, query


def test_periods_rates_and_what_is_not_known(reader, district):
    user = make_user("bureau", district=district)
    today, area = timezone.localdate(), area_of(user)
    monthly = series(["activities_held", "party_branches", "coverage_base"], area=area, by="month")
    held = {point.key: point.value for point in monthly["activities_held"].points}
    assert held["2026-03"] == 4
    assert sum(held.values()) == monthly["activities_held"].total
    standing = [point.value for point in monthly["party_branches"].points]
    assert standing[-1] == monthly["party_branches"].total, "a stock stands, it is not added up"
    unknown = [point.value for point in monthly["coverage_base"].points[:-1]]
    assert set(unknown) <= {None}, "nobody counted it then: no zero"
    shown = figures(["coverage_work_rate", "credit_amount", "intra_chain_share"], area=area)
    whole = figures(["coverage_work", "coverage_base"], area=area)
    part, base = whole["coverage_work"].value, whole["coverage_base"].value
    assert shown["coverage_work_rate"].value == round(part * 100 / base, 2)
    assert shown["intra_chain_share"].value is None, "a rate without a whole"
    assert shown["credit_amount"].text == "0 元"
    assert MetricDefinition.objects.filter(metric="coverage_base", version=1).exists()
    get = reader("bureau", district=district)
    assert get(f"metrics/coverage_base/rows?to={today.replace(year=today.year - 1)}").status_code == 400


def test_the_bureau_sets_targets_of_its_district_in_wan(client, district):
    user = make_user("bureau", district=district)
    client.force_login(user)
    year = timezone.localdate().year
    page = client.get("/metrics/targets/")
    assert page.status_code == 200
    answer = client.post("/metrics/targets/", {"credit_amount": "24800", "instructors": "101"})
    assert answer.status_code == 302
    assert MetricTarget.objects.get(metric="credit_amount").value == 248_000_000
    assert client.post("/metrics/targets/", {"credit_amount": "-1"}).status_code == 422
    found = figures(["instructors"], area=area_of(user))["instructors"]
    assert found.target == 101
    assert found.progress == round(found.value * 100 / 101, 2)
    with pytest.raises(PermissionDenied):
        set_targets(area=area_of(user), year=year, values={}, by=make_user("leader", district=district))
    assert client.post("/metrics/targets/", {"instructors": ""}).status_code == 302
    assert not MetricTarget.objects.exists()


def test_pages_and_lists_stay_within_their_budgets_and_the_figures_in_three_statements(client, district):
    user = make_user("bureau", district=district)
    client.force_login(user)
    for name, one in BUDGETS.items():
        client.get(one["address"])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(one["address"]).status_code == 200, name
        assert len(queries) <= one["queries"], (name, [query["sql"][:120] for query in queries])
    codes, area = [metric.code for metric in metrics()], area_of(user)
    with CaptureQueriesContext(connection) as queries:
        figures(codes, area=area)
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        series(codes, area=area, first=timezone.localdate().replace(month=1, day=1))
    assert len(queries) == 2
