"""Many at the same moment: of those who sign the same order one wins, the others are told what is open now."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.kit.problems import Conflict
from services.workorders import actions
from services.workorders.models import Demand, DemandPart, DemandStep, Escalation
from tests.factories.accounts import make_user
from tests.factories.workorders import OrderWorld
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16


def test_of_many_who_sign_one_wins() -> None:
    orders = OrderWorld.make()
    demand = orders.demand("dispatched", joint=True)
    colleagues = [make_user("department", department=orders.lead) for _ in range(THREADS)]
    helper = orders.users["helper"]
    for user in [*colleagues, helper]:
        user.scope  # noqa: B018 - read once, as a request does
    calls = [lambda u=user: actions.accept(demand=demand, by=u) for user in [*colleagues, helper]]
    *ours, theirs = together(*calls)
    assert Counter(type(one) for one in ours) == {Demand: 1, Conflict: THREADS - 1}
    assert isinstance(theirs, Demand)  # the joint department signs for its own part
    told = next(one for one in ours if isinstance(one, Conflict))
    assert "report" in told.open_moves
    assert "accept" not in told.open_moves
    demand.refresh_from_db()
    assert (demand.status, demand.version) == ("in_progress", 5)
    assert DemandStep.objects.filter(demand=demand, move="sign").count() == 2
    assert DemandPart.objects.filter(demand=demand, signed_at=None).count() == 0


def test_different_moves_at_once_leave_one_state() -> None:
    orders = OrderWorld.make()
    demand = orders.demand("accepted")
    town, us = orders.users["town"], orders.users["enterprise"]
    results = together(
        lambda: actions.dispatch(demand=demand, by=town, lead=orders.lead),
        lambda: actions.dispatch(demand=demand, by=town, lead=orders.helper),
        lambda: actions.withdraw(demand=demand, by=us, reason="已自行解决"),
    )
    assert Counter(type(one) for one in results) == {Demand: 1, Conflict: 2}


def test_of_many_who_send_the_same_dispatch_one_wins() -> None:
    orders = OrderWorld.make()
    demand = orders.demand("accepted")
    bureau = orders.users["bureau"]
    bureau.scope  # noqa: B018
    results = together(*[lambda: actions.dispatch(demand=demand, by=bureau, lead=orders.lead)] * THREADS)
    assert Counter(type(one) for one in results) == {Demand: 1, Conflict: THREADS - 1}
    assert DemandStep.objects.filter(demand=demand, move="dispatch").count() == 1
    actions.dispatch(demand=demand, by=bureau, lead=orders.lead, joint=[orders.helper])  # this is another


def test_two_workers_remind_once() -> None:
    orders = OrderWorld.make()
    for _ in range(3):
        orders.submit()
    Demand.objects.update(
        next_alert_at=timezone.now(),
        due_at=timezone.now(),
        clock_started_at=timezone.now() - timedelta(days=30),
    )
    results = together(*[actions.escalate] * 3)
    assert sum(results) == 3
    assert (
        Escalation.objects.values("demand", "share", "audience").distinct().count()
        == Escalation.objects.count()
    )
