"""Locks in one order: the district when the tree changes, then organisation rows by id, then (above) profiles."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Stale
from portal.territory.models import District

from ..models import PartyOrganization
from ..rules import MOVES, can_manage_organizations


def lock_structure(district_id: int) -> None:
    """The tree of the district stands still until the end of the transaction: of A under B and B under A one loses."""
    District.objects.select_for_update(no_key=True).filter(pk=district_id).values_list("pk").get()


def lock_organizations(ids: Iterable[int | None]) -> dict[int, PartyOrganization]:
    """The organisations, locked by id. A survey that names one waits, and then sees whether it has ended."""
    rows = PartyOrganization.objects.select_for_update(of=("self",)).select_related("kind", "town", "area")
    return {row.pk: row for row in rows.filter(pk__in={pk for pk in ids if pk is not None}).order_by("pk")}


def require_right(by, district_id: int) -> None:
    if not can_manage_organizations(by, district_id):
        raise PermissionDenied(_("只有区局工作人员可以维护党组织。"))


def require_move(stored: PartyOrganization, move: str, version: int | None = None) -> None:
    """Raises Conflict when the state does not allow `move` (and says which are open), Stale for an older version."""
    open_moves = MOVES[stored.status]
    if move not in open_moves:
        raise Conflict(ended_sentence(stored), code="ended", open_moves=list(open_moves))
    if version is not None and version != stored.version:
        raise Stale()


def ended_sentence(stored: PartyOrganization) -> str:
    """Why an ended organisation takes no further move."""
    values = {"day": stored.ended_on.isoformat() if stored.ended_on else ""}
    if stored.merged_into_id is not None:
        into = PartyOrganization.objects.only("name").get(pk=stored.merged_into_id)
        return _("该党组织已于 %(day)s 并入“%(into)s”，不能再办理变动。") % {**values, "into": into.name}
    if stored.status == PartyOrganization.Status.MERGED:
        return _("该党组织已于 %(day)s 合并，不能再办理变动。") % values
    return _("该党组织已于 %(day)s 撤销，不能再办理变动。") % values


def parents_above(start: int | None) -> dict[int, int | None]:
    """organisation → parent, from `start` up to the top. The tree is held by `lock_structure`."""
    found: dict[int, int | None] = {}
    while start is not None and start not in found:
        found[start] = PartyOrganization.objects.filter(pk=start).values_list("parent_id", flat=True).first()
        start = found[start]
    return found


def children_of(organization: PartyOrganization) -> set[int]:
    """The ids of the active organisations directly below; the tree is held by `lock_structure`."""
    rows = PartyOrganization.objects.filter(parent=organization.pk, status=PartyOrganization.Status.ACTIVE)
    return set(rows.values_list("pk", flat=True))
