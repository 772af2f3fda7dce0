"""Every move × everybody × every status, against the table: open ones work, others are 409 with what is open, 403 for
who never may; and whatever people do in whatever order, the buttons tell what the actions will answer."""

import datetime
import itertools

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from portal.kit.problems import Conflict
from services.workorders import actions
from services.workorders.actions.guard import open_moves
from services.workorders.models import Demand
from services.workorders.rules import states
from services.workorders.rules.states import Facts
from tests.factories.accounts import make_user
from tests.factories.workorders import PATHS, OrderWorld, move

PEOPLE = ("enterprise", "town", "bureau", "lead", "helper")
AFTER_HELPING = ("resolved", "verified", "reopened", "closed")  # the joint department is done there


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world with a demand in every status; what a case does is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = OrderWorld.make()
        world.demands = {status: world.demand(status, joint=True) for status in PATHS}
        world.other = world.submit(title="另一件诉求")
        yield world
        transaction.set_rollback(True)


def body_of(code: str, world: OrderWorld) -> dict:
    """Enough of everything for a move."""
    later = timezone.localdate() + datetime.timedelta(days=60)
    return {
        "reject": {"reason": "不属于受理范围"},
        "dispatch": {"lead": world.lead.code, "joint": [world.helper.code], "reason": "按职责改派"},
        "return": {"reason": "不属于本部门职责"},
        "report": {"text": "已联系银行"},
        "ask": {"text": "请补充财务报表"},
        "answer": {"text": "报表已补充"},
        "extend": {"until": later.isoformat(), "reason": "银行审批需要时间"},
        "refuse_extension": {"reason": "请按期办结"},
        "convene": {"minutes": "会议议定由牵头部门负责。"},
        "resolve": {"result": "贷款已经发放"},
        "verify": {"satisfied": True, "score": 5},
        "reopen": {"reason": "贷款没有到账"},
        "withdraw": {"reason": "已自行解决"},
        "merge": {"into": world.other.number},
    }.get(code, {})


def expected(status: str, who: str) -> list[str]:
    """What the table opens to somebody in this world, with the facts written down by hand."""
    helped = status in AFTER_HELPING
    given = status in ("dispatched", "in_progress", "joint") or helped
    facts = Facts(
        status=status,
        reopenings=int(status == "reopened"),
        unfinished=int(given and not helped),
        mine=("done" if helped else "waiting") if given and who == "helper" else "",
    )
    return states.moves_open(facts, {who})


@pytest.mark.parametrize("status", PATHS)
def test_every_move_by_everybody(world, db, status) -> None:
    demand = world.demands[status]
    for who in PEOPLE:
        client = APIClient()
        client.force_authenticate(world.users[who])
        if who in ("lead", "helper") and status in ("submitted", "accepted", "rejected"):
            assert move(client, demand, "accept").status_code == 404  # not theirs yet
            continue
        opened = expected(status, who)
        for code in states.MOVES:
            with transaction.atomic():
                answer = move(client, demand, code, **body_of(code, world))
                transaction.set_rollback(True)
            told = (status, who, code, answer.json())
            if code in opened:
                assert answer.status_code == 200, told
                target = states.MOVES[code].target
                if code == "dispatch" and status in states.GOES_ON:
                    target = status  # the same lead goes on
                if target and not (who == "helper" and code == "resolve"):
                    assert answer.json()["status"] == target, told
            elif not states.may_ever(code, {who}):
                assert answer.status_code == 403, told
            else:
                assert answer.status_code == 409, told
                assert answer.json()["open_moves"] == opened, told
                assert answer.json()["current"]["status"] == status


def test_who_only_reads_moves_nothing_and_strangers_find_nothing(world, db) -> None:
    demand = world.demands["in_progress"]
    foreign = OrderWorld.make()
    for code in states.MOVES:
        for user, refusal in (
            (world.users["leader"], 403),
            (foreign.users["bureau"], 404),
            (foreign.users["enterprise"], 404),
            (foreign.users["lead"], 404),
            (make_user("institution", district=world.enterprise.district), 404),
        ):
            client = APIClient()
            client.force_authenticate(user)
            assert move(client, demand, code, **body_of(code, world)).status_code == refusal


ACTIONS = {
    "return": "send_back",
} | {code: code for code in states.MOVES if code != "return"}


TURNS = itertools.count()  # the same dispatch twice is refused


def arguments(code: str, world: OrderWorld) -> dict:
    given = body_of(code, world)
    if code == "dispatch":
        return {"lead": world.lead, "joint": [world.helper], "reason": f"第 {next(TURNS)} 次派单"}
    if code == "extend":
        return given | {"until": timezone.localdate() + datetime.timedelta(days=60)}
    if code == "merge":
        return {"into": world.other}
    return given | ({"satisfied": False, "score": 1} if code == "verify" and world.sour else {})


class Undone(Exception):
    pass


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(list(states.MOVES)), st.integers(0, 4), st.booleans()), max_size=14)
)
def test_the_buttons_tell_what_the_actions_answer(world, db, steps) -> None:
    try:
        with transaction.atomic():
            demand = world.submit(title="按钮与动作")
            for wanted, offset, sour in steps:
                world.sour = sour
                demand = Demand.objects.get(pk=demand.pk)
                who = PEOPLE[offset]
                opened = open_moves(world.users[who], demand)
                code = (
                    wanted
                    if wanted not in opened and sour
                    else (opened or [wanted])[offset % max(len(opened), 1)]
                )
                try:
                    with transaction.atomic():
                        getattr(actions, ACTIONS[code])(
                            demand=demand, by=world.users[who], **arguments(code, world)
                        )
                    assert code in opened, (demand.status, who, code)
                except Conflict:
                    assert code not in opened, (demand.status, who, code)
                except Exception as error:
                    if type(error).__name__ == "PermissionDenied":
                        assert code not in opened
                    elif type(error).__name__ == "Invalid":
                        assert code == "extend"  # a second time to the same day
                    else:
                        raise
            raise Undone
    except Undone:
        pass
