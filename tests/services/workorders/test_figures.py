"""Figures of work orders: whatever people do, a drain afterwards leaves no cell that differs from a fresh count."""

import datetime
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from portal.metrics import statements
from portal.metrics.actions import counting, recount_all
from portal.metrics.actions.dirty import spread_keys
from portal.metrics.models import MetricDirty
from portal.metrics.places import area_of
from portal.metrics.queries import figures
from portal.metrics.queries.rows import rows_behind
from portal.metrics.registry import codes_behind, metric_of, midnight
from services.workorders import actions
from services.workorders.models import Demand, Resolution
from tests.factories.workorders import OrderWorld

pytestmark = pytest.mark.django_db
CODES = sorted(codes_behind("demand"))
FIGURES = [metric_of(code) for code in CODES]
DAY = datetime.timedelta(days=1)


def until(days: int) -> datetime.date:
    return timezone.localdate() + days * DAY


class Walk:
    """What people do to demands, a step a day: `for step in walk.steps()`."""

    def __init__(self, world: OrderWorld):
        self.world, self.users = world, world.users
        self.rows = {name: world.submit(title=f"诉求{name}") for name in "abcdefg"}

    def do(self, name: str, move: str, by: str | None, **given) -> Demand:
        return getattr(actions, move)(demand=self.rows[name], by=self.users[by] if by else None, **given)

    def sent(self, name: str, *joint) -> None:
        self.do(name, "accept", "town")
        self.do(name, "dispatch", "town", lead=self.world.lead, joint=joint)

    def convene(self, name: str) -> None:
        task = actions.Task("出具意见", self.world.helper, until(9))
        earlier = timezone.now() - 2 * DAY
        self.do(name, "convene", "town", minutes="逐项商定。", resolutions=[task, task], held_at=earlier)

    def end_tasks(self) -> None:
        one, other = Resolution.objects.order_by("pk")
        actions.finish_resolution(resolution=one, by=self.users["helper"], result="已出具。")
        actions.drop_resolution(resolution=other, by=self.users["town"], reason="不再需要")

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        do, users, world = self.do, self.users, self.world
        for name in "abc":
            yield f"sent {name}", lambda name=name: self.sent(name)
        yield "sign", lambda: do("a", "accept", "lead")
        yield "ask", lambda: do("a", "ask", "lead", text="请补充合同。")
        yield "answer", lambda: do("a", "answer", "enterprise", text="已补充。")
        yield "extend", lambda: do("a", "extend", "town", until=until(20), reason="情况复杂")
        yield "late", lambda: do("b", "report", "lead", text="已联系企业。")
        yield "resolve", lambda: do("a", "resolve", "lead", result="贷款已经发放。")
        yield "verify", lambda: do("a", "verify", "enterprise", satisfied=True, score=5)
        yield "reopen verified", lambda: do("a", "reopen", "enterprise", reason="又出现同样问题")
        yield "resolve again", lambda: do("a", "resolve", "lead", result="再次解决。")
        yield "refuse", lambda: do("a", "verify", "enterprise", satisfied=False, score=1)
        yield "whistle", lambda: do("b", "whistle", "town", departments=[world.helper], reason="涉及多个部门")
        yield "convene", lambda: self.convene("b")
        yield "tasks", self.end_tasks
        yield "helper resolves", lambda: do("b", "resolve", "helper", result="已配合。")
        yield "resolve b", lambda: do("b", "resolve", "lead", result="已经解决。")
        yield "close", lambda: do("b", "close", "bureau")
        yield "reopen closed", lambda: do("b", "reopen", "bureau", reason="企业来电反映未解决")
        yield "dispatch again", lambda: do("b", "dispatch", "bureau", lead=world.helper)
        yield "return", lambda: do("c", "send_back", "lead", reason="不属于本部门")
        yield "merge", lambda: do("c", "merge", "town", into=self.rows["b"])
        yield "withdraw", lambda: do("d", "withdraw", "enterprise", reason="自行解决")
        yield "reject", lambda: do("e", "reject", "town", reason="不属于受理范围")
        yield "correct", lambda: do("f", "correct", "town", urgency="urgent")
        yield (
            "submit",
            lambda: actions.submit(
                by=users["town"], enterprise=world.enterprise, title="代录诉求", element=world.element
            ),
        )


def test_no_step_leaves_a_cell_behind():
    monday = timezone.localtime() + (7 - timezone.localdate().weekday()) * DAY
    with time_machine.travel(monday.replace(hour=9, minute=30)) as clock:
        walk, moved = Walk(OrderWorld.make()), set()
        recount_all(only=FIGURES)
        for name, step in walk.steps():
            clock.shift(DAY / 3)
            step()
            spread_keys()
            moved.update(MetricDirty.objects.values_list("metric", flat=True))
            for metric in FIGURES:
                counting.drain_metric(metric, wait=True)
            differing(name)
        assert moved >= set(CODES)
        each_is_the_sum_of_its_rows(walk)
        what_was_open_is_known(walk)


def differing(step: str) -> None:
    """A fresh count of every day (of a snapshot: of today) finds no other cell."""
    with connection.cursor() as cursor:
        for metric in FIGURES:
            first, last = counting.everything(metric, timezone.localdate())[-1]
            cursor.execute(*statements.compare(metric, first, last, report=3))
            assert not (cells := cursor.fetchall()), f"{step} left {metric.code} behind: {cells}"


def each_is_the_sum_of_its_rows(walk: Walk) -> None:
    user, last = walk.users["bureau"], timezone.localdate()
    area = area_of(user)
    found = figures(
        [*CODES, "demand_resolution_rate", "demand_average_days"], area=area, day=last, period="all"
    )
    for code in CODES:
        assert rows_behind(metric_of(code), user, area=area, last=last).sum == found[code].value, code
    value = {code: figure.value for code, figure in found.items()}
    # a, b, e, f, g and the one recorded by the town; c was merged, d taken back
    assert value["demands_found"] == 6
    assert value["demands_reopened"] == 3
    assert (value["joint_meetings"], value["meeting_tasks_done"], value["meeting_tasks_open"]) == (1, 1, 0)
    assert value["demands_overdue"] >= 2


def what_was_open_is_known(walk: Walk) -> None:
    """In progress as of a past day: what was found by then and is known to have ended later, or not at all."""
    rows, created = metric_of("demands_in_progress").rows_in, walk.rows["e"].created_at
    first = timezone.localdate(created)
    rejected = Demand.objects.get(pk=walk.rows["e"].pk).closed_at
    assert not rows(first - DAY, first - DAY).exists()
    assert walk.rows["e"] in rows(first, first)
    on = timezone.localdate(rejected)
    assert walk.rows["e"] not in rows(on, on)
    assert midnight(on) <= rejected
