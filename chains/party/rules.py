"""Who may keep organisations, who reads the secretary's name, and how a way of setting up is spelt. Pure."""

import re
import unicodedata

BRACKETED = re.compile(r"\([^()]*\)")


def can_manage_reference(user) -> bool:
    """Kinds and establishment modes are kept by the bureau and the administrator."""
    return user.scope.is_bureau


def can_manage_organizations(user, district_id: int) -> bool:
    """Organisations are registered and corrected by the bureau of the district and the administrator."""
    return user.scope.is_admin or district_id in user.scope.managed


def can_see_secretary(user, *, town_id: int | None, district_id: int) -> bool:
    """The secretary's name and phone: whoever manages the district or the organisation's town; never a leader."""
    scope = user.scope
    return scope.is_admin or district_id in scope.managed or (town_id is not None and town_id in scope.towns)


def spellings(name: str) -> set[str]:
    """Every spelling that means this kind or mode: as written, with half-width brackets, and without brackets.

    龙头组建（点） is also 龙头组建(点) and 龙头组建. The enterprise sheet accepts all three.
    """
    folded = unicodedata.normalize("NFKC", name).replace(" ", "")
    return {name, folded, BRACKETED.sub("", folded)}
