"""The national calendar of real years, and staff's corrections over it."""

from datetime import date

import pytest
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Invalid
from portal.territory import queries
from portal.territory.actions import clear_calendar_day, set_calendar_day
from portal.territory.calendar import add_working_days, is_working_day, work_calendar, working_days_between
from portal.territory.models import CalendarDay
from tests.factories.accounts import make_user
from tests.factories.territory import DistrictFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory(slug="songjiang")


@pytest.mark.parametrize(
    "day,working",
    [
        (date(2024, 2, 4), True),  # Sunday, make-up day before Spring Festival 2024
        (date(2024, 2, 12), False),  # Monday of the festival
        (date(2024, 9, 14), True),  # Saturday, make-up day before Mid-Autumn
        (date(2025, 1, 26), True),  # Sunday, make-up day
        (date(2025, 1, 29), False),  # first day of the festival, a Wednesday
        (date(2025, 10, 8), False),  # Wednesday of the long National Day holiday
        (date(2025, 10, 11), True),  # Saturday, make-up day
        (date(2026, 2, 14), True),  # Saturday, make-up day before Spring Festival 2026
        (date(2026, 2, 15), False),  # an ordinary Sunday
        (date(2026, 2, 18), False),
        (date(2026, 2, 28), True),
        (date(2026, 11, 21), False),  # an ordinary Saturday
        (date(2026, 11, 20), True),
    ],
)
def test_real_days(district, day, working):
    assert is_working_day(day) is working


def test_deadlines_step_over_the_festival(district):
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 14), 1) == date(2026, 2, 24)
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 24)) == 2


def test_the_bureau_overrides_a_day_and_takes_it_back(district):
    bureau, day = make_user("bureau", district=district), date(2026, 9, 10)
    set_calendar_day(district=district, day=day, is_working=False, reason="台风停工", by=bureau)
    assert is_working_day(day) is False
    assert add_working_days(date(2026, 9, 9), 1) == date(2026, 9, 11)
    set_calendar_day(district=district, day=day, is_working=True, reason="台风转向", by=bureau)
    assert CalendarDay.objects.get().reason == "台风转向"
    clear_calendar_day(district=district, day=day, by=bureau)
    assert is_working_day(day) is True


def test_an_override_holds_in_its_own_district_only(district):
    other = DistrictFactory()
    set_calendar_day(
        district=other,
        day=date(2026, 9, 10),
        is_working=False,
        reason="停工",
        by=make_user("bureau", district=other),
    )
    assert work_calendar("songjiang").is_working_day(date(2026, 9, 10))
    assert not work_calendar(other.slug).is_working_day(date(2026, 9, 10))


@pytest.mark.parametrize("role", ["station", "leader", "enterprise", "department"])
def test_only_the_bureau_overrides(district, role):
    user = make_user(role, district=district)
    with pytest.raises(PermissionDenied):
        set_calendar_day(district=district, day=date(2026, 9, 10), is_working=False, reason="停工", by=user)


def test_a_reason_is_needed(district):
    with pytest.raises(Invalid):
        set_calendar_day(
            district=district, day=date(2026, 9, 10), is_working=False, reason=" ", by=make_user("admin")
        )


def test_special_days_name_holidays_make_up_days_and_corrections(district):
    bureau = make_user("bureau", district=district)
    set_calendar_day(
        district=district, day=date(2026, 2, 14), is_working=False, reason="本区不调休", by=bureau
    )
    days = {row.day: row for row in queries.special_days(district, 2026)}
    assert days[date(2026, 2, 17)].name == "春节"
    assert days[date(2026, 2, 28)].name == "调休上班"
    assert days[date(2026, 2, 14)].name == "本区不调休"
    assert days[date(2026, 2, 14)].override is not None


def test_calendar_page_and_its_forms(client, district):
    client.force_login(make_user("bureau", district=district))
    assert "调休上班" in client.get("/calendar/?year=2026").content.decode()
    answer = client.post("/calendar/change/", {"day": "2026-09-10", "is_working": "no", "reason": "台风停工"})
    assert answer["Location"] == "/calendar/?year=2026"
    assert CalendarDay.objects.filter(day="2026-09-10", is_working=False).exists()
    assert (
        client.post("/calendar/change/", {"day": "昨天", "is_working": "no", "reason": ""}).status_code == 400
    )
    client.post("/calendar/reset/", {"day": "2026-09-10"})
    assert not CalendarDay.objects.exists()


def test_a_year_outside_the_calendar_is_refused(client, district):
    client.force_login(make_user("leader", district=district))
    assert client.get("/api/v1/calendar?year=1900").status_code == 400
    assert client.get("/api/v1/calendar?year=٢٠٢٦").status_code == 400
    assert len(client.get("/api/v1/calendar?year=2026").json()) > 20


def test_calendar_page_costs_few_queries(client, district, django_assert_max_num_queries):
    client.force_login(make_user("bureau", district=district))
    with django_assert_max_num_queries(9):
        client.get("/calendar/")


@pytest.mark.parametrize("year", ["020260", "2026" * 2000, "2041", "-2026"])
def test_a_year_has_one_spelling(client, district, year):
    client.force_login(make_user("leader", district=district))
    client.raise_request_exception = False
    assert client.get(f"/api/v1/calendar?year={year}").status_code == 400
    assert client.get(f"/calendar/?year={year}").status_code == 200


def test_a_day_that_does_not_exist_cannot_be_reset(client, district):
    client.force_login(make_user("bureau", district=district))
    client.raise_request_exception = False
    assert client.post("/calendar/reset/", {"day": "2026-02-30"}).status_code == 404


@pytest.mark.parametrize("role", ["leader", "station", "department"])
def test_the_right_is_asked_before_the_body(client, district, role):
    client.force_login(make_user(role, district=district))
    answer = client.put("/api/v1/calendar/2026-11-21", {}, content_type="application/json")
    assert answer.status_code == 403


@pytest.mark.parametrize("day", ["0001-01-01", "2014-12-31", "2041-01-01", "9999-12-31"])
def test_no_correction_outside_the_years_of_the_calendar(client, district, day):
    client.force_login(make_user("bureau", district=district))
    body = {"is_working": True, "reason": "补班"}
    answer = client.put(f"/api/v1/calendar/{day}", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "day")
    assert client.post("/calendar/change/", {**body, "day": day, "is_working": "yes"}).status_code == 400
