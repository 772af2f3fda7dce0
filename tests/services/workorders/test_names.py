"""Who did something is read by name only by staff; everybody else reads the unit. Lists name an unknown code."""

import pytest
from django.utils import timezone

from portal.accounts.naming import names_for
from services.visits.actions import record_visit
from tests.factories.accounts import make_user

UNKNOWN = (
    "bookings?station=no",
    "service-stations?town=no",
    "service-items?chain=no",
    "institutions?item=no",
)


def test_enterprises_and_leaders_read_the_unit_of_whoever_recorded(
    orders, api, django_assert_num_queries
) -> None:
    town = orders.users["town"]
    visit = record_visit(
        by=town, enterprise=orders.enterprise, visited_on=timezone.localdate(), method="onsite"
    )
    unit = f"{orders.enterprise.town.short_name}指导站"
    for who, said in (("bureau", str(town)), ("town", str(town)), ("leader", unit), ("enterprise", unit)):
        rows = api(orders.users[who]).get("/api/v1/visits").data["results"]
        assert [(row["number"], row["recorded_by"]) for row in rows] == [(visit.number, said)]
    people, leader = [*orders.users.values(), None], orders.users["leader"]
    assert leader.scope.districts
    with django_assert_num_queries(1):
        name = names_for(leader, people)
    assert [name(person) for person in people] == [
        "企业", unit, "区局", str(leader), orders.lead.name, orders.helper.name, "",
    ]  # fmt: skip


@pytest.mark.parametrize("address", UNKNOWN)
def test_an_unknown_code_is_told(orders, api, address) -> None:
    answer = api(orders.users["bureau"]).get(f"/api/v1/{address}")
    field = address.partition("?")[2].partition("=")[0]
    assert (answer.status_code, [one["attr"] for one in answer.data["errors"]]) == (400, [field])


def test_an_institution_reads_no_demands(orders, api) -> None:
    client = api(make_user("institution", district=orders.enterprise.district))
    number = orders.submit().number
    for address in ("demands", f"demands/{number}", "demands/similar?title=x", "joint-meetings"):
        assert client.get(f"/api/v1/{address}").status_code == 403
