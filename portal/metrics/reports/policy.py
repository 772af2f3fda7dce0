"""Who issues bulletins and who reads them."""

from portal.accounts.models import User
from portal.accounts.scope import Role

READERS = frozenset({Role.ADMIN, Role.BUREAU, Role.LEADER})
ISSUERS = frozenset({Role.ADMIN, Role.BUREAU})


def can_read(user: User) -> bool:
    """The bureau and the leaders of the district."""
    return bool(user.scope.roles & READERS)


def can_issue(user: User, district_id: int | None = None) -> bool:
    """The bureau issues the bulletins of its own district."""
    scope = user.scope
    return scope.is_admin or (bool(scope.managed) if district_id is None else district_id in scope.managed)
