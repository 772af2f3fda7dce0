"""Who did something, as somebody else reads it: staff read the person, everybody else the unit or side."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Membership, User
from .scope import Role

UNITS = {
    Role.BUREAU: gettext_lazy("区局"),
    Role.INSTITUTION: gettext_lazy("技术机构"),
    Role.ENTERPRISE: gettext_lazy("企业"),
}


def sides_of(
    users: Iterable[int | None], side: Callable[[Membership], str], *, otherwise: str
) -> dict[int, str]:
    """For each of these users the first side that `side` finds among its roles, an enterprise's first, else `otherwise`.
    One query, none without users."""
    ids = {pk for pk in users if pk is not None}
    found: dict[int, str] = {}
    if ids:
        rows = Membership.objects.filter(user__in=ids).select_related("department", "town").order_by("pk")
        for row in sorted(rows, key=lambda row: not row.enterprise):
            if row.user_id not in found and (name := side(row)):
                found[row.user_id] = name
    return {pk: found.get(pk, otherwise) for pk in ids}


def names_for(
    reader: User, people: Iterable[User | None], *, names: bool | None = None
) -> Callable[[User | None], str]:
    """How `reader` reads each of these people: staff, or who handles the matter (`names`), by name; everybody else by
    unit, oneself by name. One query for all of them, none for who reads names."""
    if reader.scope.is_staff if names is None else names:
        return lambda person: str(person) if person else ""
    others = {person.pk for person in people if person and person.pk != reader.pk}
    sides = sides_of(others, unit_of, otherwise=_("工作人员"))
    return lambda person: (sides.get(person.pk) or str(person)) if person else ""


def unit_of(membership: Membership) -> str:
    """The unit for which somebody acts."""
    if membership.department:
        return membership.department.name
    if membership.town:
        return _("%(town)s指导站") % {"town": membership.town.short_name}
    return str(UNITS.get(membership.role, ""))
