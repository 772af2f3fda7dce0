"""What keeps the orders in order: rules tried on the past, canned replies, names called, tasks followed up, mornings,
and the removal of old personal data."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.kit.attachments import path_of
from portal.kit.problems import Stale
from portal.notices.models import Notice
from services.workorders import actions, messages
from services.workorders.actions import Came, Task
from services.workorders.models import CannedReply, Demand, Resolution, RetentionRun
from services.workorders.queries import retention, rules, tasks
from services.workorders.queries.board import repeated
from services.workorders.queries.replies import replies_for
from services.workorders.queries.suggestion import suggested
from tests.factories.workorders import DemandFactory, OrderWorld

SHANGHAI = ZoneInfo("Asia/Shanghai")
PDF = b"%PDF-1.7\n" + b"0" * 64


@pytest.fixture
def page(orders):
    def get(who: str, address: str, **post):
        client = Client()
        client.force_login(orders.users[who])
        return client.post(address, post) if post else client.get(address)

    return get


def rule_of(orders: OrderWorld, **more):
    given = {"element": orders.element, "lead": orders.lead} | more
    return actions.set_dispatch_rule(district=orders.enterprise.district, by=orders.users["bureau"], **given)


# -- Dispatch rules ------------------------------------------------------------------------------------------------


def test_rules_are_tried_on_the_past_and_nothing_changes(orders, page) -> None:
    rule = rule_of(orders)
    for _again in range(2):
        orders.demand("dispatched")
    elsewhere = orders.demand("accepted")
    actions.dispatch(demand=elsewhere, by=orders.users["town"], lead=orders.helper)
    other = DemandFactory(
        enterprise=orders.enterprise, lead=orders.helper, status="closed", dispatched_at=timezone.now()
    )
    found = rules.trial(rule.district, [rule])
    (one,) = found.rows
    assert (found.total, one.met, one.agreed, one.share) == (4, 3, 2, 67)
    assert one.instead == [(orders.helper.code, orders.helper.name, 1)]
    assert found.unmet == [(other.element.name, 1)]
    wanted = {"element": orders.element.code, "lead": orders.helper.code, "town": orders.enterprise.town.code}
    answer = page(
        "leader", reverse("demand-rule-trial") + "?" + "&".join(f"{k}={v}" for k, v in wanted.items())
    )
    assert [(row.met, row.agreed) for row, _links in answer.context["rows"]] == [(3, 1), (0, 0)]
    assert page("bureau", reverse("demand-rule-trial") + f"?element={orders.element.code}").status_code == 400
    rule.refresh_from_db()
    assert rule.version == 1


def test_a_rule_that_names_what_was_closed_says_so(orders, page) -> None:
    rule = rule_of(orders, joint=[orders.helper])
    demand = orders.demand("accepted")
    assert suggested(demand).problem == ""
    orders.helper.closed_on = timezone.localdate()
    orders.helper.save()
    assert (suggested(demand).usable, suggested(demand).joint) == (True, ())
    assert orders.helper.name in suggested(demand).problem
    orders.lead.closed_on = timezone.localdate()
    orders.lead.save()
    assert not suggested(demand).usable
    assert next(problems for _rule, problems in rules.broken(rule.district))[0].startswith("牵头部门")
    answer = page("bureau", reverse("demand-settings"))
    assert "有 1 条派单规则" in answer.content.decode()
    assert page("town", reverse("demand-do", args=[demand.number, "dispatch"])).status_code == 200


# -- Canned replies and names ----------------------------------------------------------------------------------------


def test_canned_replies_are_the_districts_own_or_the_usual_ones(orders, page) -> None:
    demand = orders.demand("in_progress")
    address = reverse("demand-do", args=[demand.number, "resolve"])
    usual = replies_for(demand.district_id, "resolve")
    assert usual[0].text in page("lead", f"{address}?reply=0").content.decode().split("<textarea")[1]
    assert page("lead", f"{address}?reply=99").status_code == 200
    given = {"move": "resolve", "title": "<b>已办结", "text": "已办结，详见附件。", "position": 0}
    assert page("bureau", reverse("demand-reply-create"), **given).status_code == 302
    assert page("bureau", reverse("demand-reply-create"), **given).status_code == 400  # the same title
    assert page("town", reverse("demand-reply-create"), **given).status_code == 403
    form = page("lead", address).content.decode()
    assert "已办结，详见附件。" in form
    assert usual[0].title not in form
    assert "<b>已办结" not in form
    row = CannedReply.objects.get()
    actions.set_reply(
        district=row.district, by=orders.users["bureau"], reply=row, version=1, **given | {"text": "好"}
    )
    with pytest.raises(Stale):
        actions.set_reply(district=row.district, by=orders.users["bureau"], reply=row, version=1, **given)
    assert page("bureau", reverse("demand-reply-remove", args=[row.pk]), sure="1").status_code == 302
    assert replies_for(demand.district_id, "resolve") == usual
    assert replies_for(demand.district_id, "verify") == []


def test_who_is_called_by_name_in_a_note_is_told(orders) -> None:
    demand = orders.demand("in_progress")
    for who, name in (("lead", "张三丰"), ("bureau", "张三"), ("leader", "李领导"), ("helper", "王协办")):
        orders.users[who].display_name = name
        orders.users[who].save()
    Notice.objects.all().delete()
    text = "＠张三丰 请核实，@李领导 @王协办 @企业 不在其中"
    actions.add_note(demand=demand, by=orders.users["town"], text=text)
    told = Notice.objects.get()
    assert (told.recipient, told.kind) == (orders.users["lead"], "demand_note")
    assert "核实" not in told.body  # what it says stays inside


# -- Tasks of joint meetings -----------------------------------------------------------------------------------------


def at(day: int, hour: int = 9) -> datetime:
    """In March 2027: the 1st is a Monday, and no holiday is near."""
    return datetime(2027, 3, day, hour, tzinfo=SHANGHAI)


def met(orders: OrderWorld, due_on: date) -> Demand:
    demand = orders.demand("joint", joint=True)
    task = Task("出具担保函", orders.helper, due_on)
    return actions.convene(demand=demand, by=orders.users["town"], minutes="议定出函。", resolutions=[task])


def test_tasks_are_followed_up_beside_the_board(orders, page) -> None:
    today = timezone.localdate()
    demand = met(orders, today + timedelta(days=2))
    for who in ("bureau", "town", "lead", "helper", "leader"):
        assert "出具担保函" in page(who, reverse("demand-tasks")).content.decode(), who
    assert "出具担保函" in page("bureau", reverse("demands")).content.decode()
    assert page("enterprise", reverse("demand-tasks")).status_code == 403
    stranger = OrderWorld.make().users["bureau"]
    assert tasks.listed(stranger, {}).count() == 0
    task = Resolution.objects.get()
    assert [tasks.light(task, today + timedelta(days=n)) for n in (-5, 0, 2, 3)] == [
        "green", "yellow", "yellow", "red",
    ]  # fmt: skip
    bureau = orders.users["bureau"]
    assert tasks.listed(bureau, {"overdue": "1"}, today=today + timedelta(days=3)).count() == 1
    assert tasks.listed(bureau, {"department": orders.lead.code}).count() == 0
    assert page("bureau", reverse("demand-tasks") + "?state=nonsense").status_code == 400
    actions.finish_resolution(resolution=task, by=orders.users["helper"], result="已出函")
    assert tasks.listed(bureau, {}).count() == 0
    assert tasks.listed(bureau, {"state": "done", "town": demand.town.code}).count() == 1


def test_owners_are_reminded_and_the_bureau_reads_what_is_late(orders) -> None:
    def told(kind: str) -> list[str]:
        people = {user.pk: who for who, user in orders.users.items()}
        rows = Notice.objects.filter(kind=kind).values_list("recipient", flat=True)
        return sorted(people[pk] for pk in rows)

    with time_machine.travel(at(1), tick=False) as travel:
        met(orders, date(2027, 3, 5))
        Notice.objects.all().delete()
        assert actions.remind_of_tasks() == 0  # days ahead
        travel.move_to(at(4))
        assert (actions.remind_of_tasks(), actions.remind_of_tasks()) == (1, 0)
        travel.move_to(at(7))  # a Sunday: nobody is called
        assert (actions.remind_of_tasks(), actions.digest()) == (0, 0)
        travel.move_to(at(8))
        assert (actions.remind_of_tasks(), told("demand_task")) == (2, ["helper", "helper", "town"])
        travel.move_to(at(10))
        assert (actions.remind_of_tasks(), actions.remind_of_tasks()) == (1, 0)
        assert told("demand_task") == ["bureau", "helper", "helper", "town"]
        orders.lead.closed_on = date(2027, 3, 9)
        orders.lead.save()
        rule_of(orders, lead=orders.helper)
        orders.helper.closed_on = date(2027, 3, 9)
        orders.helper.save()
        assert (actions.digest(), actions.digest()) == (1, 0)
        body = Notice.objects.get(kind="demand_digest", recipient=orders.users["bureau"]).body
        for line in ("已超期的诉求 1 件", "会办事项 1 项", "需要改派的诉求 1 件", "派单规则 1 条"):
            assert line in body, body


def test_who_is_called_to_a_meeting_is_reminded_and_who_stays_away_is_named(orders) -> None:
    def told(kind: str) -> list[str]:
        people = {user.pk: who for who, user in orders.users.items()}
        return sorted(
            people[pk] for pk in Notice.objects.filter(kind=kind).values_list("recipient", flat=True)
        )

    with time_machine.travel(at(1), tick=False) as travel:
        demand = orders.demand("in_progress", joint=True)
        actions.whistle(demand=demand, by=orders.users["town"], meets_at=at(8, 14))
        assert actions.remind_of_meetings() == 0
        travel.move_to(at(5))  # the Friday before a Monday
        assert (actions.remind_of_meetings(), actions.remind_of_meetings()) == (2, 0)
        travel.move_to(at(9))
        assert (actions.remind_of_meetings(), told("demand_meeting")) == (
            2,
            ["helper", "lead", "lead", "town"],
        )
        came = [Came(orders.lead, True), Came(orders.helper, False, "另有会议")]
        demand = actions.convene(demand=demand, by=orders.users["lead"], minutes="议定。", attendance=came)
        messages.hand_on()
        assert told("demand_absent") == ["bureau", "helper"]
        assert actions.remind_of_meetings() == 0


def test_a_callback_has_its_day(orders, page) -> None:
    with time_machine.travel(at(1), tick=False) as travel:
        demand = orders.demand("resolved")
        actions.verify(demand=demand, by=orders.users["enterprise"], satisfied=True, score=1)
        assert "2027-03-04 前完成" in page("town", reverse("demand", args=[demand.number])).content.decode()
        travel.move_to(at(3))
        assert actions.remind_of_callbacks() == 0
        travel.move_to(at(4))
        assert (actions.remind_of_callbacks(), actions.remind_of_callbacks()) == (1, 0)
        travel.move_to(at(5))
        assert (actions.remind_of_callbacks(), actions.remind_of_callbacks()) == (1, 0)  # the bureau too
        callback = demand.callbacks.get()
        actions.close_callback(callback=callback, by=orders.users["town"], outcome="企业已满意")
        Notice.objects.filter(kind="demand_callback_due").delete()
        assert actions.remind_of_callbacks() == 0


def test_a_clock_that_is_set_back_reminds_of_nothing_twice(orders) -> None:
    with time_machine.travel(at(1), tick=False) as travel:
        orders.submit()
        for hour, reminded in ((14, 1), (9, 0), (13, 0), (14, 0)):
            travel.move_to(at(1, hour))
            assert actions.escalate() == reminded, hour
        travel.move_to(at(1, 15))
        assert (actions.escalate(), actions.escalate()) == (1, 0)


# -- Old personal data -----------------------------------------------------------------------------------------------


def test_old_personal_data_go_and_the_pass_is_on_record(orders, page, api, settings, tmp_path) -> None:
    settings.UPLOAD_DIR = tmp_path
    district, phone = orders.enterprise.district, "13812348000"
    old, young = (
        orders.submit(
            title=f"请联系张三丰 {phone}",
            body="身份证 310227199001011234",
            contact_name="张三丰",
            contact_phone=phone,
        )
        for _n in range(2)
    )
    upload = SimpleUploadedFile("张三丰身份证.pdf", PDF)
    paper = actions.attach(demand=old, by=orders.users["enterprise"], upload=upload)
    actions.add_note(demand=old, by=orders.users["town"], text=f"张三丰说打 {phone}")
    for demand in (old, young):
        actions.reject(demand=demand, by=orders.users["town"], reason=f"已电话告知 {phone}")
    long_ago = timezone.now() - timedelta(days=settings.DEMAND_RETENTION_DAYS + 2)
    Demand.objects.filter(pk=old.pk).update(closed_at=long_ago)
    assert (retention.preview(district).demands, retention.preview(district).files) == (1, 1)
    assert path_of(paper.stored).exists()  # the dry run touches nothing
    assert page("town", reverse("demand-retention")).status_code == 403
    assert page("bureau", reverse("demand-retention")).status_code == 200
    assert page("bureau", reverse("demand-retention"), sure="1").status_code == 302
    run = RetentionRun.objects.get()
    assert (run.demands, run.files, run.left, run.by) == (1, 1, 0, orders.users["bureau"])
    assert not path_of(paper.stored).exists()
    everything = str(api(orders.users["bureau"]).get(f"/api/v1/demands/{old.number}").json())
    for secret in ("张三丰", phone, "310227199001011234"):
        assert secret not in everything, secret
    found = Demand.objects.get(pk=old.pk)
    assert (found.contact_name, found.contact_phone, found.title) == ("", "", "请联系张** 138****8000")
    assert page("bureau", f"{reverse('demands')}?status=rejected&search={phone}").context["page"].rows == [
        young
    ]
    assert page("bureau", reverse("demand-attachment", args=[old.number, paper.pk])).status_code == 404
    untouched = Demand.objects.get(pk=young.pk)
    assert (untouched.contact_phone, untouched.masked_at) == (phone, None)
    actions.forget_personal_everywhere()  # again: nothing to do, and that is on record too
    assert list(RetentionRun.objects.filter(by=None).values_list("demands", "texts")) == [(0, 0)]
    with pytest.raises(Exception, match="Cannot update or delete"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM services_retentionrun")


# -- By link -----------------------------------------------------------------------------------------------------------


def test_the_contact_answers_and_judges_by_link_without_a_sign_in(orders, settings, client) -> None:
    settings.PORTAL_URL = "https://portal.example"

    def link_of(kind: str) -> str:
        messages.hand_on()
        body = Notice.objects.get(kind=f"demand_{kind}", recipient=orders.users["enterprise"]).body
        return body.split()[0].removeprefix("https://portal.example")

    demand = orders.demand("in_progress", contact_phone="13812348000", body="商业秘密")
    actions.ask(demand=demand, by=orders.users["lead"], text="请补充财务报表")
    link = link_of("ask")
    shown = client.get(link)
    assert "请补充财务报表" in shown.content.decode()
    assert "商业秘密" not in shown.content.decode()  # nothing else of the demand
    assert (shown["Referrer-Policy"], "no-store" in shown["Cache-Control"]) == ("no-referrer", True)
    assert client.post(link, {"text": ""}).status_code == 400
    assert client.post(link, {"text": "报表已补充"}).status_code == 302
    demand.refresh_from_db()
    step = demand.timeline.last()
    assert (demand.waiting_since, step.move, step.actor, step.by, step.note) == (
        None, "answer", "enterprise", None, "报表已补充",
    )  # fmt: skip
    assert "不需要您填写" in client.get(link).content.decode()  # once
    actions.resolve(demand=demand, by=orders.users["lead"], result="贷款已发放")
    link = link_of("resolve")
    assert client.post(link, {"satisfied": "1", "score": "5"}).status_code == 302
    demand.refresh_from_db()
    assert (demand.status, demand.score) == ("verified", 5)
    assert client.get(link.replace(demand.number, "GD20260101-000001")).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert client.get(link).status_code == 410


def test_a_link_is_good_for_one_occasion_and_one_place(orders, settings, django_assert_num_queries) -> None:
    settings.PORTAL_URL = "https://portal.example"
    client = Client(enforce_csrf_checks=True)
    user, lead = orders.users["enterprise"], orders.users["lead"]

    def link_of(whom) -> str:
        messages.hand_on()
        notice = Notice.objects.filter(kind="demand_resolve", recipient=whom).latest("pk")
        return notice.body.split()[0].removeprefix("https://portal.example")

    demand = orders.demand("in_progress", contact_phone="13812348000")
    actions.resolve(demand=demand, by=lead, result="第一次")
    first = link_of(user)
    demand.refresh_from_db()
    before = (demand.version, demand.timeline.count())
    assert [client.get(first).status_code, client.head(first).status_code] == [200, 200]  # a scanner looks
    demand.refresh_from_db()
    assert (demand.version, demand.timeline.count()) == before
    with django_assert_num_queries(0):  # who guesses asks nothing of the database
        assert client.get(first[:-4] + "AAA/").status_code == 404
    actions.verify(demand=demand, by=user, satisfied=False, comment="没有解决")
    actions.resolve(demand=demand, by=lead, result="第二次")
    judged = {"satisfied": "1", "score": "5"}
    assert "不需要您填写" in client.post(first, judged).content.decode()  # the first result's link
    second, contact = link_of(user), link_of(None)
    assert "第二次" in client.get(second).content.decode()
    user.memberships.all().delete()
    assert client.post(second, judged).status_code == 410
    assert client.post(contact, judged, headers={"origin": "null"}).status_code == 302  # the phone's own


# -- Repeated and similar ones -----------------------------------------------------------------------------------------


def test_repeated_and_similar_ones_stand_together(orders, page) -> None:
    for title in ("厂区门口道路积水", "厂区门口道路积水", "厂区门口的道路积水严重", "电价补贴没有到账"):
        orders.submit(title=title)
    closed = orders.submit(title="厂区门口道路积水")
    actions.reject(demand=closed, by=orders.users["town"], reason="重复提出")
    (group,) = repeated(Demand.objects.visible_to(orders.users["bureau"]))
    assert (group.titles, group.number, len(group.enterprises)) == (
        [("厂区门口道路积水", 2), ("厂区门口的道路积水严重", 1)], 3, 1,
    )  # fmt: skip
    assert "重复和相近的诉求" in page("town", reverse("demands")).content.decode()
