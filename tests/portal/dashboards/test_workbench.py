"""The start page of each role; every figure leads to a list of as many rows."""

import datetime
import re

import pytest
from django.utils import timezone

from tests.enterprises.conftest import world  # noqa: F401 - the same cast
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory, SurveyFactory


@pytest.fixture
def district(world):  # noqa: F811
    """Two towns with profiles of every age and form, and two enterprises that no figure counts."""
    today = timezone.localdate()
    for town in (world.here, world.there):
        for days, form in ((1, "alone"), (200, "joint"), (400, "none")):
            one = EnterpriseFactory(town=town)
            PartyProfileFactory(
                enterprise=one, surveyed_on=today - datetime.timedelta(days=days), organization_form=form
            )
        EnterpriseFactory(town=town, deregistered=True)
    return world


@pytest.mark.parametrize("role", ["admin", "bureau", "station", "leader"])
def test_each_figure_is_the_count_of_the_list_it_leads_to(district, role):
    browser = district.browser(role)
    data = dict(browser.get("/").context["sections"])["portal/dashboards/_figures.html"]
    figures = [(card["value"], card["url"]) for card in data["cards"]]
    figures += [cell for town in data["towns"] for cell in town["cells"]]
    assert len(figures) == (7 if role == "station" else 21)

    for value, url in figures:
        page = browser.get(url)
        assert page.status_code == 200, url
        assert len(page.context["rows"]) == value, url


def test_a_station_sees_what_is_due_and_its_imports(district):
    page = district.browser("station").get("/").content.decode()

    assert "接下来该摸排" in page
    assert district.ours.name in page
    assert district.theirs.name not in page
    assert "还没有导入过表格" in page


def test_a_leader_sees_figures_and_nothing_to_fill_in(district):
    page = district.browser("leader").get("/").content.decode()

    assert "各街镇情况" in page
    assert "填写摸排" not in page
    assert "最近的表格导入" not in page


def test_an_enterprise_sees_itself_and_its_surveys(district):
    PartyProfileFactory(enterprise=district.ours)
    SurveyFactory(enterprise=district.ours, note="我们报的")

    page = district.browser("enterprise").get("/").content.decode()

    assert district.ours.name in page
    assert "自报信息" in page
    assert "我们报的" in page
    assert district.theirs.name not in page


def test_an_administrator_reaches_accounts_and_audit(district):
    page = district.browser("admin").get("/").content.decode()

    assert "管理用户" in page
    assert "敏感信息查看记录" in page


@pytest.mark.parametrize("role", ["department", "institution"])
def test_departments_and_institutions_are_told_honestly(district, role):
    page = district.browser(role).get("/").content.decode()

    assert "可以查阅" in page
    assert ("今日预约" in page) is (role == "institution")
    assert not re.search(r"上海(云间|佘北)", page)


def test_a_person_without_role_is_told_whom_to_ask(client, db):
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")

    assert "还没有角色" in client.get("/").content.decode()
