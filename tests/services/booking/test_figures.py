"""Booking's figures: whatever people do, a drain afterwards leaves no cell that differs from a fresh count."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import time_machine
from django.utils import timezone

from enterprises.registry.actions import leave_chain, place_on_chain
from enterprises.registry.models import Enterprise
from portal.kit.problems import Conflict, Invalid
from portal.metrics.actions import check_all, counting, drain, recount_all, running
from portal.metrics.actions.dirty import promised, promised_of, spread_keys
from portal.metrics.models import MetricDirty
from portal.metrics.places import area_of
from portal.metrics.queries import figures
from portal.metrics.queries.rows import rows_behind
from portal.metrics.registry import codes_behind, metric_of
from services.booking import actions, messages
from services.booking.models import Booking, Closure, PendingMessage, ServiceSession, WaitingOffer
from services.booking.queries.comparison import Period, comparison
from services.stations.actions import add_member, update_item, update_member
from tests.cells import fresh_counts
from tests.factories.accounts import make_user
from tests.factories.booking import ItemFactory, StationFactory
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import TownFactory

CODES = sorted({*codes_behind("booking"), *codes_behind("session")})
FIGURES = [metric_of(code) for code in CODES]
MINUTE, HOUR, DAY = (datetime.timedelta(**{name: 1}) for name in ("minutes", "hours", "days"))
MOST_ROUNDS = 12


@dataclass
class Street:
    """Two stations and what happens there; each step returns whether there was something to do."""

    cast: object
    clock: time_machine.Traveller
    chance: random.Random
    done: set[str] = field(default_factory=set)

    def __post_init__(self):
        cast = self.cast
        self.chains = [ChainFactory(district=cast.district) for _ in range(2)]
        self.items = [cast.item, ItemFactory(with_confirmation=True)]
        self.firms = [cast.ours, cast.theirs, *(EnterpriseFactory(town=cast.here) for _ in range(3))]
        for hours in (5, 26, 50):
            for item, station in zip(self.items, (cast.station, cast.nearby), strict=True):
                cast.session(hours=hours, item=item, station=station, capacity=1)

    def steps(self) -> Iterator[str]:
        """Every step in some order, and again those for which there was nothing to do."""
        for _round in range(MOST_ROUNDS):
            yield from self.chance.sample(
                missing := [name for name in STEPS if name not in self.done], len(missing)
            )

    def firm(self) -> Enterprise:
        return self.chance.choice(self.firms)

    def one(self, **having) -> Booking | None:
        rows = list(Booking.objects.filter(**having).order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def ahead(self, **having) -> list[ServiceSession]:
        rows = ServiceSession.objects.filter(starts_at__gt=timezone.now(), closed_at=None, **having)
        return sorted(rows, key=lambda row: (row.starts_at, row.pk))

    def soon(self, minutes: int = 10, **more) -> ServiceSession:
        begins = timezone.now() + minutes * MINUTE
        given = {"station": self.chance.choice([self.cast.station, self.cast.nearby]), "item": self.cast.item}
        return actions.create_session(
            by=self.cast.bureau, starts_at=begins, ends_at=begins + 30 * MINUTE, **{"capacity": 3, **given, **more}
        )  # fmt: skip

    def book(self, *sessions: ServiceSession, join=False, firm=None) -> bool:
        chosen = sessions or [self.chance.choice(self.ahead())]
        made = actions.book(
            by=self.cast.bureau, sessions=[row.pk for row in chosen], enterprise=firm or self.firm(),
            subject="量具校准咨询", join_waiting_list=join,
        )  # fmt: skip
        return bool(made)

    def bundle(self) -> bool:
        first, *_others, last = self.ahead()
        return first.ends_at <= last.starts_at and self.book(first, last)

    def wait(self) -> bool:
        full = [row for row in self.ahead() if row.booked >= row.capacity]
        return bool(full) and self.book(self.chance.choice(full), join=True)

    def walk_in(self) -> bool:
        session = self.soon()
        self.clock.shift(12 * MINUTE)
        actions.walk_in(by=self.cast.bureau, session=session.pk, enterprise=self.firm())
        return True

    def move(self, name: str, status: str, **more) -> bool:
        booking = self.one(status=status)
        if booking is not None:
            getattr(actions, name)(booking=booking, by=self.cast.bureau, **more)
        return booking is not None

    def confirm(self) -> bool:
        self.book(self.soon(item=self.items[1]))
        return self.move("confirm", "pending")

    def decline(self) -> bool:
        self.book(self.soon(item=self.items[1]))
        return self.move("decline", "pending", reason="材料不全")

    def cancel(self) -> bool:
        return self.move("cancel", self.chance.choice(["confirmed", "pending", "waiting"]))

    def check_in(self) -> bool:
        self.book(self.soon())
        booking = Booking.objects.latest("pk")
        actions.check_in(booking=booking, by=self.cast.bureau, code=None)
        return True

    def start(self) -> bool:
        return self.move("start", "checked_in")

    def complete(self) -> bool:
        return self.move("complete", "in_service", result="已当场答复。")

    def rate(self) -> bool:
        self.check_in()
        self.move("complete", "checked_in", result="已当场答复。")
        booking = self.one(status="completed")
        user = make_user("enterprise", enterprise=booking.enterprise, district=self.cast.district)
        actions.rate(booking=booking, by=user, score=self.chance.randint(1, 5))
        return True

    def no_show(self) -> bool:
        self.book(self.soon())
        self.clock.shift(26 * MINUTE)
        return actions.mark_no_shows() > 0

    def undo_no_show(self) -> bool:
        return self.move("undo_no_show", "no_show")

    def close_past(self) -> bool:
        self.book(self.soon(item=self.items[1]))
        self.clock.shift(HOUR)
        return actions.close_past() > 0

    def reschedule(self) -> bool:
        free = [row for row in self.ahead() if row.booked < row.capacity]
        return bool(free) and self.move("reschedule", "confirmed", session=self.chance.choice(free).pk)

    def offered(self) -> WaitingOffer:
        """Somebody gave up the only place, and it is offered to who waited."""
        session = self.soon(minutes=200, capacity=1)
        first, second = self.chance.sample(self.firms, 2)
        self.book(session, firm=first)
        self.book(session, firm=second, join=True)
        actions.cancel(booking=session.bookings.get(enterprise=first), by=self.cast.bureau)
        return session.offers.get()

    def accept(self) -> bool:
        actions.answer_offer(booking=self.offered().booking, by=self.cast.bureau, accept=True)
        return True

    def refuse(self) -> bool:
        actions.answer_offer(booking=self.offered().booking, by=self.cast.bureau, accept=False)
        return True

    def lapse(self) -> bool:
        return actions.lapse_offers(now=self.offered().expires_at) > 0

    def pattern(self) -> bool:
        day = timezone.localdate() + 7 * DAY
        pattern, made = actions.create_pattern(
            by=self.cast.bureau, station=self.cast.station, item=self.cast.item, weekday=day.weekday(),
            starts_at=datetime.time(9), ends_at=datetime.time(9, 30), capacity=2,
        )  # fmt: skip
        self.pattern_made = pattern
        return made > 0

    def end_pattern(self) -> bool:
        pattern = self.__dict__.pop("pattern_made", None)
        return pattern is not None and bool(
            actions.end_pattern(
                pattern=pattern, by=self.cast.bureau, last_day=timezone.localdate(), version=pattern.version
            )
        )

    def more_places(self) -> bool:
        session = self.chance.choice(sorted(self.ahead(), key=lambda row: -row.waiting)[:2])
        actions.change_capacity(
            session=session, by=self.cast.bureau, capacity=session.capacity + 1, version=session.version
        )
        return True

    def delete(self) -> bool:
        session = ServiceSession.objects.filter(bookings=None, closed_at=None).first()
        if session is None:
            return False
        actions.delete_session(session=session, by=self.cast.bureau)
        return True

    def close_days(self) -> bool:
        session = self.soon(station=self.cast.station)
        self.book(session)
        _closure, hits = actions.close_days(
            by=self.cast.bureau, station=self.cast.station, starts_at=session.starts_at - MINUTE,
            ends_at=session.starts_at + 20 * HOUR, reason="设备检修",
        )  # fmt: skip
        return bool(hits)

    def reopen(self) -> bool:
        closure = Closure.objects.filter(cancelled_at=None).first()
        return closure is not None and actions.reopen(closure=closure, by=self.cast.bureau) > 0

    def take_place(self) -> bool:
        booking = self.one()
        day = timezone.localdate(booking.created_at)
        place_on_chain(
            enterprise=booking.enterprise,
            by=self.cast.bureau,
            chain=self.chance.choice(self.chains),
            started_on=day,
        )
        return True

    def leave_place(self) -> bool:
        booking = self.one(
            enterprise__memberships__ended_on__isnull=True, enterprise__memberships__isnull=False
        )
        if booking is not None:
            place = booking.enterprise.memberships.filter(ended_on=None).first()
            leave_chain(
                enterprise=booking.enterprise,
                by=self.cast.bureau,
                chain=place.chain,
                ended_on=place.started_on,
            )
        return booking is not None


STEPS = (
    "book", "bundle", "wait", "walk_in", "confirm", "decline", "cancel", "check_in", "start", "complete", "rate",
    "no_show", "undo_no_show", "close_past", "reschedule", "accept", "refuse", "lapse", "pattern", "end_pattern",
    "more_places", "delete", "close_days", "reopen", "take_place", "leave_place",
)  # fmt: skip
SHOWN = {  # the comparison's counts → figures
    "capacity": ["session_places"], "booked": ["session_places_taken"], "bookings": ["bookings_of_day"],
    "served": ["bookings_to_rate", "bookings_rated"], "no_shows": ["bookings_no_show"],
    "cancelled": ["bookings_cancelled"], "declined": ["bookings_declined"], "waiting": ["bookings_waiting"],
    "rated": ["booking_ratings"], "scores": ["booking_scores"], "lead_count": ["bookings_ahead"],
    "lead_hours": ["booking_lead_hours"],
}  # fmt: skip


@pytest.fixture
def street(cast, monkeypatch) -> Iterator[Street]:
    """A Monday morning with bookings and sessions counted once; a bureau clerk does what people and time do.

    The other figures have no part in it.
    """
    monkeypatch.setattr(running, "counted", lambda: FIGURES)
    monday = timezone.localtime() + (7 - timezone.localdate().weekday()) * DAY
    with time_machine.travel(monday.replace(hour=9, minute=0, second=0, microsecond=0)) as clock:
        street = Street(cast, clock, random.Random(11))
        recount_all()
        with fresh_counts(FIGURES) as street.compared:
            yield street
            assert street.compared.is_said_today()


def test_no_step_leaves_a_cell_behind(street):
    moved: set[str] = set()
    for number, name in enumerate(street.steps()):
        walk(street, name)
        if number % 2:
            actions.hand_on_messages()
        moved |= marked()
        drain()
        assert not street.compared.differing(), name
        if actions.hand_on_messages():  # so that the next step's own keys are all there are
            drain()
    assert street.done == set(STEPS)
    assert moved >= set(CODES)
    it_agrees_with_the_comparison_and_its_rows(street)


def test_a_sale_counts_before_and_after_its_message_is_handed_over(street, monkeypatch):
    """A sale writes no keys: its message promises them until it goes, and leaves them when it goes."""
    session = street.soon(minutes=200, capacity=1)
    drain()
    street.book(session, firm=street.firms[0])
    street.book(session, firm=street.firms[1], join=True)
    assert not MetricDirty.objects.exists()
    assert all(promised_of(code) for code, _day in promised()), (
        "only for the figures it names is a promise read"
    )
    assert marked() >= {"bookings_made", "bookings_confirmed", "bookings_waiting", "session_places_taken"}
    assert not check_all()[0], "what is promised is no difference"
    assert recount_all(only=[metric_of("bookings_made")]).differences == 0
    drain()
    assert not street.compared.differing()

    first = session.bookings.get(enterprise=street.firms[0])
    street.book(other := street.soon(minutes=3000), firm=street.firms[2])
    with monkeypatch.context() as patch:
        patch.setattr(messages, "notify", interrupted)
        with pytest.raises(InterruptedError):
            actions.hand_on_messages()
    assert PendingMessage.objects.count() == 3
    drain()
    assert not street.compared.differing(), "a hand-over that failed takes no promise along"

    late = street.soon(minutes=4500)
    street.book(late, firm=street.firms[3])
    sold = late.bookings.get()
    actions.reschedule(booking=sold, by=street.cast.bureau, session=other.pk)  # before anybody was told
    # whose place is not given back, but offered to the next in line
    actions.reschedule(booking=first, by=street.cast.bureau, session=late.pk)
    assert actions.hand_on_messages() == 4
    assert MetricDirty.objects.filter(metric="bookings_made").exists()
    drain()
    assert not street.compared.differing()
    assert not MetricDirty.objects.exists()


def test_items_and_teams_are_counted_by_their_keys(cast):
    """An item counts once in each district that offers it, and its rows say where."""
    codes, admin, today = ["service_items", "station_members"], make_user("admin"), timezone.localdate()
    far = StationFactory(town=TownFactory(), open_on_weekdays=True)

    def offer(station, hour) -> None:
        actions.create_pattern(
            by=admin, station=station, item=cast.item, weekday=0, starts_at=datetime.time(hour),
            ends_at=datetime.time(hour, 30), capacity=2,
        )  # fmt: skip

    def settled() -> list[int]:
        spread_keys()
        for code in codes:
            counting.drain_metric(metric_of(code), wait=True)
            assert not counting.check_metric(metric_of(code))
        found = figures(codes, area=area_of(admin))
        for code in codes:
            assert rows_behind(metric_of(code), admin, area=area_of(admin)).sum == found[code].value, code
        return [int(found[code].value) for code in codes]

    assert settled() == [0, 0]
    offer(cast.station, 9)
    offer(cast.station, 10)
    member = add_member(station=cast.station, code="M-1", by=cast.bureau, role="market_officer", name="某某")
    assert settled() == [1, 1]
    offer(far, 9)
    update_member(member=member, by=cast.bureau, version=member.version, changes={"ended_on": today})
    assert settled() == [2, 0]
    update_item(item=cast.item, by=cast.bureau, version=cast.item.version, changes={"closed_on": today})
    assert settled() == [0, 0]


def marked() -> set[str]:
    """The figures that keys name or messages promise."""
    named = set(MetricDirty.objects.values_list("metric", flat=True))
    return {code for key in named for code in codes_behind(key)} | {code for code, _day in promised()}


def interrupted(**_what) -> None:
    raise InterruptedError


def it_agrees_with_the_comparison_and_its_rows(street: Street) -> None:
    """Each figure is what the comparison of stations and of chains shows for the same days, and the sum of its rows."""
    user, first = street.cast.bureau, timezone.localdate() - 60 * DAY
    last = first + 120 * DAY
    period = Period(first, last)
    for chain in ("", *(chain.code for chain in street.chains)):
        area = area_of(user, chain=chain)
        codes = [
            code for code in CODES if not (chain and code.startswith("session"))
        ]  # a session is on no chain
        found = figures(codes, area=area, day=last, period="all")
        for code in codes:
            assert rows_behind(metric_of(code), user, area=area, last=last).sum == found[code].value, code
        lines = comparison(user, period, by="chain" if chain else "station")
        counts = [row.counts for row in lines if chain in ("", row.code)]
        for name, alike in SHOWN.items():
            if set(alike) <= set(codes):
                value = float(sum(found[code].value for code in alike))
                assert value == pytest.approx(sum(getattr(one, name) for one in counts), abs=0.5), alike


def walk(street: Street, name: str) -> None:
    """Takes the step if there is something to do; a refusal (full, closed, booked already) is part of life."""
    try:
        if getattr(street, name)():
            street.done.add(name)
    except (Conflict, Invalid):
        pass
