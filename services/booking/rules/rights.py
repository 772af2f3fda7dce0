"""Who may do what with sessions and closures; bookings have the table of moves (states.py)."""


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


def can_compare(user) -> bool:
    """All stations side by side: the bureau, and the district's leaders, who only read."""
    return user.scope.is_admin or bool(user.scope.districts)
