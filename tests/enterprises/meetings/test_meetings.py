"""Joint meetings of alliances: recorded under the rotating chair, corrected, followed up, counted; who reads what."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chains.alliances.models import ChairTerm
from enterprises.meetings import actions
from enterprises.meetings.models import AllianceMeeting
from portal.kit.problems import Conflict, Invalid
from portal.metrics.registry import measure, metric_of
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.cobuilding import SIGNED_ON, AllianceMemberFactory, make_alliance
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.meetings import MeetingFactory, TaskFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
LIST = "/api/v1/alliance-meetings"
HELD_ON = date(2026, 6, 18)


@pytest.fixture
def alliance(world):
    """Of our town's chain, with two members and a rotating chair since January."""
    chain = ChainFactory(district=world.district)
    row = make_alliance(world.district, town=world.here, chain=chain, code="LM-1", name="九亭联盟")
    chair = PartyOrganizationFactory(district=world.district, name="轮值支部")
    ChairTerm.objects.create(alliance=row, chair=chair, started_on=SIGNED_ON)
    for enterprise in (world.ours, world.theirs):
        AllianceMemberFactory(alliance=row, enterprise=enterprise)
    return row


def given(world, **more):
    return {
        "alliance": "LM-1", "topic": "第一次联席会议", "held_on": str(HELD_ON), "attended": [world.ours.uscc],
        "minutes": "内部纪要", "tasks": [{"text": "银企对接", "owner": "区金融服务中心", "due_on": "2026-07-18"}],
    } | more  # fmt: skip


def test_recorded_followed_up_corrected_and_withdrawn_over_rest(world, alliance):
    staff = world.api("station")
    bureau = world.api("bureau")
    made = bureau.post(LIST, given(world), format="json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["chair_name"], row["came"], row["invited"], row["open_tasks"]) == ("轮值支部", 1, 2, 1)
    assert row["tasks"][0]["status"] == "overdue"
    assert measure(metric_of("alliance_meetings"), HELD_ON, by="town") == {world.here.pk: 1}
    assert bureau.post(LIST, given(world), format="json").status_code == 409
    address = f"{LIST}/{row['number']}"
    changed = staff.patch(address, {"version": 1, "attended": [], "place": "党群中心"}, format="json")
    assert (changed.status_code, changed.json()["came"], changed.json()["place"]) == (200, 0, "党群中心")
    stale = staff.patch(address, {"version": 1, "topic": "别的"}, format="json")
    assert (stale.status_code, stale.json()["current"]["version"]) == (409, 2)
    done = f"{address}/tasks/{row['tasks'][0]['id']}/done"
    body = {"version": 1, "done_on": "2026-07-10", "result": "已对接"}
    assert staff.post(done, body | {"done_on": "2026-06-01"}, format="json").status_code == 400
    assert staff.post(done, body, format="json").json()["open_tasks"] == 0
    assert staff.post(done, body, format="json").status_code == 409
    task = {"text": "联合开展主题党日", "owner": "轮值支部", "due_on": "2026-06-01"}
    assert staff.post(f"{address}/tasks", task, format="json").status_code == 400
    assert staff.post(f"{address}/tasks", task | {"due_on": "2099-01-01"}, format="json").status_code == 201
    assert staff.get(f"{LIST}?open=1&alliance=LM-1&count=1").json()["count"] == 1
    cancelled = staff.post(f"{address}/cancel", {"version": 2, "reason": "重复登记"}, format="json")
    assert cancelled.json()["cancelled"] is True
    assert measure(metric_of("alliance_meetings"), HELD_ON) == {None: 0}
    assert staff.patch(address, {"version": 3, "topic": "又"}, format="json").status_code == 409
    assert bureau.post(LIST, given(world), format="json").status_code == 201, "a withdrawn record is none"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"held_on": "2999-01-01"}, "held_on"),
        ({"held_on": "0001-01-01"}, "held_on"),
        ({"held_on": "2026-01-05", "attended": []}, "chair"),  # before the first chair
        ({"attended": ["91310117MA1J0000X0"]}, "attended"),
        ({"alliance": "nobody"}, "alliance"),
        ({"chair": "LM-1"}, "chair"),
        ({"kind": "party"}, "kind"),
        ({"topic": "\u200b"}, "topic"),
        ({"tasks": [{"text": "一", "owner": "二", "due_on": "9999-12-31"}]}, "due_on"),
    ],
)
def test_what_cannot_have_been_is_refused(world, alliance, change, field):
    answer = world.api("bureau").post(LIST, given(world, **change), format="json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, field), answer.content
    assert not AllianceMeeting.objects.exists()


def test_who_joined_later_did_not_come_and_an_alliance_that_is_no_more_does_not_meet(world, alliance):
    late = AllianceMemberFactory(
        alliance=alliance,
        enterprise=EnterpriseFactory(town=world.here),
        joined_on=HELD_ON + timedelta(days=1),
    )
    how = {"alliance": alliance, "by": world.user("bureau"), "topic": "会商", "held_on": HELD_ON}
    with pytest.raises(Invalid, match="不是联盟成员"):
        actions.record_meeting(attended=[late], **how)
    meeting = actions.record_meeting(**how)
    with pytest.raises(Conflict):
        actions.record_meeting(**how)
    actions.add_task(meeting=meeting, by=how["by"], text="一", owner="二", due_on=HELD_ON)
    with pytest.raises(Invalid):
        later = {"held_on": HELD_ON + timedelta(days=9)}
        actions.change_meeting(meeting=meeting, by=how["by"], version=1, changes=later)
    type(alliance).objects.filter(pk=alliance.pk).update(
        status="dissolved", ended_on=HELD_ON, end_reason="撤销"
    )
    with pytest.raises(Invalid):
        actions.record_meeting(**how | {"topic": "撤销后"})


def test_minutes_are_for_staff_and_others_members_are_not_named(world, alliance):
    clerk = world.user("station")
    meeting = MeetingFactory(alliance=alliance, recorded_by=clerk)
    TaskFactory(meeting=meeting)
    for place in alliance.alliance_members.all():
        meeting.attendances.create(member=place)
    address = f"/alliance-meetings/{meeting.number}/"
    seen = {
        role: world.browser(role).get(address).content.decode()
        for role in ("station", "leader", "enterprise")
    }
    assert "内部纪要" in seen["station"]
    assert "内部纪要" not in seen["leader"]
    assert "内部纪要" not in seen["enterprise"]
    assert world.theirs.name in seen["leader"]
    assert world.theirs.name not in seen["enterprise"]
    assert "到会 2 / 2 家" in seen["enterprise"]
    read = {role: world.api(role).get(f"{LIST}/{meeting.number}").json() for role in seen}
    assert read["leader"]["minutes"] is None
    unit = f"{world.here.short_name}指导站"
    assert [row["recorded_by"] for row in read.values()] == [str(clerk), unit, unit]


def test_a_clerk_records_and_follows_up_on_pages(world, alliance):
    browser = world.browser("bureau")
    assert "登记会议" in browser.get(f"/alliances/{alliance.code}/meetings/").content.decode()
    place = alliance.alliance_members.get(enterprise=world.ours)
    sent = {"kind": "consultation", "topic": "融资会商", "held_on": str(HELD_ON), "attended": [place.pk]}
    new = f"/alliances/{alliance.code}/meetings/new/"
    assert browser.post(new, sent | {"held_on": "2999-01-01"}).status_code == 400
    page = browser.post(new, sent)["Location"]
    edit = sent | {"version": 1, "chair": "轮值支部", "guests": "镇党委", "shown-guests": ""}
    assert browser.post(f"{page}edit/", edit).status_code == 302
    assert browser.post(f"{page}edit/", edit | {"guests": "别的", "shown-guests": ""}).status_code == 409
    task = {"text": "对接贷款", "owner": "农商行", "due_on": "2026-07-01"}
    assert browser.post(f"{page}tasks/new/", task).status_code == 302
    (row,) = AllianceMeeting.objects.get().tasks.all()
    done = {"version": 1, "done_on": str(TODAY()), "result": "已放款"}
    assert browser.post(f"{page}tasks/{row.pk}/done/", done).status_code == 302
    text = browser.get(page).content.decode()
    for words in ("融资会商", "镇党委", world.ours.name, "已放款", "轮值支部"):
        assert words in text, words
    assert browser.post(f"{page}cancel/", {"version": 2, "reason": "重复"}).status_code == 302
    assert "已撤销" in browser.get(f"/alliances/{alliance.code}/meetings/").content.decode()
