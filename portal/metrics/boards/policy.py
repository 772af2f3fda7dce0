"""Who sets boards up and who reads them."""

from portal.accounts.models import User
from portal.accounts.scope import Role

READERS = frozenset({Role.ADMIN, Role.BUREAU, Role.LEADER, Role.STATION})
WRITERS = frozenset({Role.ADMIN, Role.BUREAU})


def can_read(user: User) -> bool:
    """The bureau, leaders and stations."""
    return bool(user.scope.roles & READERS)


def can_change(user: User, district_id: int | None = None) -> bool:
    """The bureau sets up the boards of its district."""
    scope = user.scope
    return scope.is_admin or (bool(scope.managed) if district_id is None else district_id in scope.managed)
