"""Who may do what with sessions and closures; bookings have the table of moves (states.py)."""

from .states import Party, actors, may_ever


def party_of(booking) -> Party:
    """Whose booking it is, from its session, station, institution and enterprise."""
    session = booking.session
    return Party(
        district_id=booking.district_id,
        town_id=session.station.town_id,
        uscc=booking.enterprise.uscc,
        institution=session.institution.code if session.institution else "",
    )


def can_act(user, booking) -> bool:
    """Whether somebody has anything to do with the booking; a leader only reads."""
    return bool(actors(user.scope, party_of(booking)))


def can_move(user, booking, move: str) -> bool:
    """Whether somebody may make the move in some state of this booking."""
    return may_ever(move, actors(user.scope, party_of(booking)))


def can_manage_station(user, station) -> bool:
    """The station's own people, the bureau and the administrator: sessions, patterns, closures, the desk."""
    return user.scope.manages_town(station.town_id, station.district_id)


def can_write_sessions(user) -> bool:
    """Roles that write sessions of some station at all."""
    return user.scope.is_staff


def can_close_institution(user, institution) -> bool:
    """The institution itself and the bureau say when it does not serve."""
    scope = user.scope
    return (
        scope.is_admin or institution.district_id in scope.managed or institution.code in scope.institutions
    )


def can_book(user) -> bool:
    """Roles that book at all: an enterprise for itself, staff on its behalf."""
    return user.scope.is_staff or bool(user.scope.enterprises)


def can_see_figures(user) -> bool:
    """Stations side by side with the rows behind: the bureau, leaders, and a station or institution its own."""
    scope = user.scope
    return scope.is_staff or bool(scope.districts or scope.institutions)
