"""Pages of demands: what each person reads and may press, what a form says back, and that a lost race loses no text."""

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.territory.calendar import national_exceptions
from portal.territory.rules import WorkCalendar
from services.workorders import actions
from services.workorders.actions.guard import open_moves
from services.workorders.models import Demand, DemandStep, JointMeeting, Resolution
from services.workorders.rules.states import MOVES
from tests.factories.workorders import PATHS, OrderWorld

BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["workorders"]
PEOPLE = ("enterprise", "town", "bureau", "lead", "helper", "leader")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world with a demand in every status; what a test does is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = OrderWorld.make()
        world.demands = {status: world.demand(status, joint=True) for status in PATHS}
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def page(world, db):
    """`page(who, address, **post)`: the answer as somebody reads it; with values it is a POST."""

    def get(who: str, address: str, **post):
        client = Client()
        client.force_login(world.users[who])
        return client.post(address, post) if post else client.get(address)

    return get


def do(demand: Demand, move: str) -> str:
    return reverse("demand-do", args=[demand.number, move])


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("status", PATHS)
def test_the_buttons_are_the_open_moves(world, page, status):
    demand = world.demands[status]
    for who in PEOPLE:
        answer = page(who, reverse("demand", args=[demand.number]))
        if who in ("lead", "helper") and status in ("submitted", "accepted", "rejected"):
            assert answer.status_code == 404  # not theirs yet
            continue
        html = answer.content.decode()
        shown = set(re.findall(rf"/demands/{demand.number}/([a-z_]+)/\"", html))
        shown &= set(MOVES)
        assert shown == set(open_moves(world.users[who], demand)), (status, who)
        assert ("内部备注" in html) == (who not in ("enterprise", "leader")), (status, who)
        assert ("查看事由" in html) == (who != "leader") or not demand.contact_phone


def test_every_move_has_its_form(world, page):
    left = set(MOVES)
    for status, demand in world.demands.items():
        for who in PEOPLE[:5]:
            for move in left & set(open_moves(world.users[who], demand)):
                if who in ("lead", "helper") and status in ("submitted", "accepted", "rejected"):
                    continue
                answer = page(who, do(demand, move))
                assert answer.status_code == 200, (status, who, move)
                assert f'action="{do(demand, move)}"' in answer.content.decode()
                left.remove(move)
    assert left == {"approve_extension", "refuse_extension"}  # nobody has asked


def test_who_may_never_is_refused_and_a_closed_move_names_the_open_ones(world, page):
    demand = world.demands["in_progress"]
    assert page("enterprise", do(demand, "resolve"), result="好了").status_code == 403
    assert page("leader", do(demand, "accept"), version="1").status_code == 403
    answer = page("town", do(demand, "accept"))
    assert answer.status_code == 409
    assert "现在可以：" in text_of(answer)


def test_a_stale_form_keeps_what_was_written(world, page):
    demand = world.demands["in_progress"]
    answer = page("lead", do(demand, "report"), text="银行已上门尽调", version=str(demand.version - 1))
    assert answer.status_code == 409
    assert "银行已上门尽调" in answer.content.decode()
    assert f'name="version" value="{demand.version}"' in answer.content.decode()
    with transaction.atomic():  # somebody else ended it meanwhile
        actions.resolve(demand=demand, by=world.users["helper"], result="已配合")
        actions.resolve(demand=demand, by=world.users["lead"], result="贷款已经发放")
        answer = page("lead", do(demand, "report"), text="银行已上门尽调", version=str(demand.version))
        transaction.set_rollback(True)
    assert answer.status_code == 409
    assert "没有保存" in text_of(answer)
    assert "银行已上门尽调" in text_of(answer)


def test_raised_on_the_page_with_what_comes_near(world, page):
    address = reverse("demand-new")
    first = world.demands["in_progress"]
    near = page("enterprise", f"{reverse('demand-alike')}?title={first.title}")
    assert first.number in near.content.decode()
    bad = page("enterprise", address, title="", element="")
    assert bad.status_code == 400
    assert "请选择一个要素" in text_of(bad)
    given = {
        "title": "新厂房用电需要增容",
        "body": "<b>急</b>",
        "element": world.element.code,
        "kind": "help",
        "urgency": "urgent",
        "contact_name": "王小明",
        "contact_phone": "13800001111",
    }
    answer = page("enterprise", address, **given)
    assert answer.status_code == 302
    demand = Demand.objects.get(title="新厂房用电需要增容")
    shown = page("enterprise", answer["Location"])
    assert "&lt;b&gt;急&lt;/b&gt;" in shown.content.decode()
    assert "13800001111" not in shown.content.decode()
    assert demand.source == Demand.Source.ENTERPRISE
    behalf = page(
        "town", f"{address}?enterprise={world.enterprise.uscc}", **given | {"title": "来电反映用工困难"}
    )
    assert behalf.status_code == 302
    assert Demand.objects.get(title="来电反映用工困难").source == Demand.Source.STAFF


def test_only_who_had_chosen_files_is_told_to_choose_again(world, page):
    address, again = reverse("demand-new"), "刚才选的文件没有保留"
    papers = [SimpleUploadedFile(name, b"%PDF-1.7") for name in ("合同.pdf", "照片.pdf")]
    assert again in text_of(page("enterprise", address, title="", attachments=papers))
    assert again not in text_of(page("enterprise", address, title=""))
    assert again not in text_of(page("enterprise", address))
    looked = page("enterprise", address, look="1", title="厂房用电增容", attachments=papers[0])
    assert again in text_of(looked)


def test_the_contact_only_with_a_reason(world, page):
    demand = world.submit(contact_name="王小明", contact_phone="13800001111")
    address = reverse("demand-personal", args=[demand.number])
    assert page("leader", address, field="contact_phone", reason="了解").status_code == 403
    assert page("town", address, field="contact_phone", reason="").status_code == 400
    answer = page("town", address, field="contact_phone", reason="核实诉求")
    assert "13800001111" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_the_meeting_with_its_tasks_without_scripts(world, page):
    demand = world.demands["joint"]
    address = do(demand, "convene")
    added = page("bureau", address, minutes="议定两件事。", rows="1", add="1", **{"t0-text": "现场勘查"})
    assert added.content.decode().count('class="task-row"') == 2
    assert "议定两件事。" in added.content.decode()
    assert "现场勘查" in added.content.decode()
    row = {"t0-text": "现场勘查", "t0-owner": world.helper.code, "t0-due_on": "2000-01-01"}
    came = {f"came-{one.code}": "1" for one in (world.lead, world.helper)}
    late = page("bureau", address, minutes="议定两件事。", rows="1", **row, **came)
    assert late.status_code == 400
    assert "不能早于今天" in text_of(late)
    row["t0-due_on"] = "2099-01-01"
    with transaction.atomic():
        far = page("bureau", address, minutes="议定两件事。", rows="1", **row, **came)
        assert far.status_code == 400
        row["t0-due_on"] = timezone.localdate().isoformat()
        came[f"came-{world.helper.code}"] = "0"
        answer = page("bureau", address, minutes="议定两件事。", rows="1", **row, **came)
        assert answer.status_code == 302
        task = Resolution.objects.get(meeting__demand=demand)
        assert task.meeting.state == JointMeeting.State.HELD
        assert "缺席" in text_of(page("bureau", answer["Location"]))
        assert "不能办结" in text_of(page("lead", answer["Location"]))
        finish = reverse("demand-task", args=[demand.number, task.pk, "finish"])
        assert page("enterprise", finish, text="完成").status_code == 403
        assert page("helper", finish, text="勘查完成", version="1").status_code == 302
        assert page("helper", finish, text="再次").status_code == 409
        transaction.set_rollback(True)


def test_notes_links_and_internal_steps_stay_inside(world, page):
    demand, other = world.demands["in_progress"], world.demands["dispatched"]
    note = reverse("demand-note", args=[demand.number])
    assert page("enterprise", note, text="x").status_code == 403
    assert page("lead", note, text="企业资金链紧张").status_code == 302
    link = reverse("demand-link", args=[demand.number])
    assert page("town", link, other=other.number).status_code == 302
    assert page("town", link, other="GD20200101-000001").status_code == 400
    DemandStep.objects.create(
        demand=demand, move="escalate", after=demand.status, note="催办", internal=True, at=demand.created_at
    )
    inside, outside = (
        text_of(page(who, reverse("demand", args=[demand.number]))) for who in ("helper", "enterprise")
    )
    assert "企业资金链紧张" in inside
    assert "催办提醒（内部）" in inside
    assert "企业资金链紧张" not in outside
    assert "催办" not in outside
    assert "已关联" in inside
    unlink = reverse("demand-unlink", args=[demand.number, other.number])
    assert page("town", unlink, go="1").status_code == 302


def test_own_list_and_start_pages(world, page):
    own = page("enterprise", f"{reverse('demands')}?state=todo")
    assert "去评价" in text_of(own)
    assert "诉求看板" in text_of(page("bureau", reverse("demands")))
    assert "去评价" in text_of(page("enterprise", "/"))
    assert "等我处理的诉求" in text_of(page("lead", "/"))
    assert world.demands["submitted"].title in text_of(page("town", "/"))
    portrait = page("town", reverse("enterprise-portrait", args=[world.enterprise.uscc]))
    assert "代录诉求" in text_of(portrait)


def test_an_extension_is_decided_where_it_stands(world, page):
    demand = world.demands["in_progress"]
    until = WorkCalendar(national_exceptions()).add_working_days(timezone.localdate(), 40).isoformat()
    assert page("lead", do(demand, "extend"), until=until, reason="银行审批需要时间").status_code == 302
    shown = page("town", reverse("demand", args=[demand.number])).content.decode()
    assert do(demand, "approve_extension") in shown
    assert "银行审批需要时间" in shown
    assert page("town", do(demand, "approve_extension"), version="").status_code == 302
    assert until in text_of(page("enterprise", reverse("demand", args=[demand.number])))


def test_who_is_not_satisfied_says_why(world, page):
    address = do(world.demands["resolved"], "verify")
    for words in ("", "  "):
        answer = page("enterprise", address, satisfied="0", score="2", comment=words)
        assert (answer.status_code, "请写明哪里没有解决" in text_of(answer)) == (400, True)
    with transaction.atomic():
        assert page("enterprise", address, satisfied="1", score="5").status_code == 302
        transaction.set_rollback(True)
    with transaction.atomic():
        answer = page("enterprise", address, satisfied="0", score="2", comment="还没有到账")
        assert answer.status_code == 302
        transaction.set_rollback(True)


def test_a_meeting_before_its_time_is_called_early(world, page):
    demand = world.demands["joint"]
    shown = text_of(page("bureau", do(demand, "convene")))
    assert "时间未到" in shown
    assert "提前召开，形成决议" in shown
    came = {f"came-{one.code}": "1" for one in (world.lead, world.helper)}
    with transaction.atomic():
        answer = page("bureau", do(demand, "convene"), minutes="当场议定。", rows="0", **came)
        assert "提前召开，原定" in text_of(page("enterprise", answer["Location"]))
        transaction.set_rollback(True)


def test_departments_that_left_stand_folded_once(world, page):
    demand, given = world.demands["in_progress"], {"lead": world.lead.code}
    with transaction.atomic():
        for joint in ([], [world.helper.code], []):
            assert page("bureau", do(demand, "dispatch"), **given, joint=joint).status_code == 302
        shown = page("bureau", reverse("demand", args=[demand.number]))
        assert [part.department for part in shown.context["left"]] == [world.helper]
        assert [part.department for part, _light in shown.context["parts"]] == [world.lead]
        assert page("enterprise", reverse("demand", args=[demand.number])).context["left"] == []
        transaction.set_rollback(True)


def test_a_department_that_returns_sees_its_list(world, page):
    answer = page("lead", do(world.demands["dispatched"], "return"), reason="不属于本部门职责")
    assert answer["Location"] == reverse("demands")


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(world, db, name):
    client = Client()
    client.force_login(world.users[BUDGETS[name]["role"]])
    number = world.demands["accepted" if "dispatch" in name else "in_progress"].number
    address = BUDGETS[name]["address"].format(number=number)
    client.get(address)  # the first request of a minute also moves the session's end forward
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    asked = "\n".join(query["sql"][:160] for query in queries)
    assert len(queries) <= BUDGETS[name]["queries"], asked
