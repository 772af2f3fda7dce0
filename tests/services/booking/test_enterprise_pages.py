"""An enterprise books, waits, moves, checks in and rates on pages, with plain forms and without JavaScript."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import PersonalView
from services.booking import actions
from services.booking.models import Booking, Rating
from services.booking.rules.states import WAITING
from tests.factories.accounts import make_user
from tests.factories.booking import InstitutionFactory, ItemFactory, PatternFactory, make_booking
from tests.factories.enterprises import PartyProfileFactory
from tests.factories.services import MemberFactory

pytestmark = pytest.mark.django_db
FORM = "/bookings/new/form/"
BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["bookings"]
OF_TIMES = re.compile(r'"?(services_|territory_calendarday)')
ANSWERS = {
    "subject": "两台电子秤检定",
    "mode": "onsite",
    "contact_name": "沈测试员",
    "contact_phone": "13900004321",
    "note": "",
}


@pytest.fixture
def browser(cast) -> Client:
    client = Client()
    client.force_login(cast.us)
    return client


def text(answer, status: int = 200) -> str:
    body = answer.content.decode()
    assert answer.status_code == status, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))[:800]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def checked(browser: Client, *sessions, **more) -> dict:
    """Fills in the form and reads the page of answers; gives what its form would send."""
    answer = browser.post(FORM, {**ANSWERS, "session": [one.pk for one in sessions], **more, "step": "check"})
    text(answer)
    return hidden(answer) | {"session": [one.pk for one in sessions]}


def hidden(answer) -> dict:
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def do(browser: Client, booking: Booking, move: str, **given):
    return browser.post(reverse("booking-do", args=[booking.number, move]), given, follow=True)


def test_from_the_item_to_the_confirmation(cast, browser):
    session = cast.session(hours=72)
    PatternFactory(station=cast.station, item=cast.item)
    PatternFactory(station=cast.nearby, item=cast.item)
    stations = browser.get(f"/bookings/new/?item={cast.item.code}")
    assert text(stations).index(cast.station.name) < text(stations).index(cast.nearby.name)
    assert "最早" in text(stations)
    assert cast.item.name in text(browser.get(f"/bookings/new/?station={cast.station.code}"))

    times = f"/bookings/new/?item={cast.item.code}&station={cast.station.code}"
    page = browser.get(times)
    assert "余 2" in text(page)
    assert f"{FORM}?session={session.pk}" in page.content.decode()
    assert session.item.name in text(browser.get(f"{FORM}?session={session.pk}"))

    sent = checked(browser, session)
    assert not Booking.objects.exists()
    done = browser.post(FORM, sent | {"step": "send"})
    booking = Booking.objects.get()
    assert done["Location"] == reverse("booking-done", args=[booking.number])
    again = browser.post(FORM, sent | {"step": "send"})  # an impatient finger, or the back button
    assert again["Location"] == done["Location"]
    assert Booking.objects.count() == 1

    confirmation = browser.get(done["Location"])
    for said in (booking.number, booking.check_in_code, cast.station.address, "营业执照", "接下来"):
        assert said in text(confirmation)
    assert 'src="data:image/svg+xml' in confirmation.content.decode()
    calendar = browser.get(reverse("booking-ics", args=[booking.number]))
    assert b"BEGIN:VCALENDAR" in calendar.content
    assert booking.number in text(browser.get("/bookings/"))

    fresh = checked(browser, session)  # the same time once more, as a new request
    refused = browser.post(FORM, fresh | {"step": "send"})
    assert "已预约过该场次" in text(refused, 409)


def test_nothing_is_sent_with_answers_that_are_not_in_order(cast, browser):
    session = cast.session()
    wrong = {**ANSWERS, "session": session.pk, "subject": "", "contact_phone": "123", "step": "check"}
    page = browser.post(FORM, wrong)
    assert "有内容需要更正" in text(page, 400)
    assert 'value="沈测试员"' in page.content.decode()
    edited = browser.post(FORM, {**ANSWERS, "session": session.pk, "step": "edit"})
    assert 'value="两台电子秤检定"' in edited.content.decode()
    for query in ("", "?session=x", "?session=999999999"):
        assert browser.get(FORM + query).status_code in {302, 404}
    assert browser.get("/bookings/new/").status_code == 302
    assert browser.get("/bookings/new/?item=none&station=none").status_code == 404
    odd = f"/bookings/new/?item={cast.item.code}&station={cast.station.code}&from=x&day=2026-99-99"
    assert browser.get(odd).status_code == 200


def test_a_day_without_a_time_says_why(cast, browser):
    full = cast.session(hours=72, capacity=1)
    make_booking(full, enterprise=cast.theirs)
    day = timezone.localdate(full.starts_at)
    page = browser.get(f"/bookings/new/?item={cast.item.code}&station={cast.station.code}&day={day}")
    assert "候补" in text(page)
    assert "已约满" in text(page) or "该日不开放" in text(page)
    assert "该日不开放" in text(page)  # the weekend
    assert "目前各服务站都没有可约时间" in text(page)
    elsewhere = cast.session(station=cast.nearby, hours=80)
    page = browser.get(f"/bookings/new/?item={cast.item.code}&station={cast.station.code}")
    assert "最近可约的是" in text(page)
    assert elsewhere.station.name in text(page)


def test_full_meanwhile_then_waiting_then_offered_then_booked(cast, browser):
    session, other = cast.session(hours=72, capacity=1), cast.session(hours=75)
    sent = checked(browser, session)
    first = make_booking(session, enterprise=cast.theirs)
    refused = browser.post(FORM, sent | {"step": "send"})
    page = text(refused, 409)
    assert "刚刚约满了" in page
    assert "加入候补" in page
    assert f'value="{session.pk}:{other.pk}"' in refused.content.decode()
    swapped = browser.post(
        FORM, hidden(refused) | {"session": session.pk, "replace": f"{session.pk}:{other.pk}"}
    )
    assert "请核对后提交" in text(swapped)
    assert f'name="session" value="{other.pk}"' in swapped.content.decode()

    browser.post(FORM, hidden(refused) | {"session": session.pk, "step": "wait"})
    booking = Booking.objects.get(enterprise=cast.ours)
    assert booking.status == WAITING
    own = reverse("booking-page", args=[booking.number])
    assert "您排在候补第 1 位" in text(browser.get(own))
    actions.cancel(booking=first, by=cast.clerk)
    assert "有名额了，请答复" in text(browser.get(own))
    assert "有名额，请在" in text(browser.get("/"))
    assert "已确认" in text(do(browser, booking, "accept_offer"))
    assert "没有等待答复的名额" in text(do(browser, booking, "accept_offer"), 409)


def test_several_items_are_booked_together_or_not_at_all(cast, browser):
    second = ItemFactory(name="标准咨询")
    PatternFactory(station=cast.station, item=cast.item)
    PatternFactory(station=cast.station, item=second)
    one, two = cast.session(hours=72), cast.session(hours=73, item=second, capacity=1)
    found = browser.post(FORM, {**ANSWERS, "session": one.pk, "further": second.code, "step": "more"})
    assert f'name="add" value="{two.pk}"' in found.content.decode()
    both = browser.post(FORM, {**ANSWERS, "session": one.pk, "add": two.pk})
    assert "去掉" in text(both)
    assert 'value="两台电子秤检定"' in both.content.decode()
    assert "去掉" not in text(browser.post(FORM, {**ANSWERS, "session": [one.pk, two.pk], "drop": two.pk}))

    taken = make_booking(two, enterprise=cast.theirs)
    refused = browser.post(FORM, checked(browser, one, two) | {"step": "send"})
    assert "不能候补" in text(refused, 409)
    assert not Booking.objects.filter(enterprise=cast.ours).exists()
    actions.cancel(booking=taken, by=cast.clerk)
    done = browser.post(FORM, checked(browser, one, two) | {"step": "send"}, follow=True)
    assert Booking.objects.filter(enterprise=cast.ours, bundle__isnull=False).count() == 2
    assert "标准咨询" in text(done)


def test_moving_keeps_the_old_time_until_there_is_a_new_one(cast, browser):
    old, full, free = (cast.session(hours=hours, capacity=1) for hours in (72, 75, 78))
    booking = make_booking(old, enterprise=cast.ours, by=cast.us)
    make_booking(full, enterprise=cast.theirs)
    address = reverse("booking-reschedule", args=[booking.number])
    assert "改到此时" in text(browser.get(f"{address}?day={timezone.localdate(free.starts_at)}"))
    refused = browser.post(address, {"session": full.pk, "version": booking.version})
    assert "原来的预约保留不变" in text(refused, 409)
    assert f'name="session" value="{free.pk}"' in refused.content.decode()
    assert Booking.objects.get(pk=booking.pk).session == old
    moved = browser.post(address, {"session": free.pk, "version": booking.version}, follow=True)
    assert "已改期" in text(moved)
    assert Booking.objects.get(pk=booking.pk).session == free


def test_too_late_to_cancel_is_explained_and_closed_sessions_may_go(cast, browser):
    soon = make_booking(cast.session(hours=1), enterprise=cast.ours, by=cast.us)
    page = text(browser.get(reverse("booking-page", args=[soon.number])))
    assert "不能自行取消或改期" in page
    assert "取消预约" not in page
    assert "不能自行取消" in text(do(browser, soon, "cancel"), 409)
    assert "不能自行取消" in text(browser.get(reverse("booking-reschedule", args=[soon.number])), 409)
    later = make_booking(cast.session(hours=72), enterprise=cast.ours, by=cast.us)
    assert "已取消" in text(do(browser, later, "cancel", reason="改日再来", version=later.version))
    assert "停止服务" not in page


def test_check_in_then_rating_once(cast, browser):
    booking = make_booking(cast.session(hours=24), enterprise=cast.ours, by=cast.us)
    assert "签到尚未开始" in text(do(browser, booking, "check_in", code=booking.check_in_code), 409)
    with time_machine.travel(booking.session.starts_at - timedelta(minutes=10), tick=False):
        client = Client()
        client.force_login(cast.us)
        page = client.get(reverse("booking-page", args=[booking.number]) + f"?code={booking.check_in_code}")
        assert f'value="{booking.check_in_code}"' in page.content.decode()
        assert "签到码不正确" in text(do(client, booking, "check_in", code="000000"), 400)
        assert "排队号" in text(do(client, booking, "check_in", code=booking.check_in_code))
        booking = actions.start(booking=booking, by=cast.clerk)
        booking = actions.complete(booking=booking, by=cast.clerk, result="检定合格")
        assert "去评价" in text(client.get("/"))
        assert "评分应为 1 至 5" in text(do(client, booking, "rate", score=""), 400)
        rated = text(do(client, booking, "rate", score="4", comment="很快"))
        assert "检定合格" in rated
        assert "很快" in rated
        assert "不能进行" in text(do(client, booking, "rate", score="5"), 409)
    assert Rating.objects.get().score == 4


def test_the_registered_contact_is_used_without_being_shown_and_a_full_view_is_noted(cast, browser):
    PartyProfileFactory(enterprise=cast.ours, contact_name="钱测试员", contact_phone="13700001111")
    session = cast.session()
    form = browser.get(f"{FORM}?session={session.pk}").content.decode()
    assert "137****1111" in form
    assert "13700001111" not in form
    sent = checked(browser, session, contact_name="", contact_phone="")
    browser.post(FORM, sent | {"step": "send"})
    booking = Booking.objects.get()
    assert booking.contact_phone == "13700001111"
    own = reverse("booking-page", args=[booking.number])
    assert "13700001111" not in text(browser.get(own))
    address = reverse("booking-personal", args=[booking.number])
    assert browser.post(address, {"field": "contact_phone", "reason": " "}).status_code == 400
    assert "13700001111" in text(browser.post(address, {"field": "contact_phone", "reason": "核对联系电话"}))
    assert PersonalView.objects.get().reason == "核对联系电话"
    leader = Client()
    leader.force_login(cast.leader)
    page = text(leader.get(own))
    assert "137****" not in page
    assert booking.check_in_code not in page


def test_staff_book_for_an_enterprise_that_they_name(cast):
    clerk = Client()
    clerk.force_login(cast.clerk)
    session = cast.session()
    assert "没有这家企业" in text(
        clerk.post(FORM, {**ANSWERS, "session": session.pk, "enterprise": "none", "step": "check"}), 400
    )
    sent = checked(clerk, session, enterprise=cast.ours.uscc)
    clerk.post(FORM, sent | {"step": "send"})
    assert Booking.objects.get().enterprise == cast.ours


def test_only_the_own_bookings_are_listed_and_found_by_state(cast, browser):
    mine = make_booking(cast.session(hours=30), enterprise=cast.ours, by=cast.us)
    theirs = make_booking(cast.session(hours=31), enterprise=cast.theirs)
    page = text(browser.get("/bookings/?state=open"))
    assert mine.number in page
    assert theirs.number not in page
    assert mine.number not in text(browser.get("/bookings/?state=past"))
    assert mine.number not in text(browser.get("/bookings/?last=2020-01-01"))
    assert browser.get("/bookings/?state=odd&item=none&first=x").status_code == 200
    portrait = text(browser.get(reverse("enterprise-portrait", args=[cast.ours.uscc])))
    assert cast.item.name in portrait


def test_the_pages_stay_within_their_budgets(cast):
    """None grows with its rows; the free times are read in eight queries at most, with experts and institutions."""
    institution = InstitutionFactory(town=cast.here, offering=cast.item)
    for _ in range(4):
        member = MemberFactory(station=cast.station)
        PatternFactory(station=cast.station, item=cast.item, institution=institution, member=member)
    sessions = [cast.session(hours=hours) for hours in range(50, 58)]
    bookings = [make_booking(session, enterprise=cast.ours, by=cast.us) for session in sessions]
    named = {
        "item": cast.item.code,
        "station": cast.station.code,
        "session": sessions[0].pk,
        "number": bookings[0].number,
    }
    for name, budget in BUDGETS.items():
        client, address = Client(), budget["address"].format(**named)
        client.force_login(getattr(cast, budget["role"]))
        client.get(address)  # the first request of a minute also moves the session's end forward
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked = "\n".join(query["sql"][:160] for query in queries)
        assert len(queries) <= budget["queries"], f"{name}: {len(queries)}\n{asked}"
        if name == "free times":
            assert sum(bool(OF_TIMES.search(query["sql"])) for query in queries) <= 8, asked


def test_a_bundles_other_legs_stay_with_those_who_serve_them(cast, browser):
    """A clerk and an institution see their own leg of a request: no number and no check-in code of another place."""
    institution = InstitutionFactory(town=cast.here)
    here = cast.session(hours=30, institution=institution)
    there = cast.session(hours=60, station=cast.nearby, item=ItemFactory())
    own, other = actions.book(
        by=cast.us,
        sessions=[here.pk, there.pk],
        enterprise=cast.ours,
        **{k: v for k, v in ANSWERS.items() if v},
    )
    reader = make_user("institution", institution=institution.code, district=cast.district)
    for user in (reader, cast.clerk):
        desk = Client()
        desk.force_login(user)
        for page in ("booking-page", "booking-done"):
            shown = desk.get(reverse(page, args=[own.number])).content.decode()
            assert own.number in shown
            assert other.number not in shown
            assert other.check_in_code not in shown or other.check_in_code == own.check_in_code
    assert other.number in text(browser.get(reverse("booking-done", args=[own.number])))


def test_a_clerk_who_books_elsewhere_is_told_the_number(cast):
    """The booking belongs to the other station from then on."""
    session = cast.session(hours=30, station=cast.nearby)
    desk = Client()
    desk.force_login(cast.clerk)
    given = {**ANSWERS, "session": [session.pk], "enterprise": cast.ours.uscc}
    ready = desk.post(FORM, {**given, "step": "check"})
    text(ready)
    sent = desk.post(FORM, {**given, **hidden(ready), "session": [session.pk], "step": "send"}, follow=True)
    assert Booking.objects.get().number in text(sent)
