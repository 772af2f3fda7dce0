"""Courses: what a visitor finds and reads, how the bureau keeps them, and the figure that counts them."""

import datetime

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from portal.metrics.places import area_of
from portal.metrics.queries.figures import figures
from services.courses import queries
from services.courses.models import Course
from services.courses.rules import is_open
from tests.cells import drained
from tests.factories.accounts import make_user
from tests.factories.catalogues import CourseFactory
from tests.factories.chains import ChainFactory
from tests.factories.services import InstitutionFactory, ItemFactory
from tests.factories.territory import DepartmentFactory, DistrictFactory, TownFactory

NEW = {
    "code": "KC900", "title": "首席质量官培训", "audience": "质量负责人", "form": "onsite", "hours": "16",
    "summary": "质量战略与质量成本。", "contact": "拨打 12345", "opened_on": "2024-06-03",
}  # fmt: skip
days = st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1))


@given(days, days, days)
@settings(max_examples=30)
def test_a_course_is_open_on_exactly_its_days(one, other, day):
    first, last = sorted((one, other))
    assert is_open(first, None, day) == (day >= first)
    assert is_open(first, last, day) == (first <= day < last)


@pytest.fixture
def district(db):
    return DistrictFactory(slug="songjiang")


@pytest.fixture
def bureau(district):
    client = APIClient()
    client.force_authenticate(make_user("bureau", district=district))
    return client


def titles(**filters) -> list[str]:
    return [row.title for row in queries.courses(None, filters)]


def test_courses_are_found_by_words_chain_item_and_form(district):
    food, item = ChainFactory(district=district, code="food"), ItemFactory(code="quality")
    CourseFactory(district=district, title="食品安全实训", chain=food, opened_on=datetime.date(2024, 1, 3))
    CourseFactory(
        district=district, title="质量成本", item=item, form="online", opened_on=datetime.date(2024, 1, 2)
    )
    CourseFactory(district=district, title="旧课程", closed=True, opened_on=datetime.date(2024, 1, 1))
    assert titles(search="质量 成本") == ["质量成本"]
    assert titles(chain="food", open="1") == ["食品安全实训", "质量成本"]  # one without a chain is for all
    assert titles(item="quality", form="online") == ["质量成本"]
    assert titles() == ["食品安全实训", "质量成本", "旧课程"]
    assert [row.title for row in queries.near_courses(None, "我想学质量", district)] == ["质量成本"]


def test_a_visitor_reads_a_course_and_who_gives_it(district):
    institution = InstitutionFactory(town=TownFactory(district=district), name="茸城质检中心")
    course = CourseFactory(
        district=district, institution=institution, giver="", item=ItemFactory(name="计量")
    )
    listed = Client().get("/courses/").content.decode()
    assert course.title in listed
    assert "新增课程" not in listed
    page = Client().get(f"/courses/{course.code}/").content.decode()
    assert "茸城质检中心" in page
    assert "拨打 12345" in page
    assert "预约" in page
    closed = CourseFactory(district=district, closed=True)
    assert "已停开" in Client().get(f"/courses/{closed.code}/").content.decode()


def test_the_bureau_adds_changes_and_closes_a_course(bureau, district):
    department = DepartmentFactory(district=district)
    answer = bureau.post("/api/v1/courses", {**NEW, "department": department.code}, format="json")
    assert answer.status_code == 201
    assert (answer.data["given_by"], answer.data["hours"], answer.data["version"]) == (
        department.name,
        "16.0",
        1,
    )
    change = {"version": 1, "closed_on": "2025-01-01"}
    assert bureau.patch("/api/v1/courses/KC900", change, format="json").data["version"] == 2
    stale = bureau.patch("/api/v1/courses/KC900", change, format="json")
    assert (stale.status_code, stale.data["current"]["version"]) == (409, 2)
    assert bureau.post("/api/v1/courses", NEW | {"giver": "学院"}, format="json").status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "giver"),
        ({"giver": "学院", "hours": "0"}, "hours"),
        ({"giver": "学院", "hours": "0.3"}, "hours"),
        ({"giver": "学院", "contact": "找张老师 13812345678"}, "contact"),
        ({"giver": "学院", "contact": "找张老师 １３８１２３４５６７８"}, "contact"),
        ({"giver": "学院", "closed_on": "2020-01-01"}, "closed_on"),
        ({"giver": "学院", "opened_on": "0001-01-01"}, "opened_on"),
        ({"giver": "学院", "closed_on": "9999-12-31"}, "closed_on"),
        ({"giver": "学院", "form": "tv"}, "form"),
        ({"giver": "学院", "title": "\u200b"}, "title"),
    ],
)
def test_a_broken_course_is_refused_with_a_sentence(bureau, change, field):
    answer = bureau.post("/api/v1/courses", NEW | change, format="json")
    assert (answer.status_code, answer.data["errors"][0]["attr"]) == (400, field)
    assert not Course.objects.exists()


def test_a_course_belongs_to_its_district(bureau):
    elsewhere = ChainFactory(district=DistrictFactory())
    answer = bureau.post("/api/v1/courses", NEW | {"giver": "学院", "chain": elsewhere.code}, format="json")
    assert (answer.status_code, answer.data["errors"][0]["attr"]) == (400, "chain")


def test_the_bureau_s_pages_save(district):
    client = Client()
    client.force_login(make_user("bureau", district=district))
    assert client.post("/courses/new/", NEW | {"giver": "学院"}).headers["Location"] == "/courses/KC900/"
    page = client.get("/courses/KC900/edit/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields} | {
        "version": 1,
        "title": "首席质量官任职培训",
    }
    shown = page.context["shown"]
    sent = {name: "" if value is None else value for name, value in (values | shown).items()}
    assert client.post("/courses/KC900/edit/", sent).status_code == 302
    course = Course.objects.get()
    assert (course.title, course.version, course.hours) == ("首席质量官任职培训", 2, 16)


def test_the_figure_follows_a_course(bureau, district):
    chain = ChainFactory(district=district)
    user = make_user("leader", district=district)
    bureau.post("/api/v1/courses", NEW | {"giver": "学院", "chain": chain.code}, format="json")
    drained("courses")
    assert figures(["courses"], area=area_of(user, chain=chain.code))["courses"].value == 1
    bureau.patch("/api/v1/courses/KC900", {"version": 1, "closed_on": "2024-07-01"}, format="json")
    drained("courses")
    assert figures(["courses"], area=area_of(user))["courses"].value == 0
