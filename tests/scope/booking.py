"""Routes of booking: what an enterprise books, and the desk of a station."""

from collections.abc import Callable

from enterprises.registry.models import Enterprise
from portal.territory.models import Town
from services.booking.models import Booking
from tests.factories.booking import (
    ClosureFactory,
    PatternFactory,
    SessionFactory,
    StationFactory,
    make_booking,
    make_follow_up,
)

from .world import EVERYBODY, OVERSEERS, RECORDERS, STAFF, Route, Verbs, of_each

DESK = STAFF | {"institution"}
FIGURE_READERS = OVERSEERS | {"institution"}


def of_booking(verbs: Verbs, body: dict | None = None, **more: str) -> Route:
    """A route that names a booking of the station's town, of another town, of another district."""
    return of_each(
        verbs, lambda enterprise: {"number": booking_of(enterprise).number, **more}, body=body or {}
    )


def booking_of(enterprise: Enterprise) -> Booking:
    """The enterprise's booking at a station of its town, made when it is first asked for."""
    known = enterprise.bookings.first()
    return known or make_booking(
        SessionFactory(station=StationFactory(town=enterprise.town), hours=72), enterprise=enterprise
    )


def of_session(verbs: Verbs) -> Route:
    return Route(
        verbs,
        own=lambda world: {"pk": SessionFactory(station=StationFactory(town=world.here)).pk},
        body={"version": 1},
    )


def of_desk(verbs: Verbs, row: Callable[[Town], dict], body: dict | None = None) -> Route:
    """A route that names a row of the desk of the station's town, of another town, of another district."""
    return of_each(verbs, lambda enterprise: row(enterprise.town), body=body or {})


def desk_session(town: Town) -> dict:
    return {"pk": SessionFactory(station=StationFactory(town=town)).pk}


def desk_pattern(town: Town) -> dict:
    return {"pk": PatternFactory(station=StationFactory(town=town)).pk}


def desk_closure(town: Town) -> dict:
    return {"pk": ClosureFactory(station=StationFactory(town=town)).pk}


def desk_follow_up(town: Town) -> dict:
    booking = make_booking(SessionFactory(station=StationFactory(town=town)))
    return {"number": make_follow_up(booking).booking.number}


ROUTES: dict[str, Route] = {
    # sessions are public, a booking is seen by its station, its enterprise and the district
    "session-comparison": Route({"get": FIGURE_READERS}),
    "booking-rows": Route({"get": FIGURE_READERS}),
    "session-rows": Route({"get": FIGURE_READERS}),
    "booking-list": Route({"get": EVERYBODY}),
    "booking-start": Route({"get": EVERYBODY}),
    "booking-form": Route({"get": RECORDERS, "post": RECORDERS}),
    "booking-page": of_booking({"get": EVERYBODY}),
    "booking-done": of_booking({"get": EVERYBODY}),
    "booking-ics": of_booking({"get": EVERYBODY}),
    "booking-personal": of_booking({"post": RECORDERS}, {"field": "contact_phone", "reason": "核对来访"}),
    "booking-reschedule": of_booking({"get": RECORDERS, "post": RECORDERS}),
    "booking-do": of_booking({"post": RECORDERS}, move="cancel"),
    "desk": Route({"get": DESK}),
    "desk-check-in": Route({"post": DESK}, body={"code": "123456"}),
    "desk-call-next": Route({"post": DESK}),
    "desk-move": of_booking({"post": DESK}, {"move": "confirm"}),
    "desk-week": Route({"get": DESK}),
    "desk-session-create": Route({"get": STAFF, "post": STAFF}),
    "desk-session": of_desk({"get": DESK}, desk_session),
    "desk-session-capacity": of_desk({"post": STAFF}, desk_session),
    "desk-session-delete": of_desk({"post": STAFF}, desk_session),
    "desk-book": of_desk({"get": STAFF}, desk_session),
    "desk-walk-in": of_desk({"get": STAFF, "post": STAFF}, desk_session),
    "desk-patterns": Route({"get": STAFF}),
    "desk-pattern-create": Route({"get": STAFF, "post": STAFF}),
    "desk-pattern-end": of_desk({"post": STAFF}, desk_pattern, {"version": 1}),
    "desk-closures": Route({"get": DESK}),
    "desk-closure-create": Route({"get": DESK, "post": DESK}),
    "desk-closure": of_desk({"get": DESK}, desk_closure),
    "desk-closure-reopen": of_desk({"post": DESK}, desk_closure),
    "desk-follow-ups": Route({"get": DESK}),
    "desk-follow-up-close": of_desk({"post": DESK}, desk_follow_up, {"outcome": "已电话致歉"}),
    "api:sessions": Route({"get": EVERYBODY, "post": STAFF}),
    "api:session": of_session({"get": EVERYBODY, "patch": STAFF, "delete": STAFF}),
    "api:bookings": Route({"get": EVERYBODY, "post": RECORDERS}),
    "api:booking": of_booking({"get": EVERYBODY}),
    "api:booking-calendar": of_booking({"get": EVERYBODY}),
    "api:booking-personal": of_booking({"post": RECORDERS}),
    "api:booking-move": of_booking({"post": RECORDERS}, move="cancel"),
}
