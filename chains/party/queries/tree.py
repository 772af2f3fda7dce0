"""The tree of organisations, one page of one level at a time: a district may have tens of thousands.

The tree is that of the active organisations in the user's scope that pass the filters; whoever's parent is not among
them stands at the top. Figures of a whole branch come from one recursive statement for the page that is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from portal.kit.pagination import Page, paginate

from ..models import PartyOrganization
from ..rules import COMMITTEES
from .organizations import organizations

PAGE_SIZE = 200
FILTERS = ("town", "chain")
ORDER = ("rank", "code")


@dataclass(frozen=True)
class Node:
    """An organisation with its figures: covered enterprises and full members, its own and of the whole branch."""

    organization: PartyOrganization
    children: int = 0
    below: int = 0  # organisations of the branch, without itself
    enterprises: int = 0
    members: int = 0
    branch_enterprises: int = 0
    branch_members: int = 0


def in_tree(user, filters: Mapping[str, str]) -> QuerySet[PartyOrganization]:
    """The organisations of the tree."""
    rows = organizations(user).filter(status=PartyOrganization.Status.ACTIVE)
    for name in FILTERS:
        if code := filters.get(name):
            rows = rows.filter(**{f"{name}__code": code})
    return rows


def level(
    user, filters: Mapping[str, str], *, parent: PartyOrganization | None = None, cursor: str = ""
) -> tuple[Page, list[Node]]:
    """One page of the organisations directly below `parent`, or at the top of the tree."""
    everything = in_tree(user, filters)
    if parent is None:
        above = _keys(everything).filter(pk=OuterRef("parent_id"))
        rows = everything.filter(Q(parent__isnull=True) | ~Exists(above))
    else:
        rows = everything.filter(parent=parent)
    page = paginate(rows.annotate(rank=_rank()), ordering=ORDER, cursor=cursor, page_size=PAGE_SIZE)
    return page, nodes(user, filters, page.rows)


def nodes(user, filters: Mapping[str, str], rows: Sequence[PartyOrganization]) -> list[Node]:
    """The rows with their figures, by one statement."""
    figures = _figures(user, filters, [row.pk for row in rows])
    return [Node(row, *figures.get(row.pk, (0,) * 6)) for row in rows]


def totals(user, filters: Mapping[str, str]) -> dict[str, int]:
    """The whole tree: organisations, covered enterprises, their full members."""
    found = _profiles(user).filter(organization__in=_keys(in_tree(user, filters))).order_by()
    counted = found.aggregate(members=Coalesce(Sum("full_members"), 0))
    return {
        "organizations": _keys(in_tree(user, filters)).count(),
        "enterprises": found.count(),
        "members": counted["members"],
    }


def branch(user, filters: Mapping[str, str], organization: PartyOrganization) -> list[int]:
    """The ids of an organisation and of everybody below it in the tree."""
    try:
        seen, given = _sql(_keys(in_tree(user, filters)).values("pk", "parent_id"))
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{BELOW % seen} SELECT id FROM below", [*given, [organization.pk]])  # noqa: S608
        return [pk for (pk,) in cursor.fetchall()]


def path_to(user, organization: PartyOrganization) -> list[PartyOrganization]:
    """The way from the top to the organisation, without itself, as far as the user sees it."""
    way: list[PartyOrganization] = []
    seen = organizations(user)
    parent = organization.parent_id
    while parent is not None and parent not in {one.pk for one in way}:
        row = seen.filter(pk=parent).first()
        if row is None:
            break
        way.append(row)
        parent = row.parent_id
    return way[::-1]


def _rank() -> Case:
    """Committees lead, then general branches, branches, groups; alliances last."""
    ranks = {
        **dict.fromkeys(COMMITTEES, 0),
        "cluster_general_branch": 1,
        "general_branch": 1,
        "joint_branch": 2,
    }
    ranks |= {"branch": 3, "group": 4}
    cases = [When(kind__code=code, then=Value(rank)) for code, rank in sorted(ranks.items())]
    alliance = When(kind__is_formal=False, then=Value(9))
    return Case(alliance, *cases, default=Value(5), output_field=IntegerField())


def _keys(rows: QuerySet[PartyOrganization]) -> QuerySet[PartyOrganization]:
    """The rows without what only a list needs."""
    return rows.defer(None).select_related(None).order_by()


def _profiles(user) -> QuerySet:
    """The profiles of enterprises in scope; they live in the package above, so by the reverse relation."""
    profile = PartyOrganization._meta.get_field("profiles").related_model
    return profile.objects.visible_to(user)


def _sql(rows: QuerySet) -> tuple[str, Sequence[Any]]:
    return rows.query.sql_with_params()


BELOW = """
WITH RECURSIVE seen (id, parent_id) AS (%s),
below (root, id, parent_id) AS (
  SELECT start, start, NULL::bigint FROM unnest(%%s::bigint[]) AS start
  UNION
  SELECT below.root, seen.id, seen.parent_id FROM seen JOIN below ON seen.parent_id = below.id
)"""
FIGURES = """,
covered (organization_id, full_members) AS (%s)
SELECT root,
  count(DISTINCT below.id) FILTER (WHERE below.parent_id = root AND below.id <> root),
  count(DISTINCT below.id) - 1,
  count(covered.*) FILTER (WHERE below.id = root),
  coalesce(sum(full_members) FILTER (WHERE below.id = root), 0),
  count(covered.*),
  coalesce(sum(full_members), 0)
FROM below LEFT JOIN covered ON covered.organization_id = below.id
GROUP BY root"""


def _figures(user, filters: Mapping[str, str], ids: list[int]) -> dict[int, tuple[int, ...]]:
    if not ids:
        return {}
    seen, given = _sql(_keys(in_tree(user, filters)).values("pk", "parent_id"))
    try:
        covered, more = _sql(_profiles(user).order_by().values("organization_id", "full_members"))
    except EmptyResultSet:
        covered, more = "SELECT NULL::bigint, 0 WHERE false", ()
    with connection.cursor() as cursor:
        cursor.execute((BELOW % seen) + (FIGURES % covered), [*given, ids, *more])
        return {root: tuple(map(int, figures)) for root, *figures in cursor.fetchall()}
