"""The clocks of a demand: which one runs, that it stands while the enterprise is asked, that more time moves it; and
what time does by itself, once each, whoever is killed in between."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from portal.kit.problems import Conflict, Invalid
from portal.notices.models import Notice
from services.workorders import actions, messages
from services.workorders.models import Callback, Demand, Escalation, EscalationRule, Extension
from services.workorders.queries.demands import waiting_for
from services.workorders.queries.lights import in_words
from services.workorders.queries.suggestion import suggested
from services.workorders.rules import alerts
from tests.factories.workorders import DemandFactory, OrderWorld, move

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """In March 2027: the 1st is a Monday, and no holiday is near."""
    return datetime(2027, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def travel():
    with time_machine.travel(at(1), tick=False) as traveller:
        yield traveller


def test_each_stage_has_its_clock(travel, orders) -> None:
    demand = orders.submit()
    assert (demand.clock, demand.due_at) == ("accept", at(1, 15, 0))  # 4 working hours around the lunch break
    travel.move_to(at(1, 10))
    demand = actions.accept(demand=demand, by=orders.users["town"])
    assert (demand.clock, demand.due_at) == ("dispatch", at(1, 16, 30) - timedelta(minutes=30))
    demand = actions.dispatch(demand=demand, by=orders.users["town"], lead=orders.lead)
    assert (demand.clock, demand.due_at, demand.handle_due_at) == ("sign", at(1, 14, 0), at(8, 17, 30))
    travel.move_to(at(1, 14, 1))
    demand = actions.accept(demand=demand, by=orders.users["lead"])
    assert (demand.clock, demand.due_at, demand.signed_in_time) == ("handle", at(8, 17, 30), False)
    demand = actions.resolve(demand=demand, by=orders.users["lead"], result="已办理")
    assert (demand.clock, demand.due_at, demand.next_alert_at, demand.resolved_in_time) == (
        "",
        None,
        None,
        True,
    )


def test_the_clock_stands_while_the_enterprise_is_asked(travel, orders) -> None:
    demand = orders.demand("in_progress")
    due = demand.due_at
    travel.move_to(at(2, 9))
    demand = actions.ask(demand=demand, by=orders.users["lead"], text="请补充报表")
    assert (demand.due_at, demand.next_alert_at, demand.waiting_since) == (None, None, at(2, 9))
    travel.move_to(at(30, 9))  # weeks later nobody is reminded and nothing is late
    assert actions.escalate() == 0
    with pytest.raises(Conflict):
        actions.ask(demand=demand, by=orders.users["lead"], text="请尽快")
    travel.move_to(at(4, 9))
    demand = actions.answer(demand=demand, by=orders.users["enterprise"], text="已补充")
    assert demand.waiting_since is None
    assert (
        demand.due_at == demand.handle_due_at == due + timedelta(days=2)
    )  # 8 March, a Monday, becomes Wednesday
    travel.move_to(at(10, 17, 30))
    demand = actions.resolve(demand=demand, by=orders.users["lead"], result="已办理")
    assert demand.resolved_in_time


def test_a_joint_department_has_its_own_day(travel, orders, api, client) -> None:
    town, helper, lead = (orders.users[name] for name in ("town", "helper", "lead"))
    demand, code = orders.demand("accepted"), orders.helper.code
    given = {"lead": orders.lead.code, "joint": [code]}
    for days in ({code: "2027-03-09"}, {"no-such": "2027-03-04"}):  # beyond the lead's; no joint department
        assert move(api(town), demand, "dispatch", **given, joint_due=days).status_code == 400
    assert move(api(town), demand, "dispatch", **given, joint_due={code: "2027-03-04"}).status_code == 200
    demand = actions.accept(demand=demand, by=lead)

    def part() -> dict:
        return api(town).get(f"/api/v1/demands/{demand.number}").data["parts"][1]

    assert (part()["due_at"], part()["own_due"], part()["light"]) == (
        "2027-03-04T17:30:00+08:00", True, "green",
    )  # fmt: skip
    travel.move_to(at(2, 9))
    actions.ask(demand=demand, by=lead, text="请补充报表")
    travel.move_to(at(3, 9))
    actions.answer(demand=demand, by=orders.users["enterprise"], text="已补充")
    assert part()["due_at"] == "2027-03-05T17:30:00+08:00"  # a working day later, as the demand
    travel.move_to(at(5, 16))
    assert part()["light"] == "yellow"
    assert (actions.escalate() > 0, actions.escalate()) == (True, 0)
    client.force_login(town)
    assert "即将到期" in client.get(f"/demands/{demand.number}/").content.decode()
    travel.move_to(at(5, 18))
    assert (part()["light"], actions.escalate() > 0, actions.escalate()) == ("red", True, 0)
    told = Notice.objects.filter(kind="demand_reminder", body__contains=orders.helper.name)
    titles = told.filter(recipient=helper).order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["诉求临近办理期限", "诉求已超过办理期限"]  # once each
    assert not told.filter(recipient=lead).exists()
    listed = {name: [row["number"] for row in api(user).get(f"/api/v1/demands?overdue=1{more}").data["results"]]
              for name, user, more in (("own", helper, ""), ("of", town, f"&department={code}"), ("all", town, ""))}  # fmt: skip
    assert listed == {"own": [demand.number], "of": [demand.number], "all": []}
    answer = move(api(town), demand, "extend", until="2027-03-08", reason="材料尚缺", department=code)
    assert (answer.status_code, part()["light"]) == (200, "green")
    actions.resolve(demand=demand, by=helper, result="已配合")
    travel.move_to(at(20))
    assert not actions.escalate() or not told.filter(recipient=helper, created_at__gt=at(8)).exists()


def test_a_day_of_the_page_counts_for_ticked_departments_only(travel, orders, client) -> None:
    demand = orders.demand("accepted")
    client.force_login(orders.users["town"])
    address = f"/demands/{demand.number}/dispatch/"
    assert f"joint_due-{orders.helper.code}" in client.get(address).content.decode()
    sent = {
        "lead": orders.lead.code,
        f"joint_due-{orders.lead.code}": "2027-03-03",
        "joint": [orders.helper.code],
    }
    assert client.post(address, sent | {f"joint_due-{orders.helper.code}": "2027-03-04"}).status_code == 302
    assert list(demand.parts.values_list("role", "due_at")) == [
        ("lead", at(8, 17, 30)),
        ("joint", at(4, 17, 30)),
    ]


def test_a_town_asks_before_it_accepts(travel, orders) -> None:
    demand = orders.submit()
    demand = actions.ask(demand=demand, by=orders.users["town"], text="请说明具体地址")
    travel.move_to(at(3, 9))
    demand = actions.answer(demand=demand, by=orders.users["enterprise"], text="在测试路 1 号")
    assert demand.due_at == at(3, 15)


def test_more_time_is_asked_for_and_given(travel, orders) -> None:
    demand = orders.demand("in_progress")
    lead, town = orders.users["lead"], orders.users["town"]
    with pytest.raises(Invalid):
        actions.extend(demand=demand, by=lead, until=date(2027, 3, 5), reason="来不及")
    demand = actions.extend(demand=demand, by=lead, until=date(2027, 3, 12), reason="银行审批")
    assert demand.handle_due_at == at(8, 17, 30)  # asked for, not given
    with pytest.raises(Conflict):
        actions.extend(demand=demand, by=lead, until=date(2027, 3, 15), reason="银行审批")
    demand = actions.refuse_extension(demand=demand, by=town, reason="请按期办结")
    assert demand.due_at == at(8, 17, 30)
    actions.extend(demand=demand, by=lead, until=date(2027, 3, 12), reason="银行审批")
    demand = actions.approve_extension(demand=demand, by=town)
    assert demand.due_at == demand.handle_due_at == at(12, 17, 30)
    actions.extend(demand=demand, by=lead, until=date(2027, 3, 15), reason="银行审批")
    demand = actions.extend(demand=demand, by=town, until=date(2027, 3, 19), reason="材料跨区调取")
    assert demand.due_at == at(19, 17, 30)
    states = list(demand.extensions.order_by("pk").values_list("state", flat=True))
    assert states == ["refused", "approved", "lapsed", "approved"]


def test_an_extension_to_a_day_off_counts_to_the_working_day_before(travel, orders) -> None:
    demand, town = orders.demand("in_progress"), orders.users["town"]
    with pytest.raises(Invalid, match="2027-03-07 是休息日，按前一个工作日 2027-03-05 计"):
        actions.extend(demand=demand, by=town, until=date(2027, 3, 7), reason="情况复杂")
    demand = actions.extend(demand=demand, by=town, until=date(2027, 3, 13), reason="情况复杂")
    assert demand.handle_due_at == at(12, 17, 30)


def test_dispatched_again_to_the_same_lead_it_goes_on(travel, orders) -> None:
    town, bureau = orders.users["town"], orders.users["bureau"]
    demand = orders.demand("in_progress", joint=True)
    demand = actions.extend(demand=demand, by=town, until=date(2027, 3, 19), reason="情况复杂")
    lead = demand.parts.get(role="lead")
    before = (demand.clock_started_at, demand.due_at, demand.signed_at, demand.dispatched_at)
    travel.move_to(at(2))
    demand = actions.dispatch(demand=demand, by=bureau, lead=orders.lead)
    assert demand.status == "in_progress"
    assert (demand.clock_started_at, demand.due_at, demand.signed_at, demand.dispatched_at) == before
    assert (demand.handle_due_at, demand.lead_id) == (at(19, 17, 30), orders.lead.pk)
    again = demand.parts.get(role="lead")
    assert (again.pk, again.signed_at, again.left_at) == (lead.pk, lead.signed_at, None)
    assert list(demand.parts.exclude(left_at=None).values_list("department", flat=True)) == [orders.helper.pk]
    messages.hand_on()
    told = Notice.objects.get(kind="demand_left")
    assert (told.recipient, told.link) == (orders.users["helper"], "/demands/")
    with pytest.raises(Conflict):
        actions.dispatch(demand=demand, by=bureau, lead=orders.lead)  # nothing would change
    demand = actions.dispatch(demand=demand, by=bureau, lead=orders.lead, due_on=date(2027, 3, 10))
    assert (demand.status, demand.due_at, demand.handle_due_at) == (
        "in_progress", at(10, 17, 30), at(10, 17, 30),
    )  # fmt: skip
    demand = actions.dispatch(demand=demand, by=bureau, lead=orders.helper)  # another lead: all anew
    assert (demand.status, demand.signed_at, demand.handle_due_at) == ("dispatched", None, at(9, 17, 30))


def test_one_taken_off_need_not_come_to_the_meeting(travel, orders) -> None:
    demand = orders.demand("joint", joint=True)
    demand = actions.dispatch(demand=demand, by=orders.users["bureau"], lead=orders.lead)
    assert demand.status == "joint"
    called = demand.meetings.get(state="planned").attendance.values_list("department", flat=True)
    assert list(called) == [orders.lead.pk]


def test_the_words_of_the_rule_stand_only_for_its_departments(orders) -> None:
    town = orders.users["town"]
    actions.set_dispatch_rule(
        district=orders.enterprise.district,
        by=orders.users["bureau"],
        element=orders.element,
        lead=orders.lead,
    )
    for lead, kept in ((orders.lead, True), (orders.helper, False)):
        demand = orders.demand("accepted")
        words = suggested(demand).reason
        actions.dispatch(demand=demand, by=town, lead=lead, reason=words)
        demand.refresh_from_db()
        assert demand.dispatch_reason == (words if kept else "")


def test_what_is_left_is_said_as_working_time() -> None:
    assert in_words(390) == "1 个工作日"
    assert in_words(65) == "1 个工作小时 5 分"
    assert in_words(20) == "20 分钟工作时间"


def test_a_waiting_extension_lapses_with_the_result(travel, orders) -> None:
    demand = orders.demand("in_progress")
    actions.extend(demand=demand, by=orders.users["lead"], until=date(2027, 3, 12), reason="银行审批")
    actions.resolve(demand=demand, by=orders.users["lead"], result="提前办结")
    assert Extension.objects.get().state == "lapsed"


def test_reopening_has_its_limit(travel, orders) -> None:
    us, lead, town = (orders.users[who] for who in ("enterprise", "lead", "town"))
    demand = orders.demand("reopened")
    assert demand.handle_due_at == at(8, 17, 30)
    for status in ("reopened", "verified"):
        actions.resolve(demand=demand, by=lead, result="再次办理")
        demand = actions.verify(demand=demand, by=us, satisfied=False, score=3)
        assert demand.status == status
    assert Callback.objects.get(demand=demand).reason == "low_score"
    for by in (us, town):
        with pytest.raises(Conflict):
            actions.reopen(demand=demand, by=by, reason="仍未解决")
    assert (
        actions.reopen(demand=demand, by=orders.users["bureau"], reason="区局裁定重办").status == "reopened"
    )


def test_after_a_month_another_demand_is_raised(travel, orders) -> None:
    demand = orders.demand("closed")
    travel.move_to(at(1) + timedelta(days=31))
    with pytest.raises(Conflict):
        actions.reopen(demand=demand, by=orders.users["enterprise"], reason="又出现了")


# -- By time -------------------------------------------------------------------------------------------------------


def told(orders: OrderWorld, who: str) -> int:
    return Notice.objects.filter(recipient=orders.users[who], kind="demand_reminder").count()


def test_each_share_reminds_once(travel, orders) -> None:
    demand = orders.submit()
    assert demand.next_alert_at == at(1, 14)  # three quarters of four working hours
    assert actions.escalate() == 0
    travel.move_to(at(1, 14))
    assert (actions.escalate(), actions.escalate()) == (1, 0)
    assert (told(orders, "town"), told(orders, "bureau")) == (1, 0)
    travel.move_to(at(20))  # the worker was away for weeks: nothing is missed
    assert (actions.escalate(), actions.escalate()) == (1, 0)
    assert [told(orders, who) for who in ("town", "bureau", "leader")] == [3, 1, 1]
    assert Escalation.objects.count() == 5
    demand.refresh_from_db()
    assert demand.next_alert_at is None
    assert [step.internal for step in demand.timeline.filter(move="escalate")] == [True] * 5
    demand = actions.accept(demand=demand, by=orders.users["town"])
    assert demand.next_alert_at is not None  # another clock, reminded anew


def test_the_first_own_reminder_keeps_the_default_ones(travel, orders) -> None:
    bureau, district = orders.users["bureau"], orders.enterprise.district

    def rules() -> set[tuple[int, str]]:
        return set(EscalationRule.objects.filter(district=district).values_list("share", "audience"))

    actions.set_escalation_rule(district=district, by=bureau, share=50, audience="handler")
    assert rules() == {(50, "handler"), *alerts.DEFAULTS}
    unwanted = EscalationRule.objects.get(district=district, share=200)
    actions.remove_escalation_rule(rule=unwanted, by=bureau)
    actions.set_escalation_rule(district=district, by=bureau, share=50, audience="town")
    assert rules() == {(50, "handler"), (50, "town"), *alerts.DEFAULTS} - {(200, "leader")}
    orders.submit()
    travel.move_to(at(20))
    assert actions.escalate() == 1
    assert [told(orders, who) for who in ("town", "bureau", "leader")] == [5, 1, 0]


def test_an_answer_does_not_remind_anew(travel, orders) -> None:
    demand = orders.submit()
    travel.move_to(at(1, 14))
    actions.escalate()
    actions.ask(demand=demand, by=orders.users["town"], text="请补充")
    travel.move_to(at(5, 9))
    demand = actions.answer(demand=demand, by=orders.users["enterprise"], text="已补充")
    assert demand.due_at == demand.next_alert_at == at(5, 10)  # an hour was left
    travel.move_to(at(5, 9, 59))
    assert actions.escalate() == 0


class Killed(BaseException):
    pass


@pytest.mark.parametrize("moment", ["before", "after"])
def test_who_is_killed_in_between_has_sent_nothing(travel, orders, monkeypatch, moment) -> None:
    orders.submit()
    travel.move_to(at(1, 16))
    real, calls = messages.remind, []

    def dying(*args, **kwargs):
        if moment == "after":
            real(*args, **kwargs)
        calls.append(1)
        raise Killed

    monkeypatch.setattr(messages, "remind", dying)
    with pytest.raises(Killed):
        actions.escalate()
    assert calls
    assert Escalation.objects.count() == Notice.objects.filter(kind="demand_reminder").count() == 0
    monkeypatch.setattr(messages, "remind", real)
    assert actions.escalate() == 1
    assert told(orders, "town") == 3  # three quarters, and the end as handler and as town: each once
    assert actions.escalate() == 0


def test_what_nobody_answers_is_archived(travel, orders) -> None:
    silent, judged = orders.demand("resolved"), orders.demand("verified")
    travel.move_to(at(8, 8))
    assert actions.close_by_time() == 0
    travel.move_to(at(8, 10))
    assert actions.close_by_time() == 1
    judged.refresh_from_db()
    assert judged.status == "closed"
    travel.move_to(at(15, 23))  # the tenth working day is not over
    assert actions.close_by_time() == 0
    travel.move_to(at(16, 0, 1))
    assert (actions.close_by_time(), actions.close_by_time()) == (1, 0)
    silent.refresh_from_db()
    assert silent.status == "closed"


def test_an_open_callback_keeps_it_from_being_archived(travel, orders) -> None:
    demand = orders.demand("resolved")
    actions.verify(demand=demand, by=orders.users["enterprise"], satisfied=True, score=2)
    travel.move_to(at(20))
    assert actions.close_by_time() == 0
    actions.close_callback(
        callback=Callback.objects.get(), by=orders.users["town"], outcome="误点，表示满意", satisfied=True
    )
    assert actions.close_by_time() == 0  # the bureau reviews what was judged low
    with pytest.raises(Conflict, match="由区局复核"):
        actions.close(demand=demand, by=orders.users["town"])
    assert list(Demand.objects.filter(waiting_for(orders.users["bureau"]))) == [demand]
    assert actions.close(demand=demand, by=orders.users["bureau"]).status == "closed"


def test_a_tenth_of_the_archived_is_called_back(travel, orders) -> None:
    closed = {"status": "closed", "closed_at": at(1), "resolved_at": at(1), "created_at": at(1)}
    rows = [DemandFactory(enterprise=orders.enterprise, element=orders.element, **closed) for _ in range(21)]
    DemandFactory(enterprise=orders.enterprise, element=orders.element, **closed | {"withdrawn": True})
    travel.move_to(at(2, 1))
    assert (actions.sample_callbacks(), actions.sample_callbacks()) == (3, 0)
    picked = set(Callback.objects.values_list("demand__number", flat=True))
    assert picked == set(alerts.sample([row.number for row in rows]))
    assert (
        Demand.objects.filter(callbacks__closed_at=None, withdrawn=True, callbacks__isnull=False).count() == 0
    )
