"""What those who handle a demand say to each other stays among them: reasons, minutes, names, another's number."""

import datetime
import json
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.notices.models import Notice
from portal.territory.calendar import national_exceptions
from portal.territory.rules import WorkCalendar
from services.workorders import actions
from services.workorders.messages import hand_on
from services.workorders.models import Callback, Resolution
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.workorders import move

URL = "/api/v1/demands"
PDF = b"%PDF-1.7\n" + b"0" * 64
SAID = {
    "extend": "先申请内情",
    "refuse": "不同意内情",
    "again": "再申请内情",
    "approve": "同意内情",
    "whistle": "吹哨内情",
    "minutes": "纪要内情",
    "absence": "缺席内情",
    "result": "完成内情",
}


def work_day(days: int) -> datetime.date:
    return WorkCalendar(national_exceptions()).add_working_days(timezone.localdate(), days)


def test_reasons_between_departments_and_minutes_are_for_those_who_handle_it(orders, api, client) -> None:
    demand = orders.demand("in_progress", joint=True)
    town, lead, helper = (api(orders.users[who]) for who in ("town", "lead", "helper"))
    until = work_day(60).isoformat()
    due = (timezone.localdate() + datetime.timedelta(days=7)).isoformat()
    came = {"department": orders.helper.code, "attended": False, "absence": SAID["absence"]}
    task = {"text": "出具担保函", "owner": orders.helper.code, "due_on": due}
    for who, code, body in (
        (lead, "extend", {"until": until, "reason": SAID["extend"]}),
        (town, "refuse_extension", {"reason": SAID["refuse"]}),
        (lead, "extend", {"until": until, "reason": SAID["again"]}),
        (town, "approve_extension", {"text": SAID["approve"]}),
        (town, "whistle", {"reason": SAID["whistle"]}),
        (town, "convene", {"minutes": SAID["minutes"], "attendance": [came], "resolutions": [task]}),
    ):
        assert move(who, demand, code, **body).status_code == 200, code
    resolution = Resolution.objects.get()
    ended = f"/api/v1/joint-meetings/{resolution.meeting.number}/resolutions/{resolution.pk}/finish"
    assert helper.post(ended, {"result": SAID["result"]}, format="json").status_code == 200

    for who, handles in (("town", True), ("lead", True), ("enterprise", False), ("leader", False)):
        us = api(orders.users[who])
        client.force_login(orders.users[who])
        one = us.get(f"{URL}/{demand.number}").json()
        page = client.get(f"/demands/{demand.number}/").content.decode()
        meetings = us.get("/api/v1/joint-meetings").json()["results"]
        met = us.get(f"/api/v1/joint-meetings/{resolution.meeting.number}").json()
        words = {name for name, word in SAID.items() if word in json.dumps(one, ensure_ascii=False)}
        assert words == (set(SAID) if handles else set()), who
        assert [word in page for word in SAID.values()] == [handles] * len(SAID), who
        for row in (met, *meetings):
            assert (SAID["minutes"] in str(row), SAID["whistle"] in str(row)) == (handles, handles)
            assert row["resolutions"][0]["text"] == task["text"]
        assert task["text"] in page
        if who != "enterprise":
            done = client.get("/demands/tasks/?state=all").content.decode()
            assert (task["text"] in done, SAID["result"] in done) == (True, handles)
        moves = {step["move"] for step in one["timeline"]}
        assert {"approve_extension", "whistle", "convene", "task_done"} <= moves
        assert ({"extend", "refuse_extension"} <= moves) is handles
        assert [row["state"] for row in one["extensions"]] == (
            ["approved", "refused"] if handles else ["approved"]
        )
        assert one["extensions"][0]["until"].startswith(until)
    hand_on()
    told = Notice.objects.filter(recipient=orders.users["enterprise"])
    assert told.filter(kind="demand_extended").exists()
    assert not any(word in notice.body for notice in told for word in SAID.values())


def test_a_demand_that_went_into_anothers_says_how_far_it_is_and_not_whose(orders, api, client) -> None:
    other = EnterpriseFactory(town=orders.enterprise.town)
    theirs = actions.submit(
        by=orders.users["town"], enterprise=other, title="园区停电频繁", element=orders.element
    )
    actions.accept(demand=theirs, by=orders.users["town"])
    ours = orders.submit(title="园区经常停电")
    assert move(api(orders.users["town"]), ours, "merge", into=theirs.number).status_code == 200
    hand_on()
    for who, sees in (("town", True), ("leader", True), ("enterprise", False)):
        us = api(orders.users[who])
        client.force_login(orders.users[who])
        one = us.get(f"{URL}/{ours.number}")
        page = client.get(f"/demands/{ours.number}/").content.decode()
        shown = client.get("/demands/?open=0").content.decode()
        assert [theirs.number in text for text in (one.content.decode(), page)] == [sees, sees], who
        assert one.json()["merged"]["stage"] == "dispatch"
        assert "合并办理" in page
        assert "工单分办 · 待分办" in page
        assert sees or theirs.number not in us.get(URL).content.decode() + shown
    told = Notice.objects.get(recipient=orders.users["enterprise"], kind="demand_merge")
    assert ours.number in told.body
    assert theirs.number not in told.body


def test_papers_name_people_to_those_who_handle_it_and_sides_to_the_others(orders, api) -> None:
    demand = orders.demand("in_progress")
    url = f"{URL}/{demand.number}/attachments"
    for who in ("enterprise", "lead", "town", "bureau"):
        file = SimpleUploadedFile(f"{who}.pdf", PDF)
        assert api(orders.users[who]).post(url, {"file": file}, format="multipart").status_code == 201
    sides = ["企业", orders.lead.name, "属地党组织", "区局"]
    people = [str(orders.users[who]) for who in ("enterprise", "lead", "town", "bureau")]
    for who, names in (("town", people), ("lead", people), ("enterprise", sides), ("leader", sides)):
        us = api(orders.users[who])
        for rows in (us.get(url).json(), us.get(f"{URL}/{demand.number}").json()["attachments"]):
            assert [row["uploaded_by"] for row in rows] == names, who
            assert all(row["uploaded_at"].endswith("+08:00") for row in rows)


def test_what_a_low_score_asks_for_is_said_before_it_is_archived(orders, api, client) -> None:
    demand = orders.demand("resolved")
    actions.verify(demand=demand, by=orders.users["enterprise"], satisfied=True, score=1)
    town = api(orders.users["town"])
    answer = move(town, demand, "close")
    assert answer.status_code == 409
    assert "请先在“回访”中" in answer.json()["errors"][0]["detail"]
    assert answer.json()["open_moves"] == ["reopen"]
    client.force_login(orders.users["town"])
    page = re.sub(r"\s+", " ", client.get(f"/demands/{demand.number}/").content.decode())
    assert "请先在“回访”中" in page
    assert 'href="#callbacks-title"' in page
    callback = Callback.objects.get()
    actions.close_callback(callback=callback, by=orders.users["town"], outcome="回访内情，企业已满意")
    page = client.get(f"/demands/{demand.number}/").content.decode()
    assert "请先在“回访”中" not in page
    assert 'href="#callbacks-title"' not in page
    assert "由区局复核后归档" in page
    outcomes = {}
    for who in ("town", "leader"):
        rows = api(orders.users[who]).get("/api/v1/demand-callbacks").json()["results"]
        outcomes[who] = [row["outcome"] for row in rows]
    assert outcomes == {"town": ["回访内情，企业已满意"], "leader": [""]}
