"""Demands through REST, as the contract names them: raising, lists, one with its timeline, papers, what is refused."""

import base64
import datetime
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from services.workorders import actions
from services.workorders.models import Demand
from tests.factories.accounts import make_user
from tests.factories.territory import DepartmentFactory, DistrictFactory
from tests.factories.workorders import DemandFactory, OrderWorld, move

URL = "/api/v1/demands"
PDF = b"%PDF-1.7\n" + b"0" * 64
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def wanted(orders, **more) -> dict:
    return {
        "title": "设备融资贷款需求",
        "body": "需要 500 万元",
        "element": orders.element.code,
        "urgency": "urgent",
    } | more


def errors(answer) -> dict[str, str]:
    return {error["attr"]: error["code"] for error in answer.json()["errors"]}


def test_the_whole_loop_as_each_sees_it(orders, api) -> None:
    us, town, lead, helper = (api(orders.users[who]) for who in ("enterprise", "town", "lead", "helper"))
    made = us.post(URL, wanted(orders, contact_name="张三丰", contact_phone="13812348000"), format="json")
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert (made.json()["status"], number[:11]) == ("submitted", f"GD{timezone.localdate():%Y%m%d}-")
    assert move(town, number, "accept").json()["status"] == "accepted"
    assert lead.get(f"{URL}/{number}").status_code == 404
    sent = move(
        town, number, "dispatch", lead=orders.lead.code, joint=[orders.helper.code], reason="融资归口"
    )
    assert (sent.json()["status"], sent.json()["lead"]) == ("dispatched", orders.lead.code)
    assert move(lead, number, "accept").json()["status"] == "in_progress"
    assert move(helper, number, "accept").json()["status"] == "in_progress"
    assert (
        move(lead, number, "resolve", result="办好了").status_code == 409
    )  # the joint department is not done
    assert move(lead, number, "whistle").json()["status"] == "joint"
    due = (timezone.localdate() + datetime.timedelta(days=7)).isoformat()
    task = {"text": "出具担保函", "owner": orders.helper.code, "due_on": due}
    came = {"department": orders.helper.code, "attended": True}
    held = move(town, number, "convene", minutes="议定由担保中心出函", attendance=[came], resolutions=[task])
    assert held.json()["status"] == "in_progress"
    detail = lead.get(f"{URL}/{number}").json()
    assert [one["attended"] for one in detail["meetings"][0]["attendance"]] == [None, True]
    resolution = Demand.objects.get(number=number).meetings.get().resolutions.get()
    actions.finish_resolution(resolution=resolution, by=orders.users["helper"], result="函已出")
    assert move(helper, number, "resolve", result="担保函已出具").json()["status"] == "in_progress"
    assert move(lead, number, "resolve", result="贷款已到账").json()["status"] == "resolved"
    assert (
        move(us, number, "verify", satisfied=False, score=2, comment="还没到账").json()["status"]
        == "reopened"
    )
    assert move(lead, number, "accept").json()["status"] == "in_progress"
    assert move(lead, number, "resolve", result="已到账").json()["status"] == "resolved"
    verified = move(us, number, "verify", satisfied=True, score=5).json()
    assert (verified["status"], verified["satisfied"], verified["score"]) == ("verified", True, 5)
    assert move(town, number, "close").status_code == 409  # the low score is called back first
    callback = town.get("/api/v1/demand-callbacks?open=1").json()["results"][0]
    closed = town.post(
        f"/api/v1/demand-callbacks/{callback['id']}/close", {"outcome": "企业表示已经解决"}, format="json"
    )
    assert closed.status_code == 200
    assert move(town, number, "close").json()["status"] == "closed"

    mine = us.get(f"{URL}/{number}").json()
    steps = [step["move"] for step in mine["timeline"]]
    assert steps == [
        "submit", "accept", "dispatch", "sign", "sign", "whistle", "convene", "task_done", "resolve", "resolve",
        "verify", "sign", "resolve", "verify", "close",
    ]  # fmt: skip
    assert not any(step["by"] for step in mine["timeline"])  # which department, not who
    assert "notes" not in mine
    assert mine["contact_phone"] == "138****8000"
    theirs = town.get(f"{URL}/{number}").json()
    assert {"callback", "callback_closed"} <= {step["move"] for step in theirs["timeline"]}
    assert "contact_name" not in api(orders.users["leader"]).get(f"{URL}/{number}").json()


def test_an_enterprise_speaks_for_itself_and_staff_name_it(orders, api) -> None:
    theirs = OrderWorld.make()
    us, town = api(orders.users["enterprise"]), api(orders.users["town"])
    assert us.post(URL, wanted(orders, enterprise=theirs.enterprise.uscc), format="json").status_code == 404
    assert town.post(URL, wanted(orders), format="json").status_code == 400
    assert town.post(URL, wanted(orders, enterprise=orders.enterprise.uscc), format="json").status_code == 201
    assert Demand.objects.get().source == "staff"
    for who in ("leader", "lead"):
        assert api(orders.users[who]).post(URL, wanted(orders), format="json").status_code == 403


def test_the_same_key_raises_one_demand(orders, api) -> None:
    us = api(orders.users["enterprise"])
    first, again = (
        us.post(URL, wanted(orders), format="json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = us.post(URL, wanted(orders, title="另一件"), format="json", headers={"Idempotency-Key": "one"})
    assert other.status_code == 409
    assert Demand.objects.count() == 1


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"title": "\u200b"}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"body": "长" * 3001}, "body"),
        ({"element": "nothing"}, "element"),
        ({"element": 12}, "element"),
        ({"urgency": "soon"}, "urgency"),
        ({"kind": "wish"}, "kind"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_is_broken_is_told_by_field(orders, api, broken, field) -> None:
    answer = api(orders.users["enterprise"]).post(URL, wanted(orders, **broken), format="json")
    assert answer.status_code == 400
    assert field in errors(answer)


def test_html_and_formulas_stay_text(orders, api) -> None:
    us = api(orders.users["enterprise"])
    title, body = "=cmd|' /C calc'!A0 <b>加急</b>", "<script>alert(1)</script>\x07第二行"
    number = us.post(URL, wanted(orders, title=title, body=body), format="json").json()["number"]
    detail = us.get(f"{URL}/{number}").json()
    assert detail["title"] == title
    assert detail["body"] == "<script>alert(1)</script>第二行"


def test_lists_filter_count_and_search(orders, api) -> None:
    town = api(orders.users["town"])
    first = orders.submit(title="厂房租赁合同纠纷")
    second = orders.demand("in_progress", title="招聘高级技工", kind="complaint")
    DemandFactory(title="别处的诉求")
    Demand.objects.filter(pk=second.pk).update(due_at=timezone.now() - datetime.timedelta(hours=1))

    def found(query: str) -> list[str]:
        answer = town.get(f"{URL}?{query}")
        assert answer.status_code == 200, answer.content
        return [row["number"] for row in answer.json()["results"]]

    assert found("") == [second.number, first.number]
    assert town.get(f"{URL}?count=1").json()["count"] == 2
    assert found("status=submitted") == [first.number]
    assert found("status=submitted,in_progress&ordering=number") == [first.number, second.number]
    assert found("stage=solve") == found("overdue=true") == found("overdue=1") == [second.number]
    assert found("overdue=0") == [first.number]
    assert found(f"department={orders.lead.code}") == found("kind=complaint") == [second.number]
    assert found(f"town={orders.enterprise.town.code}&element={orders.element.code}&urgency=normal") != []
    assert found("light=red") == [second.number]
    assert found("mine=1") == [first.number]
    assert found(f"search={first.number}") == found("search=租赁合同") == [first.number]
    assert set(found(f"search={orders.enterprise.name}")) == {first.number, second.number}
    row = town.get(f"{URL}?overdue=1").json()["results"][0]
    assert (row["light"], row["overdue"], row["stage"], row["lead"]) == (
        "red",
        True,
        "solve",
        orders.lead.code,
    )
    for broken in (
        "status=nothing",
        "overdue=perhaps",
        "colour=red",
        "light=blue",
        "cursor=x",
        "page_size=0",
    ):
        assert town.get(f"{URL}?{broken}").status_code == 400, broken
    for name, paths in (
        ("town", (URL, "/api/v1/joint-meetings", "/api/v1/demand-callbacks", "/api/v1/visits")),
        ("department", (URL, "/api/v1/joint-meetings", "/api/v1/policies")),
        ("element", (URL, "/api/v1/policies")),
        ("chain", (URL, "/api/v1/visits")),
        ("project", ("/api/v1/visits",)),
    ):
        for path in paths:
            unknown = town.get(f"{path}?{name}=nowhere")
            assert (unknown.status_code, errors(unknown)) == (400, {name: "invalid"}), (path, name)
    nothing = town.get(f"{URL}?department={orders.helper.code}")
    assert (nothing.status_code, nothing.json()["results"]) == (200, [])
    assert [row["number"] for row in api(orders.users["lead"]).get(URL).json()["results"]] == [second.number]
    assert api(orders.users["helper"]).get(URL).json()["results"] == []


def test_a_closed_department_gets_nothing(orders, api) -> None:
    demand, town = orders.demand("accepted"), api(orders.users["town"])
    closed = DepartmentFactory(district=orders.enterprise.district, closed_on=timezone.localdate())
    foreign = DepartmentFactory(district=DistrictFactory())
    yesterday = (timezone.localdate() - datetime.timedelta(days=1)).isoformat()
    for body, field in (
        ({"lead": closed.code}, "lead"),
        ({"lead": foreign.code}, "lead"),
        ({"lead": orders.lead.code, "joint": [closed.code]}, "joint"),
        ({"lead": orders.lead.code, "joint": [orders.lead.code]}, "joint"),
        ({"lead": orders.lead.code, "due_on": yesterday}, "due_on"),
        ({"lead": orders.lead.code, "due_on": "2099-01-01"}, "due_on"),
        ({}, "lead"),
    ):
        answer = move(town, demand, "dispatch", **body)
        assert (answer.status_code, next(iter(errors(answer))).split(".")[0]) == (400, field), answer.content
    demand.refresh_from_db()
    assert demand.status == "accepted"


def test_a_stale_version_is_told_with_the_row(orders, api) -> None:
    demand = orders.demand("submitted")
    actions.add_note(demand=demand, by=orders.users["town"], text="电话核实过")
    bureau = api(orders.users["bureau"])
    actions.accept(demand=demand, by=orders.users["town"])
    stale = move(bureau, demand, "dispatch", lead=orders.lead.code, version=demand.version)
    assert stale.status_code == 409
    assert stale.json()["current"]["status"] == "accepted"
    assert stale.json()["current"]["version"] == demand.version + 1


def test_files_are_judged_by_what_they_are(orders, api) -> None:
    us = api(orders.users["enterprise"])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("word/document.xml", "x")
        zipped.writestr("word/vbaProject.bin", "x")
    liars = {
        "发票.pdf": b"MZ\x90\x00not a pdf",
        "照片.png": PDF,
        "../../etc/passwd": PDF,
        "宏.docx": archive.getvalue(),
        "空.pdf": b"",
        "大.pdf": PDF + b"0" * (10 * 1024 * 1024),
    }
    for name, content in liars.items():
        answer = us.post(
            URL, wanted(orders) | {"attachments": [SimpleUploadedFile(name, content)]}, format="multipart"
        )
        assert answer.status_code == 400, name
    assert Demand.objects.count() == 0
    files = [SimpleUploadedFile("合同.pdf", PDF), SimpleUploadedFile("..\\现场.png", PNG)]
    made = us.post(URL, wanted(orders) | {"attachments": files}, format="multipart")
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    in_json = {"name": "附件.pdf", "content": base64.b64encode(PDF).decode()}
    assert us.post(URL, wanted(orders, attachments=[in_json]), format="json").status_code == 201
    assert us.post(URL, wanted(orders, attachments=["x"]), format="json").status_code == 400
    added = us.post(
        f"{URL}/{number}/attachments", {"file": SimpleUploadedFile("补充.pdf", PDF)}, format="multipart"
    )
    assert added.status_code == 201
    listed = api(orders.users["town"]).get(f"{URL}/{number}/attachments").json()
    assert [row["name"] for row in listed] == ["合同.pdf", "现场.png", "补充.pdf"]
    download = api(orders.users["leader"]).get(f"{URL}/{number}/attachments/{listed[0]['id']}")
    assert b"".join(download.streaming_content) == PDF
    assert download["Content-Disposition"].startswith("attachment")
    stranger = api(OrderWorld.make().users["bureau"])
    assert stranger.get(f"{URL}/{number}/attachments/{listed[0]['id']}").status_code == 404


def test_notes_are_for_those_who_handle_it(orders, api) -> None:
    demand = orders.demand("in_progress")
    url = f"{URL}/{demand.number}/notes"
    assert api(orders.users["lead"]).post(url, {"text": "该企业多次反映"}, format="json").status_code == 201
    for who in ("town", "bureau", "lead"):
        assert [note["text"] for note in api(orders.users[who]).get(url).json()] == ["该企业多次反映"]
    for who in ("enterprise", "leader"):
        assert api(orders.users[who]).get(url).status_code == 403
    assert api(orders.users["helper"]).get(url).status_code == 404


def test_links_and_merging(orders, api) -> None:
    town, us = api(orders.users["town"]), api(orders.users["enterprise"])
    first, second = orders.submit(title="设备贷款"), orders.submit(title="设备融资贷款")
    url = f"{URL}/{first.number}/links"
    for _again in range(2):
        assert town.post(url, {"other": second.number}, format="json").status_code == 201
    assert [row["number"] for row in us.get(f"{URL}/{second.number}/links").json()] == [first.number]
    assert town.delete(f"{url}/{second.number}").status_code == 204
    assert town.get(url).json() == []
    foreign = DemandFactory()
    assert town.post(url, {"other": foreign.number}, format="json").status_code == 400
    assert move(town, first, "merge", into=foreign.number).status_code == 400
    assert move(town, first, "merge", into=first.number).status_code == 400
    assert move(town, first, "merge", into=second.number).json()["status"] == "closed"
    assert town.get(f"{URL}/{second.number}").json()["absorbed"] == [first.number]
    assert move(town, second, "merge", into=first.number).status_code == 409
    assert move(us, first, "reopen", reason="还没有解决").status_code == 409


def test_why_it_was_sent_returned_and_linked_is_for_those_who_handle_it(orders, api, client) -> None:
    town, lead = api(orders.users["town"]), api(orders.users["lead"])
    one, other, twin = (orders.submit(title=title) for title in ("设备贷款", "设备融资贷款", "设备担保"))
    move(town, one, "accept")
    move(town, one, "dispatch", lead=orders.lead.code, reason="派单内情")
    assert move(lead, one, "return", reason="退回内情").status_code == 200
    given = {"other": other.number, "note": "关联内情"}
    assert town.post(f"{URL}/{one.number}/links", given, format="json").status_code == 201
    assert move(town, twin, "merge", into=one.number).status_code == 200
    inside = ("派单内情", "退回内情", "关联内情")
    for who, sees in (("town", True), ("enterprise", False), ("leader", False)):
        client.force_login(orders.users[who])
        page = client.get(f"/demands/{one.number}/").content.decode()
        for text in (api(orders.users[who]).get(f"{URL}/{one.number}").content.decode(), page):
            assert [word in text for word in inside] == [sees] * 3
        moves = {row["move"] for row in api(orders.users[who]).get(f"{URL}/{one.number}").json()["timeline"]}
        assert ({"link", "absorb"} <= moves) is sees
        assert {"dispatch", "return"} <= moves
        links = api(orders.users[who]).get(f"{URL}/{one.number}/links").json()
        assert [row["note"] for row in links] == ["关联内情" if sees else ""]


def test_the_first_and_the_last_day_of_all_are_days(orders, api) -> None:
    demand = orders.demand("in_progress")
    town = api(orders.users["town"])
    found = town.get(f"{URL}?from=0001-01-01&to=9999-12-31").json()["results"]
    assert demand.number in {row["number"] for row in found}
    for moment in ("0001-01-01", "0001-01-01T00:00:00"):
        for name, field, more in (("whistle", "meets_at", {}), ("convene", "held_at", {"minutes": "纪要"})):
            answer = move(town, demand, name, **{field: moment}, **more)
            assert (answer.status_code, set(errors(answer))) == (400, {field})


def test_similar_ones_are_shown_before_another_is_raised(orders, api) -> None:
    known = orders.submit(title="企业扩建厂房用地审批进度慢")
    orders.submit(title="招聘高级技工困难")
    us = api(orders.users["enterprise"])
    found = us.get(f"{URL}/similar", {"title": "扩建厂房用地审批太慢"}).json()
    assert [row["number"] for row in found] == [known.number]
    assert api(OrderWorld.make().users["enterprise"]).get(f"{URL}/similar?title=扩建厂房用地").json() == []


def test_many_are_dispatched_each_for_itself(orders, api) -> None:
    ready, early = orders.demand("accepted"), orders.demand("submitted")
    town = api(orders.users["town"])
    body = {"demands": [ready.number, early.number], "lead": orders.lead.code}
    found = town.post(f"{URL}/bulk-dispatch", body, format="json").json()
    assert [(row["number"], row["dispatched"]) for row in found] == [
        (ready.number, True),
        (early.number, False),
    ]
    body["demands"].append(DemandFactory().number)
    assert town.post(f"{URL}/bulk-dispatch", body, format="json").status_code == 400


def test_a_contact_is_read_in_full_with_a_reason(orders, api) -> None:
    demand = orders.submit(contact_name="张三丰", contact_phone="13812348000")
    url = f"{URL}/{demand.number}/personal"
    asked = {"field": "contact_phone", "reason": "电话核实情况"}
    assert api(orders.users["town"]).post(url, asked, format="json").json()["value"] == "13812348000"
    assert api(orders.users["leader"]).post(url, asked, format="json").status_code == 403
    assert api(orders.users["town"]).post(url, asked | {"reason": ""}, format="json").status_code == 400


def test_a_department_that_gave_it_back_sees_it_no_more(orders, api) -> None:
    demand = orders.demand("in_progress")
    lead = api(orders.users["lead"])
    assert move(lead, demand, "return", reason="不属于本部门职责").json()["status"] == "accepted"
    assert lead.get(f"{URL}/{demand.number}").status_code == 404
    assert lead.get(URL).json()["results"] == []
    other = make_user("department", department=orders.helper)
    actions.dispatch(demand=demand, by=orders.users["bureau"], lead=orders.lead)
    actions.accept(demand=demand, by=orders.users["lead"])
    twice = move(lead, demand, "return", reason="仍不属于本部门职责")
    assert twice.status_code == 409  # once, then the bureau decides
    assert "return" not in twice.json()["open_moves"]
    assert api(other).get(f"{URL}/{demand.number}").status_code == 404
