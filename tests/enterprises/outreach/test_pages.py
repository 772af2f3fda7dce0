"""The pages of outreach as each role meets them."""

from datetime import date

import pytest
from django.utils import timezone

from enterprises.outreach.models import Instructor, InstructorAssignment, LiaisonPoint
from portal.territory.models import GuidanceStation, ServiceElement, SupervisionOffice
from tests.factories.chains import OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.outreach import (
    AreaFactory,
    AssignmentFactory,
    InstructorFactory,
    LiaisonPointFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def station(world):
    """The station of `here` with everything that its page shows."""
    office = SupervisionOffice.objects.create(code="SO1", name="九亭市场监督管理所", town=world.here)
    GuidanceStation.objects.create(office=office, name="九亭小个专党建工作指导站")
    ServiceElement.objects.create(code="finance-x", name="融资贷款服务")
    kind = OrganizationKindFactory(code="comprehensive_committee", name="综合党委")
    PartyOrganizationFactory(district=world.district, town=world.here, kind=kind, name="中共九亭镇综合委员会")
    one = InstructorFactory(town=world.here, name="沈知行", phone="13812348000", code="ZD-JT-01")
    AssignmentFactory(instructor=one, enterprise=world.ours)
    AssignmentFactory(instructor=one, enterprise=None, area=AreaFactory(town=world.here, name="九亭科创园"))
    LiaisonPointFactory(enterprise=world.ours, instructor=one)
    EnterpriseFactory(town=world.here)  # never surveyed, no members: needs work coverage
    overdue = EnterpriseFactory(town=world.here)
    PartyProfileFactory(enterprise=overdue, surveyed_on=date(2024, 1, 1), full_members=2)
    return world


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_towns_page_shows_engines_people_and_what_is_due(station):
    address = f"/stations/{station.here.code}/"
    text = page(station.browser("station"), address)
    for said in (
        "中共九亭镇综合委员会", "九亭小个专党建工作指导站", "九亭市场监督管理所", "融资贷款服务", "沈**", "138****8000",
        "九亭科创园", "上海云间精密机械有限公司", "待走访", "镇综合党委",
    ):  # fmt: skip
        assert said in text, said
    assert "13812348000" not in text
    assert f"freshness=overdue&amp;town={station.here.code}" in text
    station.here.kind = "subdistrict"
    station.here.save()
    assert "党群服务中心" in page(station.browser("station"), address)


def test_a_leader_reads_everything_but_names(station):
    browser = station.browser("leader")
    for address in (
        "/stations/", f"/stations/{station.here.code}/", "/stations/instructors/", "/stations/instructors/ZD-JT-01/",
        "/stations/liaison-points/", f"/stations/liaison-points/{LiaisonPoint.objects.get().code}/",
        f"/enterprises/{station.ours.uscc}/",
    ):  # fmt: skip
        text = page(browser, address)
        assert "沈*" not in text, address
        assert "李*" not in text, address
        assert "****" not in text, address
    assert "ZD-JT-01" in text


def test_the_overview_counts_what_the_lists_show(station):
    browser = station.browser("bureau")
    rows = {row.town.code: row.figures for row in browser.get("/stations/").context["rows"]}
    assert rows[station.here.code] == {
        "people": 1, "postings": 2, "points": 1, "due": 1, "overdue": 1, "uncovered": 1,
    }  # fmt: skip
    due = browser.get(f"/stations/liaison-points/?due=1&town={station.here.code}").context["page"]
    assert due.count == 1
    overdue = browser.get(f"/enterprises/?town={station.here.code}&status=active&freshness=overdue")
    assert overdue.context["page"].count == 1
    needs = browser.get(f"/coverage/should-establish/?group=needs_work_coverage&town={station.here.code}")
    assert len(needs.context["page"].rows) == 1


def test_a_station_goes_straight_to_its_own_page(station):
    browser = station.browser("station")
    assert browser.get("/stations/own/")["Location"] == f"/stations/{station.here.code}/"
    assert browser.get(f"/stations/{station.there.code}/").status_code == 404
    assert "指导站" in page(browser, "/")
    assert "指导站" in page(station.browser("bureau"), "/")


def test_recording_and_changing_an_instructor(station):
    browser = station.browser("station")
    form = {
        "town": station.here.code, "code": "ZD-JT-02", "name": "陆明远", "phone": "123", "kind": "liaison",
        "unit": "镇党群办", "started_on": "2024-06-01",
    }  # fmt: skip
    refused = browser.post("/stations/instructors/new/", form)
    assert refused.status_code == 400
    assert "11 位手机号" in refused.content.decode()
    made = browser.post("/stations/instructors/new/", {**form, "phone": "13900001111"})
    assert made["Location"] == "/stations/instructors/ZD-JT-02/"
    edit = {
        "version": "1", "name": "", "phone": "", "kind": "instructor", "unit": "镇党建办", "started_on": "2024-06-01",
        "shown-kind": "liaison", "shown-unit": "镇党群办", "shown-started_on": "2024-06-01",
    }  # fmt: skip
    assert browser.post("/stations/instructors/ZD-JT-02/edit/", edit).status_code == 302
    row = Instructor.objects.get(code="ZD-JT-02")
    assert (row.name, row.phone, row.kind, row.unit) == ("陆明远", "13900001111", "instructor", "镇党建办")
    assert browser.post("/stations/instructors/ZD-JT-02/edit/", {**edit, "unit": "区局"}).status_code == 409


def test_posting_and_handing_over(station):
    browser = station.browser("station")
    other = EnterpriseFactory(town=station.here, name="上海新泾物流有限公司")
    assert "上海新泾物流有限公司" in page(browser, "/stations/instructors/ZD-JT-01/assign/")
    assert "上海新泾物流有限公司" in page(browser, "/stations/instructors/ZD-JT-01/assign/?search=新泾")
    chosen = {"enterprises": [other.uscc], "started_on": str(TODAY())}
    assert browser.post("/stations/instructors/ZD-JT-01/assign/", chosen).status_code == 302
    to = InstructorFactory(town=station.here, code="ZD-JT-09")
    shown = page(browser, "/stations/instructors/ZD-JT-01/hand-over/")
    assert "上海新泾物流有限公司" in shown
    one = InstructorAssignment.objects.get(enterprise=other)
    form = {"to": "ZD-JT-09", "ended_on": str(TODAY()), "reason": "人员分工调整", "move": [f"a{one.pk}"]}
    assert browser.post("/stations/instructors/ZD-JT-01/hand-over/", form).status_code == 302
    assert to.assignments.get().enterprise == other
    again = browser.post("/stations/instructors/ZD-JT-01/hand-over/", form)
    assert again.status_code == 400
    assert "他人移交" in again.content.decode()
    nobody = browser.post("/stations/instructors/ZD-JT-01/hand-over/", {**form, "to": ""})
    assert nobody.status_code == 400


def test_ending_a_posting_and_leaving(station):
    browser = station.browser("station")
    assert browser.get("/stations/instructors/ZD-JT-01/retire/")["Location"].endswith("/hand-over/")
    for row in InstructorAssignment.objects.all():
        end = {"ended_on": str(TODAY()), "reason": "企业迁出"}
        assert browser.post(f"/stations/assignments/{row.pk}/end/", end).status_code == 302
    LiaisonPoint.objects.update(instructor=None)
    leave = {"version": "1", "ended_on": str(TODAY()), "reason": "退休"}
    assert browser.post("/stations/instructors/ZD-JT-01/retire/", leave).status_code == 302
    assert Instructor.objects.get(code="ZD-JT-01").ended_on == TODAY()


def test_a_liaison_point_from_taking_in_to_release(station):
    browser = station.browser("station")
    company = EnterpriseFactory(town=station.here, name="上海亭林仪表有限公司")
    form = {
        "enterprise": "上海亭林仪表有限公司", "taken_in_on": "2026-01-05", "leader_title": "副镇长",
        "leader_name": "周望舒", "instructor": "ZD-JT-01",
    }  # fmt: skip
    assert (
        browser.post("/stations/liaison-points/new/", {**form, "enterprise": "没有这家"}).status_code == 400
    )
    made = browser.post("/stations/liaison-points/new/", form)
    point = LiaisonPoint.objects.get(enterprise=company)
    assert made["Location"] == f"/stations/liaison-points/{point.code}/"
    text = page(browser, made["Location"])
    assert "周**" in text
    assert "周望舒" not in text
    visit = {"visited_on": str(TODAY()), "content": "了解用工和订单情况"}
    assert browser.post(f"/stations/liaison-points/{point.code}/visit/", visit).status_code == 302
    assert "了解用工和订单情况" in page(browser, made["Location"])
    edit = {
        "version": "1",
        "leader_title": "镇长",
        "leader_name": "",
        "instructor": "",
        "shown-leader_title": "副镇长",
    }
    assert browser.post(f"/stations/liaison-points/{point.code}/edit/", edit).status_code == 302
    point.refresh_from_db()
    assert (point.leader_title, point.leader_name, point.instructor) == ("镇长", "周望舒", None)
    release = {"version": "2", "released_on": str(TODAY()), "reason": "企业迁出"}
    assert browser.post(f"/stations/liaison-points/{point.code}/release/", release).status_code == 302
    full = browser.post(
        f"/stations/liaison-points/{point.code}/personal/", {"field": "leader_name", "reason": "核对姓名"}
    )
    assert "周望舒" in full.content.decode()


def test_the_portrait_tells_who_looks_after_an_enterprise(station):
    text = page(station.browser("station"), f"/enterprises/{station.ours.uscc}/")
    assert "ZD-JT-01" in text
    own = station.api("enterprise").get(f"/api/v1/enterprises/{station.ours.uscc}/portrait").json()
    assert list(own) == ["enterprise", "figures", "party", "chains", "services", "ledger", "history"]
    assert [(one["code"], one["name"], one["may_ask"]) for one in own["party"]["instructors"]] == [
        ("ZD-JT-01", "沈**", True)
    ]
    assert own["party"]["liaison_point"]["due"] is True
    assert own["party"]["standing"] == "covered"
    text = page(station.browser("enterprise"), f"/enterprises/{station.ours.uscc}/")
    assert "138****8000" in text
    bare = EnterpriseFactory(town=station.here)
    text = page(station.browser("bureau"), f"/enterprises/{bare.uscc}/")
    assert "应落实工作覆盖" in text
