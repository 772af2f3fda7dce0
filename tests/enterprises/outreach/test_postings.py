"""Postings and handing over: what is refused, what moves, and of two clerks one wins."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from enterprises.outreach.actions import Move, assign, end_assignment, hand_over
from enterprises.outreach.models import Instructor, InstructorAssignment, LiaisonPoint
from portal.kit.problems import Conflict, Invalid
from tests.enterprises.registry.test_races import together
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.outreach import (
    AreaFactory,
    AssignmentFactory,
    InstructorFactory,
    LiaisonPointFactory,
)
from tests.factories.territory import TownFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_several_targets_at_once_and_again_nothing(world):
    one, area = InstructorFactory(town=world.here), AreaFactory(town=world.here)
    other = EnterpriseFactory(town=world.here)
    post = {"instructor": one, "by": world.user("station"), "started_on": date(2026, 1, 5)}
    first = assign(**post, enterprises=[world.ours, other], areas=[area])
    assert (len(first.rows), first.added) == (3, 3)
    again = assign(**post, enterprises=[world.ours, EnterpriseFactory(town=world.here)])
    assert (len(again.rows), again.added) == (2, 1)
    assert InstructorAssignment.objects.filter(ended_on=None).count() == 4


def test_what_cannot_be_posted_is_named(world):
    one = InstructorFactory(town=world.here, started_on=date(2025, 1, 1))
    by, day = world.user("bureau"), date(2026, 1, 5)
    young = EnterpriseFactory(town=world.here, founded_on=date(2026, 2, 1), name="新生公司")
    gone = EnterpriseFactory(town=world.here, deregistered=True, name="消失公司")
    closed_area = AreaFactory(town=world.here, closed=True)
    closed_town = TownFactory(district=world.district, closed_on=date(2025, 1, 1))
    for targets, started_on, kind, said in (
        ({"enterprises": [world.ours]}, TODAY() + timedelta(days=1), Invalid, "晚于今天"),
        ({"enterprises": [world.ours]}, date(2024, 12, 31), Invalid, "聘任日期"),
        ({"enterprises": [young]}, day, Invalid, "新生公司"),
        ({"enterprises": [gone]}, day, Conflict, "消失公司"),
        ({"areas": [closed_area]}, day, Conflict, "撤销"),
        ({"enterprises": [EnterpriseFactory(town=closed_town)]}, day, Conflict, "撤并"),
        ({}, day, Invalid, "至少选择"),
    ):
        with pytest.raises(kind) as refused:
            assign(instructor=one, by=by, started_on=started_on, **targets)
        assert said in str(refused.value.detail)
    assert not InstructorAssignment.objects.exists()
    left = InstructorFactory(town=world.here, left=True)
    with pytest.raises(Conflict, match="离任"):
        assign(instructor=left, by=by, enterprises=[world.ours], started_on=day)


def test_a_posting_ends_once(world):
    row = AssignmentFactory(instructor=InstructorFactory(town=world.here), enterprise=world.ours)
    end = {"assignment": row, "by": world.user("station"), "reason": "企业迁出"}
    with pytest.raises(Invalid):
        end_assignment(**end, ended_on=row.started_on - timedelta(days=1))
    assert end_assignment(**end, ended_on=TODAY()).ended_on == TODAY()
    with pytest.raises(Conflict):
        end_assignment(**end, ended_on=TODAY())


@pytest.fixture
def leaving(world):
    """Someone with two enterprises, an area and a liaison point."""
    one = InstructorFactory(town=world.here, code="ZD-OUT")
    AssignmentFactory(instructor=one, enterprise=world.ours)
    AssignmentFactory(instructor=one, enterprise=EnterpriseFactory(town=world.here))
    AssignmentFactory(instructor=one, enterprise=None, area=AreaFactory(town=world.here))
    LiaisonPointFactory(enterprise=world.ours, instructor=one)
    return one


def test_all_goes_to_another_and_the_one_leaves_in_the_same_step(world, leaving):
    to = InstructorFactory(town=world.here)
    AssignmentFactory(instructor=to, enterprise=world.ours)  # stands there already
    result = hand_over(
        instructor=leaving, by=world.user("station"), to=to, ended_on=TODAY(), reason="岗位调整", retire=True
    )
    assert result == (3, 0, 1)
    leaving.refresh_from_db()
    assert leaving.ended_on == TODAY()
    old, new = leaving.assignments.all(), to.assignments.all()
    assert {row.ended_on for row in old} == {TODAY()}
    assert new.count() == 3
    assert new.filter(started_on=TODAY()).count() == 2  # the day of handing over is the first of the new ones
    assert LiaisonPoint.objects.get().instructor == to


def test_some_go_each_to_its_own(world, leaving):
    first, second = InstructorFactory(town=world.here), InstructorFactory(town=world.here)
    posting, point = leaving.assignments.get(enterprise=world.ours), LiaisonPoint.objects.get()
    moves = [Move(posting, first), Move(point, second)]
    result = hand_over(
        instructor=leaving, by=world.user("station"), moves=moves, ended_on=TODAY(), reason="分担工作"
    )
    assert result == (1, 0, 1)
    assert leaving.assignments.filter(ended_on=None).count() == 2
    assert first.assignments.get().enterprise == world.ours
    assert second.liaison_points.get() == point
    with pytest.raises(
        Conflict, match=r"[12] 项派驻"
    ):  # something stays behind: nobody leaves, nothing moves
        hand_over(
            instructor=leaving, by=world.user("station"), ended_on=TODAY(), reason="退休", retire=True,
            moves=[Move(leaving.assignments.filter(ended_on=None).first(), first)],
        )  # fmt: skip
    assert leaving.assignments.filter(ended_on=None).count() == 2


def test_a_posting_to_a_deregistered_enterprise_ends_without_a_successor(world, leaving):
    world.ours.status = "deregistered"
    world.ours.save()
    to = InstructorFactory(town=world.here)
    result = hand_over(instructor=leaving, by=world.user("bureau"), to=to, ended_on=TODAY(), reason="退休")
    assert (result.postings, result.ended) == (2, 1)
    assert not to.assignments.filter(enterprise=world.ours).exists()


def test_who_cannot_take_is_refused(world, leaving):
    by, day = world.user("bureau"), TODAY()
    step = {"instructor": leaving, "by": by, "ended_on": day, "reason": "退休"}
    with pytest.raises(Invalid):
        hand_over(**step, to=leaving)
    with pytest.raises(Conflict):
        hand_over(**step, to=InstructorFactory(town=world.here, left=True))
    with pytest.raises(Invalid):
        hand_over(
            **{**step, "ended_on": day - timedelta(days=1)},
            to=InstructorFactory(town=world.here, started_on=day),
        )
    with pytest.raises(Invalid):
        hand_over(**{**step, "ended_on": day + timedelta(days=1)}, to=InstructorFactory(town=world.here))
    with pytest.raises(Invalid):
        hand_over(**step)
    assert leaving.assignments.filter(ended_on=None).count() == 3


def test_over_rest(world, leaving):
    api, to = world.api("station"), InstructorFactory(town=world.here)
    body = {"to": to.code, "ended_on": str(TODAY()), "reason": "岗位调整", "retire": True}
    address = f"/api/v1/instructors/{leaving.code}/hand-over"
    foreign = InstructorFactory(town=world.there)
    assert api.post(address, {**body, "to": foreign.code}, format="json").status_code == 400
    assert world.api("leader").post(address, body, format="json").status_code == 403
    answer = api.post(address, body, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["postings"] == 3
    assert answer.json()["instructor"]["active"] is False
    assert api.post(address, body, format="json").status_code == 409
    listed = api.get(f"/api/v1/instructors/{leaving.code}/assignments?count=1&active=0").json()
    assert listed["count"] == 3

    more = {
        "enterprises": [world.ours.uscc, EnterpriseFactory(town=world.here).uscc],
        "started_on": "2026-01-05",
    }
    added = api.post(f"/api/v1/instructors/{to.code}/assignments", more, format="json")
    assert (added.status_code, added.json()["added"], len(added.json()["results"])) == (201, 1, 2)
    theirs = {"enterprises": [world.theirs.uscc], "started_on": "2026-01-05"}
    assert api.post(f"/api/v1/instructors/{to.code}/assignments", theirs, format="json").status_code == 400
    row = added.json()["results"][0]
    ended = api.patch(
        f"/api/v1/assignments/{row['id']}", {"ended_on": str(TODAY()), "reason": "企业迁出"}, format="json"
    )
    assert ended.json()["active"] is False
    again = api.patch(
        f"/api/v1/assignments/{row['id']}", {"ended_on": str(TODAY()), "reason": "企业迁出"}, format="json"
    )
    assert again.status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_hand_over_the_same_one_wins():
    one = InstructorFactory()
    by = make_user("bureau", district=one.district)
    people = [InstructorFactory(town=one.town) for _ in range(3)]
    for _ in range(4):
        AssignmentFactory(instructor=one)
    results = together(
        *[
            lambda to=to: hand_over(instructor=one, by=by, to=to, ended_on=TODAY(), reason="岗位调整")
            for to in people
        ]
    )
    told = [result for result in results if isinstance(result, Conflict)]
    assert len(told) == 2, results
    assert all("他人移交" in str(conflict.detail) for conflict in told)
    open_rows = InstructorAssignment.objects.filter(ended_on=None)
    assert open_rows.count() == 4
    assert open_rows.values("instructor").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_is_posted_while_leaving():
    """Letting go and posting at the same moment: never an open posting of one who has left."""
    one = InstructorFactory()
    by = make_user("bureau", district=one.district)
    enterprise = EnterpriseFactory(town=one.town)
    to = InstructorFactory(town=one.town)
    AssignmentFactory(instructor=one)
    together(
        lambda: hand_over(instructor=one, by=by, to=to, ended_on=TODAY(), reason="退休", retire=True),
        lambda: assign(instructor=one, by=by, enterprises=[enterprise], started_on=TODAY()),
    )
    left = Instructor.objects.get(pk=one.pk)
    assert left.ended_on is None or not left.assignments.filter(ended_on=None).exists()
