"""Which place a role holds for. Pure."""

from .scope import Role

# role → the fields of Membership that it needs; every other place field stays empty (district follows town/department).
PLACE_OF_ROLE: dict[str, tuple[str, ...]] = {
    Role.ADMIN: (),
    Role.BUREAU: ("district",),
    Role.LEADER: ("district",),
    Role.STATION: ("town",),
    Role.DEPARTMENT: ("department",),
    Role.INSTITUTION: ("institution",),
    Role.ENTERPRISE: ("enterprise",),
}
PLACE_FIELDS = ("district", "town", "department", "institution", "enterprise")


def place_of(role: str, given: dict) -> tuple[dict, list[str]]:
    """(the places that the role keeps, the names of those that are missing)."""
    needed = PLACE_OF_ROLE[role]
    kept = {name: given[name] for name in needed if given.get(name)}
    missing = [name for name in needed if name not in kept]
    if role in {Role.STATION, Role.DEPARTMENT} and not missing:
        kept["district"] = kept[needed[0]].district
    return kept, missing


def can_manage_users(user) -> bool:
    """Accounts and roles are the administrator's alone."""
    return user.is_authenticated and user.scope.is_admin
