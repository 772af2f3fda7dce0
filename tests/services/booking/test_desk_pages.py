"""The desk works on pages: who arrives, who is called, what is refused in words; plain forms, and what htmx gets."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.booking import actions
from services.booking.models import Booking, Closure, FollowUp, ServiceSession, SessionPattern, WaitingOffer
from tests.factories.accounts import make_user
from tests.factories.booking import (
    InstitutionFactory,
    make_booking,
    make_follow_up,
)
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
MOST_QUERIES = 12


@pytest.fixture
def morning(db) -> Iterator[None]:
    """Tomorrow at nine: whatever the clock says, the day is long enough for a visit."""
    nine = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with time_machine.travel(nine):
        yield


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:800]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def move(client: Client, booking: Booking, code: str, **more):
    version = Booking.objects.get(pk=booking.pk).version
    given = {"move": code, "version": version} | more.pop("given", {})
    return client.post(f"/desk/bookings/{booking.number}/", given, **more)


def test_a_visit_from_the_code_to_the_result(morning, cast):
    booking = make_booking(cast.session(hours=0.25), enterprise=cast.ours)
    clerk = browser(cast.clerk)
    assert cast.ours.name in text(clerk.get("/desk/"))
    wrong = f"{(int(booking.check_in_code) + 1) % 1_000_000:06d}"
    assert "签到码不正确" in text(clerk.post("/desk/check-in/", {"code": wrong}, follow=True))
    assert "6 位签到码" in text(clerk.post("/desk/check-in/", {"code": "张三"}, follow=True))
    scanned = {"code": f" {booking.check_in_code[:3]} {booking.check_in_code[3:]}"}
    answer = clerk.post("/desk/check-in/", scanned, **HTMX)
    assert "已签到，排队号 A001" in text(answer)
    assert "desk-changed" in answer["HX-Trigger"]
    assert "当前状态：已签到" in text(clerk.post("/desk/check-in/", {"code": booking.number}, follow=True))
    assert "已叫号 A001" in text(clerk.post("/desk/call-next/", follow=True))
    assert "没有人在等候" in text(clerk.post("/desk/call-next/", follow=True))
    assert "办理中" in text(move(clerk, booking, "start", follow=True))
    assert "办理结果" in text(move(clerk, booking, "complete", given={"result": " "}), 400)
    assert "已办结" in text(move(clerk, booking, "complete", given={"result": "已校准"}, follow=True))
    assert Booking.objects.get(pk=booking.pk).result == "已校准"


def test_who_was_slower_reads_how_the_row_stands_and_keeps_the_text(morning, cast):
    cast.item.needs_confirmation = True
    cast.item.save()
    booking = make_booking(cast.session(hours=30), enterprise=cast.ours)
    clerk, slower = browser(cast.clerk), browser(cast.bureau)
    day = f"/desk/?station={cast.station.code}&day={timezone.localdate() + timedelta(days=1)}"
    assert "婉拒原因" in text(slower.get(day))
    assert "已确认" in text(move(clerk, booking, "confirm", follow=True))
    late = {"move": "decline", "version": 1, "reason": "材料不齐，请先补正"}
    page = text(slower.post(f"/desk/bookings/{booking.number}/", late), 409)
    assert "材料不齐，请先补正" in page
    assert "当前状态：已确认" in page
    board = slower.post(f"/desk/bookings/{booking.number}/", late, **HTMX)
    assert board.status_code == 200
    assert b'id="board"' in board.content
    assert "toast" in board["HX-Trigger"]


def test_only_open_moves_have_buttons(morning, cast):
    session = cast.session(hours=0.25, capacity=5)
    make_booking(session)
    clerk, leader = browser(cast.clerk), browser(cast.leader)
    assert set(re.findall(r'name="move" value="(\w+)"', clerk.get("/desk/").content.decode())) == {"check_in"}
    with time_machine.travel(session.starts_at + timedelta(minutes=16)):
        clerk = browser(cast.clerk)  # signed in again: the first session ended meanwhile
        shown = set(re.findall(r'name="move" value="(\w+)"', clerk.get("/desk/").content.decode()))
        assert shown == {"no_show"}
        booking = Booking.objects.get()
        move(clerk, booking, "no_show")
        assert "排队号 A001" in text(move(clerk, booking, "undo_no_show", follow=True))
    assert leader.get("/desk/").status_code == 403


def test_a_full_desk_asks_few_questions(morning, cast):
    for n in range(4):
        session = cast.session(hours=0.25 + n, capacity=6)
        for _ in range(4):
            make_booking(session)
    actions.check_in(booking=Booking.objects.earliest("pk"), by=cast.clerk, code=None)
    clerk = browser(cast.clerk)
    for address in (
        "/desk/",
        "/desk/week/",
        f"/desk/sessions/{session.pk}/",
        "/desk/patterns/",
        "/desk/closures/",
    ):
        clerk.get(address)  # the first request of a minute also moves the session's end forward
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get(address).status_code == 200
        assert len(queries) <= MOST_QUERIES, (address, [query["sql"][:120] for query in queries])


def test_capacity_and_deletion_say_which_bookings_are_in_the_way(cast):
    session = cast.session(hours=50, capacity=3)
    booking = make_booking(session)
    make_booking(session)
    clerk, address = browser(cast.clerk), f"/desk/sessions/{session.pk}/"
    assert booking.number in text(clerk.get(address))
    refused = text(clerk.post(f"{address}capacity/", {"capacity": 1, "version": 1}), 409)
    assert "已有 2 个预约" in refused
    assert refused.count(booking.number) == 2
    assert "名额已改为 4" in text(
        clerk.post(f"{address}capacity/", {"capacity": 4, "version": 1}, follow=True)
    )
    assert "刚被他人改为 4" in text(clerk.post(f"{address}capacity/", {"capacity": 5, "version": 1}), 409)
    assert "不能删除" in text(clerk.post(f"{address}delete/"), 409)
    empty = cast.session(hours=52)
    assert "场次已删除" in text(clerk.post(f"/desk/sessions/{empty.pk}/delete/", follow=True))


def test_sessions_and_patterns_are_made_once(cast):
    clerk = browser(cast.clerk)
    day = timezone.localdate() + timedelta(days=3)
    given = {
        "once": "k1",
        "day": day,
        "starts": "18:00",
        "ends": "19:00",
        "item": cast.item.pk,
        "capacity": 3,
    }
    first, second = (clerk.post("/desk/sessions/new/", given) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert "已有相同的场次" in text(clerk.post("/desk/sessions/new/", given | {"once": "k2"}), 400)
    given = {
        "once": "k3", "weekday": 2, "starts_at": "09:00", "ends_at": "10:00", "item": cast.item.pk, "capacity": 3,
        "valid_from": timezone.localdate(),
    }  # fmt: skip
    for _ in range(2):
        page = text(clerk.post("/desk/patterns/new/", given, follow=True))
    pattern = SessionPattern.objects.get()
    made = ServiceSession.objects.filter(pattern=pattern).count()
    assert made >= 10
    assert str(made) in page
    assert "已停用" in text(clerk.post(f"/desk/patterns/{pattern.pk}/end/", {"version": 1}, follow=True))
    assert ServiceSession.objects.filter(pattern=pattern).count() <= 1


def test_closing_a_day_shows_whom_it_hits_and_what_each_is_offered(cast):
    session = cast.session(hours=72)
    other = cast.session(hours=96)
    booking = make_booking(session, enterprise=cast.ours)
    clerk, day = browser(cast.clerk), timezone.localdate(session.starts_at)
    given = {"first": day, "last": day, "reason": "停电检修"}
    for broken in ({"last": "9999-12-31"}, {"first": "0001-01-01"}):
        assert clerk.post("/desk/closures/new/", given | broken).status_code == 400
    preview = clerk.post("/desk/closures/new/", given)
    assert cast.ours.name in text(preview)
    assert not Closure.objects.exists()
    sure = given | {
        "sure": "1",
        "once": re.search(r'name="once" value="([^"]+)"', preview.content.decode())[1],
    }
    for _ in range(2):
        page = text(clerk.post("/desk/closures/new/", sure, follow=True))
    assert "1 个预约受影响" in page or "等企业答复" in page
    closure = Closure.objects.get()
    shown = text(clerk.get(f"/desk/closures/{closure.pk}/"))
    assert f"{timezone.localtime(other.starts_at):%m-%d %H:%M}" in shown
    assert "等企业答复" in shown
    assert "停电检修" in text(clerk.get(f"/desk/week/?day={day}"))
    actions.answer_offer(booking=booking, by=cast.us, accept=True)
    assert "已改到替代时间" in text(clerk.get(f"/desk/closures/{closure.pk}/"))
    assert "1 个场次重新开放" in text(clerk.post(f"/desk/closures/{closure.pk}/reopen/", follow=True))
    assert "已经撤销" in text(clerk.post(f"/desk/closures/{closure.pk}/reopen/", follow=True))
    assert not WaitingOffer.objects.filter(state="open").exists()


def test_somebody_at_the_desk_gets_a_ticket_once(morning, cast):
    session = cast.session(hours=0.25, capacity=1)
    stranger = EnterpriseFactory(town=cast.nearby.town)
    clerk, address = browser(cast.clerk), f"/desk/sessions/{session.pk}/walk-in/"
    assert cast.ours.name in text(clerk.get(address, {"search": cast.ours.uscc}))
    assert "没有找到这家企业" in text(clerk.get(address, {"search": stranger.uscc}))
    assert clerk.get(address, {"enterprise": stranger.uscc}).status_code == 404
    for _ in range(2):
        given = {"once": "k", "subject": "咨询", "contact_name": "", "contact_phone": "", "note": ""}
        answer = clerk.post(f"{address}?enterprise={cast.ours.uscc}", given)
        assert answer.status_code == 302
    assert Booking.objects.get().ticket == "A001"
    later = cast.session(hours=3)
    full = clerk.post(f"{address}?enterprise={cast.theirs.uscc}", {"once": "other"})
    assert "已约满" in text(full, 400)
    assert f"session={later.pk}" in full.content.decode()
    whom = clerk.get(f"/desk/sessions/{later.pk}/book/", {"search": cast.theirs.name})
    assert (
        f"/bookings/new/form/?session={later.pk}&amp;enterprise={cast.theirs.uscc}" in whom.content.decode()
    )


def test_an_institution_works_its_own_and_nothing_else(morning, cast):
    institution, other = InstitutionFactory(town=cast.here), InstitutionFactory(town=cast.here)
    own = make_booking(cast.session(hours=0.25, institution=institution), enterprise=cast.ours)
    foreign = make_booking(cast.session(hours=0.5, institution=other), enterprise=cast.theirs)
    user = browser(make_user("institution", institution=institution, district=cast.district))
    board = text(user.get("/desk/"))
    assert cast.ours.name in board
    assert cast.theirs.name not in board
    assert "排队号 A001" in text(move(user, own, "check_in", follow=True))
    assert "已叫号 A001" in text(user.post(f"/desk/call-next/?institution={institution.code}", follow=True))
    assert move(user, foreign, "check_in").status_code == 404
    assert user.get(f"/desk/sessions/{own.session_id}/").status_code == 200
    assert user.get(f"/desk/sessions/{foreign.session_id}/").status_code == 404
    assert user.get(f"/desk/?institution={other.code}").status_code == 404
    assert user.get(f"/desk/?station={cast.station.code}").status_code == 404
    assert user.post(f"/desk/sessions/{own.session_id}/capacity/", {}).status_code == 403
    assert "停止服务" in text(user.get("/desk/closures/"))


def test_a_low_rating_is_followed_up_and_closed_with_words(cast):
    follow_up = make_follow_up(make_booking(cast.session(hours=1), enterprise=cast.ours))
    address = f"/desk/follow-ups/{follow_up.booking.number}/"
    clerk = browser(cast.clerk)
    assert "等了很久" in text(clerk.get("/desk/follow-ups/"))
    assert "2 至 500" in text(clerk.post(address, {"version": 1, "outcome": " "}), 400)
    assert "回访已办结" in text(clerk.post(address, {"version": 1, "outcome": "已致电说明"}, follow=True))
    assert "刚被他人办结" in text(clerk.post(address, {"version": 1, "outcome": "再次致电"}, follow=True))
    assert FollowUp.objects.get().outcome == "已致电说明"


def test_the_screen_shows_codes_and_no_names(morning, cast, client):
    booking = make_booking(cast.session(hours=0.25), enterprise=cast.ours)
    actions.check_in(booking=booking, by=cast.clerk, code=None)
    actions.call_next(by=cast.clerk, station=cast.station)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/display/{cast.station.code}/")
    shown = text(answer)
    assert "A001" in shown
    for secret in (cast.ours.name, booking.number, booking.check_in_code, booking.subject):
        assert secret not in shown
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert len(queries) == 2
    assert b"<html" not in client.get(f"/display/{cast.station.code}/", **HTMX).content
    cast.station.closed_on = timezone.localdate()
    cast.station.save()
    assert client.get(f"/display/{cast.station.code}/").status_code == 404
