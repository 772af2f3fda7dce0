"""Sessions and bookings through REST, as the contract names them."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from services.booking.models import Booking, ServiceSession
from tests.factories.booking import ItemFactory, make_booking
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import DistrictFactory, TownFactory

WANTED = {
    "mode": "onsite",
    "subject": "量具校准咨询",
    "note": "带两台卡尺",
    "contact_name": "测试联系人",
    "contact_phone": "13800000000",
}


def ask(client, session, **more):
    return client.post("/api/v1/bookings", WANTED | {"session": session.pk} | more)


def move(client, number, name, **body):
    return client.post(f"/api/v1/bookings/{number}/{name}", body)


def codes(answer) -> list[str]:
    return [error["code"] for error in answer.json()["errors"]]


def test_the_whole_way_of_a_booking(cast):
    item = ItemFactory(with_confirmation=True)
    session = cast.session(item=item)
    enterprise, clerk = cast.api(cast.us), cast.api(cast.clerk)

    made = ask(enterprise, session)
    assert made.status_code == 201
    number, code = made.json()["number"], made.json()["check_in_code"]
    assert made.json()["status"] == "pending"
    assert number.startswith(f"YY{timezone.localdate():%Y%m%d}-")
    assert move(clerk, number, "confirm").json()["status"] == "confirmed"
    assert codes(move(clerk, number, "check_in", code=code)) == ["move_closed"]  # a day too early
    with time_machine.travel(session.starts_at - timedelta(minutes=20)):
        assert move(clerk, number, "check_in", code="nope").status_code == 400
        arrived = move(clerk, number, "check_in", code=code).json()
        assert (arrived["status"], arrived["ticket"]) == ("checked_in", "A001")
        assert move(clerk, number, "start").json()["status"] == "in_service"
        assert move(clerk, number, "complete", result="已出具校准建议").json()["status"] == "completed"
        assert move(clerk, number, "rate", score=5).status_code == 403
        rated = move(enterprise, number, "rate", score=2, comment="等得太久")
        assert rated.json()["status"] == "rated"
        assert codes(move(enterprise, number, "rate", score=5)) == ["move_closed"]
    steps = [step["move"] for step in rated.json()["timeline"]]
    assert steps == ["book", "confirm", "check_in", "start", "complete", "rate", "follow_up"]
    assert Booking.objects.get().follow_up.closed_at is None


def test_a_full_session_names_three_alternatives_and_the_waiting_list(cast):
    session = cast.session(capacity=1)
    near = [cast.session(hours=hours) for hours in (25, 30, 50)]
    far = cast.session(hours=24, station=cast.nearby)
    cast.session(hours=100, station=cast.nearby)
    ask(cast.api(cast.them), session)

    full = ask(cast.api(cast.us), session)
    assert full.status_code == 409
    assert codes(full) == ["session_full"]
    # an hour and six hours away here, then as long as a town away; a day away here comes after it
    assert [row["id"] for row in full.json()["alternatives"]] == [near[0].pk, near[1].pk, far.pk]

    waiting = ask(cast.api(cast.us), session, join_waiting_list=True)
    assert (waiting.status_code, waiting.json()["status"]) == (201, "waiting")
    shown = cast.api(cast.us).get(f"/api/v1/bookings/{waiting.json()['number']}").json()
    assert shown["queue_position"] == 1
    session.refresh_from_db()
    assert (session.booked, session.waiting) == (1, 1)


def test_a_freed_place_is_offered_and_taken_in_place(cast):
    session = cast.session(capacity=1)
    first = make_booking(session, by=cast.them, enterprise=cast.theirs)
    waiting = ask(cast.api(cast.us), session, join_waiting_list=True).json()["number"]

    assert move(cast.api(cast.them), first.number, "cancel").json()["status"] == "cancelled"
    session.refresh_from_db()
    assert (session.booked, session.waiting) == (1, 1)  # held for the first in line
    assert codes(ask(cast.api(cast.bureau), session, enterprise=cast.theirs.uscc)) == ["session_full"]

    taken = move(cast.api(cast.us), waiting, "accept_offer").json()
    assert (taken["status"], taken["number"]) == ("confirmed", waiting)
    session.refresh_from_db()
    assert (session.booked, session.waiting) == (1, 0)


def test_who_may_book_for_whom(cast):
    session = cast.session(capacity=9)
    assert ask(cast.api(cast.leader), session).status_code == 403
    assert ask(cast.api(cast.us), session, enterprise=cast.theirs.uscc).status_code == 404
    assert ask(cast.api(cast.clerk), session).status_code == 400  # staff say for whom
    assert ask(cast.api(cast.clerk), session, enterprise=cast.ours.uscc).status_code == 201
    assert codes(ask(cast.api(cast.us), session)) == ["already_booked"]
    foreign = EnterpriseFactory(town=TownFactory(district=DistrictFactory()))
    assert ask(cast.api(cast.bureau), session, enterprise=foreign.uscc).status_code == 404


def test_a_foreign_booking_reads_like_a_missing_one(cast):
    booking = make_booking(cast.session(), by=cast.them, enterprise=cast.theirs)
    us = cast.api(cast.us)
    for answer in (
        us.get(f"/api/v1/bookings/{booking.number}"),
        us.get(f"/api/v1/bookings/{booking.number}/calendar.ics"),
        move(us, booking.number, "cancel"),
    ):
        assert answer.status_code == 404
    assert us.get("/api/v1/bookings").json()["results"] == []
    assert move(cast.api(cast.leader), booking.number, "cancel").status_code == 403


@pytest.mark.parametrize(
    "broken",
    [
        {"session": 10**12}, {"session": "x"}, {"mode": "fax"}, {"subject": "\u200b"}, {"contact_phone": "12"}, {"contact_phone": "\u200b"},
        {"contact_name": "x" * 41}, {"surprise": 1}, {"sessions": []}, {"session": None}, {"note": "x" * 501},
    ],
)  # fmt: skip
def test_a_broken_value_is_400(cast, broken):
    body = WANTED | {"session": cast.session().pk} | broken
    assert cast.api(cast.us).post("/api/v1/bookings", body).status_code == 400
    assert not Booking.objects.exists()


def test_past_and_closed_sessions(cast):
    past = cast.session(hours=-1)
    closed = cast.session(closed_at=timezone.now(), closed_reason="台风停工")
    assert codes(ask(cast.api(cast.us), past)) == ["session_past"]
    answer = ask(cast.api(cast.us), closed)
    assert codes(answer) == ["session_closed"]
    assert "台风停工" in answer.json()["errors"][0]["detail"]


def test_a_double_click_is_one_booking(cast):
    session = cast.session()
    client, key = cast.api(cast.us), {"HTTP_IDEMPOTENCY_KEY": "click-1"}
    body = WANTED | {"session": session.pk}
    first = client.post("/api/v1/bookings", body, **key)
    again = client.post("/api/v1/bookings", body, **key)
    assert first.json() == again.json()
    assert client.post("/api/v1/bookings", body | {"note": "x"}, **key).status_code == 409
    assert Booking.objects.count() == 1


def test_a_bundle_is_booked_whole_or_not_at_all(cast):
    one, two = cast.session(hours=24), cast.session(hours=26, capacity=1, item=ItemFactory())
    make_booking(two, by=cast.them, enterprise=cast.theirs)
    body = WANTED | {"sessions": [one.pk, two.pk]}
    refused = cast.api(cast.us).post("/api/v1/bookings", body)
    assert codes(refused) == ["session_full"]
    one.refresh_from_db()
    assert one.booked == 0

    ServiceSession.objects.filter(pk=two.pk).update(capacity=2)
    made = cast.api(cast.us).post("/api/v1/bookings", body)
    assert made.status_code == 201
    assert [row["session"] for row in made.json()["bookings"]] == [one.pk, two.pk]
    assert Booking.objects.filter(bundle=made.json()["bundle"]).count() == 2


def test_cancelling_and_moving_keep_the_notice_period(cast):
    item = ItemFactory(notice_hours=4)
    soon, later = cast.session(item=item, hours=3), cast.session(item=item, hours=30)
    booking = make_booking(soon, by=cast.us, enterprise=cast.ours)
    us = cast.api(cast.us)
    late = move(us, booking.number, "cancel")
    assert codes(late) == ["move_closed"]
    assert late.json()["open_moves"] == []
    assert codes(move(us, booking.number, "reschedule", session=later.pk)) == ["move_closed"]
    assert move(cast.api(cast.clerk), booking.number, "cancel", reason="企业来电").status_code == 200


def test_a_move_to_a_full_session_keeps_the_old_one(cast):
    old, full, free = cast.session(), cast.session(hours=26, capacity=1), cast.session(hours=28)
    make_booking(full, by=cast.them, enterprise=cast.theirs)
    booking = make_booking(old, by=cast.us, enterprise=cast.ours)
    us = cast.api(cast.us)
    refused = move(us, booking.number, "reschedule", session=full.pk)
    assert codes(refused) == ["session_full"]
    assert refused.json()["alternatives"][0]["id"] == free.pk
    assert us.get(f"/api/v1/bookings/{booking.number}").json()["session"] == old.pk

    moved = move(us, booking.number, "reschedule", session=free.pk).json()
    assert (moved["number"], moved["check_in_code"]) == (booking.number, booking.check_in_code)
    old.refresh_from_db()
    free.refresh_from_db()
    assert (old.booked, free.booked) == (0, 1)


def test_the_calendar_file_keeps_its_uid_and_counts_on(cast):
    booking = make_booking(cast.session(), by=cast.us, enterprise=cast.ours)
    us, address = cast.api(cast.us), f"/api/v1/bookings/{booking.number}/calendar.ics"

    def event():
        answer = us.get(address, HTTP_ACCEPT="text/calendar")
        assert answer["Content-Type"].startswith("text/calendar")
        calendar = Calendar.from_ical(answer.content)
        found = calendar.walk("VEVENT")[0]
        return str(calendar["METHOD"]), str(found["UID"]), int(found["SEQUENCE"]), str(found["STATUS"])

    first = event()
    move(us, booking.number, "reschedule", session=cast.session(hours=50).pk)
    second = event()
    move(us, booking.number, "cancel")
    third = event()
    assert first[1] == second[1] == third[1]
    assert [first[2], second[2], third[2]] == [0, 1, 2]
    assert (first[0], third[0], third[3]) == ("PUBLISH", "CANCEL", "CANCELLED")


def test_the_check_in_code_is_for_the_enterprise_and_the_desk(cast):
    booking = make_booking(cast.session(), by=cast.us, enterprise=cast.ours)
    for user, shown in ((cast.us, True), (cast.clerk, True), (cast.leader, False)):
        browser = Client()
        browser.force_login(user)
        answers = [
            cast.api(user).get(f"/api/v1/bookings/{booking.number}/calendar.ics"),
            browser.get(f"/bookings/{booking.number}/calendar.ics"),
            browser.get(f"/bookings/{booking.number}/done/", follow=True),
        ]
        assert [booking.check_in_code in answer.content.decode() for answer in answers] == [shown] * 3


def test_a_filter_that_nobody_can_read_is_400(cast):
    for query in ("bookings?status=%00", "bookings?station=%E2%80%8B", "sessions?from=%00", "service-items?group=x",
                  "service-stations?open=yes"):  # fmt: skip
        assert cast.api(cast.bureau).get(f"/api/v1/{query}").status_code == 400, query


def test_sessions_are_listed_made_changed_and_removed(cast):
    clerk = cast.api(cast.clerk)
    start = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    body = {
        "station": cast.station.code,
        "item": cast.item.code,
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=30)).isoformat(),
        "capacity": 3,
    }
    made = clerk.post("/api/v1/sessions", body)
    assert made.status_code == 201
    assert set(made.json()) >= {
        "id", "station", "item", "institution", "starts_at", "ends_at", "capacity", "booked", "waiting"
    }  # fmt: skip
    pk = made.json()["id"]
    assert codes(clerk.post("/api/v1/sessions", body)) == ["session_exists"]
    assert clerk.post("/api/v1/sessions", body | {"station": cast.nearby.code}).status_code == 403
    assert cast.api(cast.us).post("/api/v1/sessions", body).status_code == 403

    day = timezone.localtime(start).date()
    found = cast.api(cast.us).get(
        f"/api/v1/sessions?station={cast.station.code}&item={cast.item.code}&from={day}&to={day}&free=1&count=1"
    )
    assert [row["id"] for row in found.json()["results"]] == [pk]
    assert found.json()["count"] == 1
    assert clerk.get("/api/v1/sessions?station=none").status_code == 400
    assert clerk.get("/api/v1/sessions?from=yesterday").status_code == 400

    booking = make_booking(ServiceSession.objects.get(pk=pk), by=cast.us, enterprise=cast.ours)
    make_booking(ServiceSession.objects.get(pk=pk), by=cast.them, enterprise=cast.theirs)
    low = clerk.patch(f"/api/v1/sessions/{pk}", {"version": 1, "capacity": 1})
    assert codes(low) == ["capacity_below_booked"]
    assert booking.number in [row["number"] for row in low.json()["current"]["bookings"]]
    assert clerk.patch(f"/api/v1/sessions/{pk}", {"version": 1, "capacity": 5}).json()["capacity"] == 5
    assert clerk.patch(f"/api/v1/sessions/{pk}", {"version": 1, "capacity": 6}).status_code == 409
    assert codes(clerk.delete(f"/api/v1/sessions/{pk}")) == ["session_booked"]
    assert clerk.delete(f"/api/v1/sessions/{cast.session(hours=70).pk}").status_code == 204


def test_a_weekly_pattern_makes_its_sessions_ahead(cast):
    body = {
        "station": cast.station.code, "item": cast.item.code, "capacity": 2,
        "weekday": 2, "starts_at": "09:00", "ends_at": "09:30",
    }  # fmt: skip
    beyond = body | {"valid_from": "9999-12-31"}
    assert cast.api(cast.clerk).post("/api/v1/sessions", beyond).status_code == 400
    made = cast.api(cast.clerk).post("/api/v1/sessions", body)
    assert made.status_code == 201
    rows = ServiceSession.objects.filter(pattern=made.json()["pattern"])
    assert made.json()["made"] == rows.count() > 8
    assert {timezone.localtime(row.starts_at).weekday() for row in rows} <= {2, 5, 6}


def test_personal_values_are_masked_and_hidden_from_leaders(cast):
    booking = make_booking(cast.session(), by=cast.us, enterprise=cast.ours)
    row = cast.api(cast.clerk).get("/api/v1/bookings").json()["results"][0]
    assert (row["contact_name"], row["contact_phone"]) == ("测****", "138****0000")
    assert "contact_name" not in cast.api(cast.leader).get("/api/v1/bookings").json()["results"][0]
    address = f"/api/v1/bookings/{booking.number}/personal"
    asked = {"field": "contact_phone", "reason": "通知改期"}
    assert cast.api(cast.clerk).post(address, asked).json()["value"] == "13800000000"
    assert cast.api(cast.leader).post(address, asked).status_code == 403


def test_an_item_with_conditions_refuses_who_does_not_meet_them(cast):
    item = ItemFactory(eligibility={"kind": ["self_employed"]}, eligibility_version=3)
    session = cast.session(item=item)
    refused = ask(cast.api(cast.us), session)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "enterprise"
    cast.ours.kind = "self_employed"
    cast.ours.save()
    assert ask(cast.api(cast.us), session).status_code == 201
    assert Booking.objects.get().eligibility_version == 3
