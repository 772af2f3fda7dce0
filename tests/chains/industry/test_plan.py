"""一链一方案: the bureau writes it and reports progress, a leader reads, what is late stands first."""

import datetime

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from chains.industry.models import ChainPlan, PlanMilestone
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.territory import DepartmentFactory, DistrictFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/chains/ic/plan"
TODAY = timezone.localdate()


def day(days: int) -> str:
    return str(TODAY + datetime.timedelta(days))


PLAN = {
    "title": "集成电路一链一方案", "goals": ["补链", " 强链 "], "paths": [], "measures": ["联席会议"],
    "starts_on": day(-100), "ends_on": day(100),
}  # fmt: skip


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def bureau(district) -> APIClient:
    ChainFactory(district=district, code="ic", name="集成电路")
    return signed_in("bureau", district)


def signed_in(role: str, district, **place) -> APIClient:
    client = APIClient()
    client.force_login(make_user(role, district=district, **place))
    return client


@pytest.fixture
def written(bureau) -> APIClient:
    assert bureau.put(URL, PLAN).status_code == 201
    return bureau


def test_a_plan_is_written_read_and_replaced(bureau):
    assert bureau.get(URL).status_code == 404
    assert bureau.put(URL, PLAN).status_code == 201
    row = bureau.get(URL).json()
    assert (row["goals"], row["paths"], row["version"]) == (["补链", "强链"], [], 1)
    assert bureau.put(URL, {**PLAN, "version": 1, "goals": ["延链"]}).json()["goals"] == ["延链"]
    stale = bureau.put(URL, {**PLAN, "version": 1})
    assert stale.status_code == 409
    assert stale.json()["current"]["goals"] == ["延链"]
    assert bureau.put(URL, PLAN).status_code == 409, "there is a plan by now"


@pytest.mark.parametrize(
    "change,attr",
    [
        ({"ends_on": day(-200)}, "ends_on"),
        ({"title": " "}, "title"),
        ({"goals": "补链"}, "goals"),
        ({"goals": ["长" * 301]}, None),
        ({"starts_on": "明天"}, "starts_on"),
        ({"chain": "x"}, "chain"),
    ],
)
def test_what_a_plan_may_not_say(bureau, change, attr):
    answer = bureau.put(URL, {**PLAN, **change})
    assert answer.status_code == 400
    if attr:
        assert attr in {error["attr"] for error in answer.json()["errors"]}
    assert not ChainPlan.objects.exists()


def test_milestones_are_added_reported_and_listed_by_urgency(written, district):
    department = DepartmentFactory(district=district)
    add = lambda **body: written.post(f"{URL}/milestones", body)  # noqa: E731
    assert add(title="远", due_on=day(90)).status_code == 201
    assert add(title="近", due_on=day(10)).json()["state"] == "soon"
    late = add(title="晚", due_on=day(-5), progress=60, lead_department=department.code).json()
    assert (late["state"], late["lead_department_name"]) == ("overdue", department.name)
    done = add(title="成", due_on=day(-50), progress=100).json()
    assert (done["state"], done["done_on"]) == ("done", str(TODAY))
    assert [row["title"] for row in written.get(f"{URL}/milestones").json()] == ["晚", "近", "远", "成"]

    url = f"{URL}/milestones/{late['id']}"
    row = written.patch(url, {"version": 1, "progress": 100, "done_on": day(-1)}).json()
    assert (row["state"], row["done_on"], row["version"]) == ("done", day(-1), 2)
    stale = written.patch(url, {"version": 1, "progress": 10})
    assert stale.status_code == 409
    assert stale.json()["current"]["progress"] == 100
    row = written.patch(url, {"version": 2, "progress": 80}).json()
    assert (row["state"], row["done_on"]) == ("overdue", None), "below 100 is not done"
    assert written.delete(f"{url}?version=3").status_code == 204
    assert len(written.get(URL).json()["milestones"]) == 3


@pytest.mark.parametrize(
    "body,attr",
    [
        ({"title": "甲", "due_on": day(200)}, "due_on"),
        ({"title": "甲", "due_on": day(1), "progress": 101}, "progress"),
        ({"title": "甲", "due_on": day(1), "progress": 50, "done_on": day(0)}, "done_on"),
        ({"title": "甲", "due_on": day(1), "progress": 100, "done_on": day(1)}, "done_on"),
        ({"title": "甲", "due_on": day(1), "lead_department": "nowhere"}, "lead_department"),
        ({"due_on": day(1)}, "title"),
    ],
)
def test_what_a_milestone_may_not_be(written, body, attr):
    answer = written.post(f"{URL}/milestones", body)
    assert answer.status_code == 400
    assert attr in {error["attr"] for error in answer.json()["errors"]}
    assert not PlanMilestone.objects.exists()


def test_a_department_of_another_district_does_not_lead(written):
    body = {"title": "甲", "due_on": day(1), "lead_department": DepartmentFactory().code}
    assert written.post(f"{URL}/milestones", body).status_code == 400


def test_a_shorter_term_leaves_no_milestone_outside(written):
    written.post(f"{URL}/milestones", {"title": "甲", "due_on": day(90)})
    answer = written.put(URL, {**PLAN, "version": 1, "ends_on": day(80)})
    assert answer.status_code == 400
    assert "1 个节点" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("role", ["leader", "station", "enterprise"])
def test_others_read_and_do_not_write(written, district, role):
    pk = written.post(f"{URL}/milestones", {"title": "甲", "due_on": day(-1)}).json()["id"]
    reader = signed_in(role, district)
    assert reader.get(URL).json()["milestones"][0]["state"] == "overdue"
    assert reader.put(URL, {**PLAN, "version": 1}).status_code == 403
    assert reader.post(f"{URL}/milestones", {"title": "乙", "due_on": day(1)}).status_code == 403
    assert reader.patch(f"{URL}/milestones/{pk}", {"version": 1, "progress": 5}).status_code == 403
    told = reader.get("/chains/ic/plan/").content.decode()
    assert "逾期 1 天" in told, "in words, not only by colour"
    assert "修改方案" not in told


def test_the_plan_is_written_and_reported_on_pages(bureau):
    assert "编写方案" in bureau.get("/chains/ic/plan/").content.decode()
    assert "一链一方案" in bureau.get("/chains/ic/plan/edit/").content.decode()
    body = {
        "title": "方案", "starts_on": day(-10), "ends_on": day(50), "goals": "补链\r\n\r\n强链", "version": "0",
    }  # fmt: skip
    assert bureau.post("/chains/ic/plan/edit/", body, format="multipart").status_code == 302
    assert ChainPlan.objects.get().goals == "补链\n强链"
    new = {"title": "签约", "due_on": day(-2), "progress": "30"}
    assert bureau.post("/chains/ic/plan/milestones/new/", new, format="multipart").status_code == 302
    assert "逾期 2 天" in bureau.get("/chains/ic/").content.decode()
    row = PlanMilestone.objects.get()
    url = f"/chains/ic/plan/milestones/{row.pk}/"
    page = bureau.get(url)
    sent = {**new, "progress": "100", "version": "1", **page.context["shown"]}
    assert bureau.post(url, sent, format="multipart").status_code == 302
    row.refresh_from_db()
    assert (row.progress, row.done_on) == (100, TODAY)
    stale = bureau.post(url, {**sent, "progress": "40"}, format="multipart")
    assert stale.status_code == 409
    assert "他人已保存" in stale.content.decode()


def test_a_plan_saved_unchanged_keeps_its_version(written):
    page = written.get("/chains/ic/plan/edit/")
    sent = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    sent = {name: str(value).replace("\n", "\r\n") for name, value in sent.items()}
    sent |= {"version": "1", **page.context["shown"]}
    assert written.post("/chains/ic/plan/edit/", sent, format="multipart").status_code == 302
    assert ChainPlan.objects.get().version == 1
