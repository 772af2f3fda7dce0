"""The desk, the waiting list, closures, patterns and what time does by itself, as people notice them."""

import datetime
from datetime import timedelta

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Invalid
from portal.territory.models import CalendarDay
from services.booking import actions
from services.booking.models import Booking, BookingStep, ServiceSession, WaitingOffer
from services.booking.queries.board import board, display, week
from services.booking.queries.comparison import Period, comparison, total
from services.booking.queries.times import explain_day, free_times
from services.booking.rules.calendar import Reason
from services.stations.models import MemberLeave, StationMember
from tests.factories.accounts import make_user
from tests.factories.booking import (
    InstitutionFactory,
    ItemFactory,
    PatternFactory,
    SessionFactory,
    make_booking,
)
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory

MINUTE = timedelta(minutes=1)


def fresh(booking: Booking) -> Booking:
    return Booking.objects.get(pk=booking.pk)


# -- the waiting list -----------------------------------------------------------------------------------------------


def test_an_offer_that_lapses_goes_to_the_next_in_line(cast):
    session = cast.session(capacity=1, hours=48)
    first = make_booking(session)
    second = make_booking(session, join_waiting_list=True)
    third = make_booking(session, join_waiting_list=True)
    actions.cancel(booking=first, by=cast.clerk)
    assert WaitingOffer.objects.get(state="open").booking == second

    with time_machine.travel(timezone.now() + timedelta(minutes=121)):
        assert actions.lapse_offers() == 1
        assert actions.lapse_offers() == 0
        assert fresh(second).status == "cancelled"
        assert WaitingOffer.objects.get(state="open").booking == third
        with pytest.raises(Conflict):
            actions.answer_offer(booking=second, by=cast.clerk, accept=True)
        assert actions.answer_offer(booking=third, by=cast.clerk, accept=True).status == "confirmed"
    session.refresh_from_db()
    assert (session.booked, session.waiting) == (1, 0)


def test_who_refuses_an_offer_leaves_the_list(cast):
    session = cast.session(capacity=1)
    first, second = make_booking(session), make_booking(session, join_waiting_list=True)
    actions.cancel(booking=first, by=cast.clerk)
    actions.answer_offer(booking=second, by=cast.clerk, accept=False)
    session.refresh_from_db()
    assert (fresh(second).status, session.booked, session.waiting) == ("cancelled", 0, 0)


def test_more_places_go_to_the_waiting_list_first(cast):
    session = cast.session(capacity=1)
    make_booking(session)
    waiting = [make_booking(session, join_waiting_list=True) for _ in range(3)]
    actions.change_capacity(session=session, by=cast.clerk, capacity=3, version=1)
    assert set(WaitingOffer.objects.filter(state="open").values_list("booking", flat=True)) == {
        waiting[0].pk,
        waiting[1].pk,
    }
    session.refresh_from_db()
    assert (session.booked, session.waiting) == (3, 3)


# -- the desk -------------------------------------------------------------------------------------------------------


def test_the_queue_of_the_desk_and_its_screen(cast):
    now = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    session = cast.session(starts_at=now, capacity=5)
    booked = [make_booking(session) for _ in range(2)]
    with time_machine.travel(now):
        for booking in booked:
            actions.check_in(booking=booking, by=cast.clerk, code=booking.check_in_code)
        walk_in = actions.walk_in(by=cast.clerk, session=session.pk, enterprise=cast.ours)
        assert [row.code for row in display(cast.station)] == ["A001", "A002", "A003"]
        assert actions.call_next(by=cast.clerk, station=cast.station) == booked[0]
        assert display(cast.station)[0].state == "called"
        actions.start(booking=booked[0], by=cast.clerk)
        today = board(cast.station, timezone.localdate(), user=cast.clerk)
        assert [row.pk for row in today.queue] == [booked[1].pk, walk_in.pk]
        assert today.counts == {"in_service": 1, "checked_in": 2}
        with pytest.raises(PermissionDenied):
            actions.call_next(by=cast.us, station=cast.station)
    session.refresh_from_db()
    assert session.booked == 3
    assert sum(day.booked for day in week(cast.station, now.date())) == 3


def test_an_enterprise_checks_itself_in_with_the_code_only(cast):
    session = cast.session(hours=0.25)
    booking = make_booking(session, by=cast.us, enterprise=cast.ours)
    with pytest.raises(Invalid):
        actions.check_in(booking=booking, by=cast.us, code=None)
    assert actions.check_in(booking=booking, by=cast.us, code=booking.check_in_code).status == "checked_in"


def test_a_no_show_and_its_undo(cast):
    session = cast.session(hours=1)
    booking = make_booking(session)
    with pytest.raises(Conflict):
        actions.no_show(booking=booking, by=cast.clerk)
    with time_machine.travel(session.starts_at + 16 * MINUTE):
        assert actions.mark_no_shows() == 1
        assert actions.mark_no_shows() == 0
        assert fresh(booking).status == "no_show"
        assert actions.undo_no_show(booking=booking, by=cast.clerk).status == "checked_in"
        assert actions.mark_no_shows() == 0
    session.refresh_from_db()
    assert session.booked == 1


def test_an_institution_works_its_own_bookings(cast):
    institution = InstitutionFactory(town=cast.here, offering=cast.item)
    user = make_user("institution", institution=institution)
    own = make_booking(cast.session(institution=institution, hours=0.2))
    other = make_booking(cast.session(hours=0.2))
    assert list(Booking.objects.visible_to(user)) == [own]
    actions.check_in(booking=own, by=user, code=None)
    actions.complete(booking=own, by=user, result="检测完成")
    with pytest.raises(PermissionDenied):
        actions.check_in(booking=other, by=user, code=None)


def test_the_timeline_cannot_be_rewritten(cast):
    booking = make_booking(cast.session())
    for change in (lambda rows: rows.update(note="x"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(BookingStep.objects.filter(booking=booking))


def test_a_low_rating_is_followed_up_once(cast):
    booking = make_booking(cast.session(hours=0.2), by=cast.us, enterprise=cast.ours)
    actions.check_in(booking=booking, by=cast.clerk, code=None)
    actions.complete(booking=booking, by=cast.clerk, result="完成")
    actions.rate(booking=booking, by=cast.us, score=1)
    follow_up = fresh(booking).follow_up
    actions.close_follow_up(follow_up=follow_up, by=cast.clerk, outcome="已电话致歉并补办")
    with pytest.raises(Conflict):
        actions.close_follow_up(follow_up=follow_up, by=cast.clerk, outcome="再次回访")


# -- closures -------------------------------------------------------------------------------------------------------


def test_closing_a_day_offers_each_booking_another_place(cast):
    session, other = cast.session(hours=48, capacity=3), cast.session(hours=72, capacity=1)
    hit = [make_booking(session) for _ in range(2)]
    waiting = make_booking(cast.session(hours=49, capacity=1, item=ItemFactory()))
    span = {
        "starts_at": session.starts_at - MINUTE,
        "ends_at": session.starts_at + timedelta(hours=1, minutes=10),
    }
    listed = actions.bookings_hit(station=cast.station, **span)
    assert listed == [*hit, waiting]

    closure, hits = actions.close_days(by=cast.clerk, station=cast.station, reason="设备检修", **span)
    assert [row.booking for row in hits] == listed
    assert [row.alternative for row in hits] == [other, None, None]  # one place was left for the item
    with pytest.raises(Conflict, match="设备检修"):
        make_booking(session)

    moved = actions.answer_offer(booking=hit[0], by=cast.clerk, accept=True)
    assert (moved.session, moved.status, moved.calendar_sequence) == (other, "confirmed", 1)
    session.refresh_from_db()
    other.refresh_from_db()
    assert (session.booked, other.booked) == (1, 1)

    assert actions.reopen(closure=closure, by=cast.clerk) == 2
    assert make_booking(session).status == "confirmed"


def test_only_the_station_closes_the_station(cast):
    span = {"starts_at": timezone.now(), "ends_at": timezone.now() + timedelta(days=1), "reason": "培训"}
    with pytest.raises(PermissionDenied):
        actions.close_days(by=cast.us, station=cast.station, **span)
    with pytest.raises(PermissionDenied):
        actions.close_days(by=cast.clerk, station=cast.nearby, **span)


# -- sessions ahead -------------------------------------------------------------------------------------------------


def monday(weeks: int = 1) -> datetime.date:
    today = timezone.localdate()
    return today + timedelta(days=7 * weeks - today.weekday())


def test_sessions_are_made_once_and_a_removed_one_stays_away(cast):
    pattern = PatternFactory(station=cast.station, item=cast.item)
    made = actions.make_sessions()
    assert made == ServiceSession.objects.filter(pattern=pattern).count() > 8
    assert actions.make_sessions() == 0
    gone = ServiceSession.objects.filter(pattern=pattern).order_by("pk")[2]
    actions.delete_session(session=gone, by=cast.clerk)
    assert actions.make_sessions() == 0
    until = timezone.localdate() + timedelta(days=99)
    assert actions.make_sessions(until=until) == 1


def test_the_calendar_says_why_a_day_has_no_times(cast):
    day = monday(2)
    institution = InstitutionFactory(town=cast.here, offering=cast.item)
    member = StationMember.objects.create(
        station=cast.station, code="m1", role="quality_manager", name="测", phone="13800000000"
    )
    make = {"station": cast.station, "item": cast.item}
    PatternFactory(**make, weekday=0)
    PatternFactory(**make, weekday=1, institution=institution)
    PatternFactory(**make, weekday=2, member=member)
    CalendarDay.objects.create(district=cast.district, day=day, is_working=False, reason="台风停工")
    MemberLeave.objects.create(
        member=member, starts_on=day + timedelta(days=2), ends_on=day + timedelta(days=2)
    )
    actions.make_sessions()
    tuesday = timezone.make_aware(datetime.datetime.combine(day + timedelta(days=1), datetime.time.min))
    span = {"starts_at": tuesday, "ends_at": tuesday + timedelta(days=1), "reason": "计量标准送检"}
    actions.close_days(by=cast.bureau, institution=institution, **span)

    def why(offset: int):
        return explain_day(station=cast.station, item=cast.item, day=day + timedelta(days=offset))

    assert (why(0).reason, why(0).detail) == (Reason.HOLIDAY, "台风停工")
    assert (why(1).reason, why(1).detail) == (Reason.INSTITUTION_CLOSED, "计量标准送检")
    assert why(2).reason == Reason.LEAVE
    assert why(3).reason == Reason.NO_PATTERN
    assert why(5).reason == Reason.WEEKDAY
    assert why(-30).reason == Reason.PAST
    assert why(7) is None
    assert why(7 * 20).reason == Reason.NOT_RELEASED


def test_a_full_station_names_the_nearest_openings(cast, django_assert_max_num_queries):
    full = SessionFactory(station=cast.station, item=cast.item, capacity=1, hours=30)
    make_booking(full)
    later = cast.session(hours=80)
    near = [cast.session(station=cast.nearby, hours=hours) for hours in (31, 32, 33)]
    first = timezone.localdate()
    with django_assert_max_num_queries(8):
        times = free_times(station=cast.station, item=cast.item, first=first, last=first + timedelta(days=92))
    by_day = {row.day: row for row in times.days}
    assert by_day[timezone.localtime(full.starts_at).date()].why.reason in {Reason.FULL, Reason.WEEKDAY}
    assert [row["id"] for row in times.openings] == [later.pk, near[0].pk, near[1].pk]
    assert [row["id"] for row in times.nearby] == [near[0].pk, near[1].pk]


# -- what time does by itself ---------------------------------------------------------------------------------------


def test_reminders_go_once_and_again_after_a_move(cast):
    booking = make_booking(cast.session(hours=30))
    make_booking(cast.session(hours=10))  # booked within the day: has just been told
    assert actions.send_reminders() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=8)):
        assert actions.send_reminders() == 1
        assert actions.send_reminders() == 0
        actions.reschedule(booking=booking, by=cast.clerk, session=cast.session(hours=60).pk)
        assert actions.send_reminders() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=50)):
        assert actions.send_reminders() == 1


def test_what_can_no_longer_happen_ends(cast):
    session = cast.session(capacity=1, item=ItemFactory(with_confirmation=True))
    pending, waiting = make_booking(session), make_booking(session, join_waiting_list=True)
    with time_machine.travel(session.starts_at + MINUTE):
        assert actions.close_past() == 2
        assert actions.close_past() == 0
    assert (fresh(pending).status, fresh(waiting).status) == ("declined", "cancelled")
    session.refresh_from_db()
    assert (session.booked, session.waiting) == (0, 0)


# -- side by side ---------------------------------------------------------------------------------------------------


def test_stations_side_by_side(cast, django_assert_max_num_queries):
    session = cast.session(capacity=4, hours=0.2)
    rated, gone, absent = (
        make_booking(session, by=cast.us, enterprise=cast.ours),
        make_booking(session),
        make_booking(session),
    )
    chain = ChainFactory(district=cast.district)
    ChainMembershipFactory(enterprise=cast.ours, chain=chain)
    actions.cancel(booking=gone, by=cast.clerk)
    actions.check_in(booking=rated, by=cast.clerk, code=None)
    actions.complete(booking=rated, by=cast.clerk, result="完成")
    actions.rate(booking=rated, by=cast.us, score=4)
    with time_machine.travel(session.starts_at + 20 * MINUTE):
        actions.no_show(booking=absent, by=cast.clerk)
    day = timezone.localtime(session.starts_at).date()
    cast.bureau.scope  # noqa: B018
    period = Period(day, day)
    with django_assert_max_num_queries(3):
        lines = comparison(cast.bureau, period)
    line = next(row for row in lines if row.code == cast.station.code)
    assert (line.fill_rate, line.no_show_rate, line.satisfaction) == (0.5, 0.5, 4.0)
    assert (line.counts.bookings, line.counts.cancelled, line.cancel_rate) == (3, 1, 0.3333)
    assert total(cast.bureau, period, lines, by="station").counts.capacity == 4
    by_chain = comparison(cast.leader, period, by="chain")
    assert [(row.code, row.counts.served, row.fill_rate) for row in by_chain] == [(chain.code, 1, None)]
    assert total(cast.leader, period, by_chain, by="chain").counts.bookings == 1
    assert comparison(cast.us, period, by="item")[0].counts.bookings == 1
