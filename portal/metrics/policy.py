"""Who sees figures: staff and leaders; targets are set by the bureau. Everybody else has an own page or none."""

from portal.accounts.models import User
from portal.accounts.scope import Role

READERS = frozenset({Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER})
TARGET_SETTERS = frozenset({Role.ADMIN, Role.BUREAU})


def can_read(user: User) -> bool:
    """The bureau and leaders see the district's figures, a station those of its towns."""
    return bool(user.scope.roles & READERS)


def sees_whole_district(user: User) -> bool:
    """Whether figures without towns are shown, too."""
    return user.scope.is_admin or bool(user.scope.districts)


def can_set_targets(user: User, district_id: int) -> bool:
    """The bureau sets its district's targets."""
    return user.scope.is_admin or district_id in user.scope.managed
