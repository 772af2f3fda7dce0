"""The lists behind the figures: who should establish what, who is covered, which organisations need a look."""

import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from chains.party.models import PartyOrganization
from portal.kit.problems import Invalid

from ...registry.models import Enterprise
from ..rules.standing import BRANCH_MEMBERS, LISTED, Standing
from .conditions import (
    assigned,
    formal_organizations,
    has_organization,
    has_own_organization,
    in_operation,
    is_effective,
    not_covered,
    of_chain,
    on_chain,
    place_ids,
    stands_in,
)

ENTERPRISE_FIGURES = ("base", "organizational", "stand_alone", "work")
ORGANIZATION_FIGURES = ("formal", "effective")


def should_establish(user, *, group: str = "", town: str = "", chain: str = "") -> QuerySet[Enterprise]:
    """The enterprises in operation of one group of the should-establish rule, or of all three.

    Raises Invalid for a group or code that does not exist.
    """
    if group and group not in LISTED:
        sentence = _("应为这些值之一：%(values)s。") % {"values": "、".join(LISTED)}
        raise Invalid({"group": sentence})
    return _placed(user, town, chain).filter(stands_in(Standing(group)) if group else not_covered())


def group_counts(user, *, town: str = "", chain: str = "") -> dict[str, int]:
    """How many enterprises stand in each listed group: one statement."""
    counts = {group.value: Count("pk", filter=stands_in(group)) for group in LISTED}
    return _placed(user, town, chain).aggregate(**counts)


def list_values(rows: QuerySet[Enterprise]) -> QuerySet:
    """The columns of a row of these lists, flat, in one statement; no personal field."""
    return rows.values(
        "id",
        "uscc",
        "name",
        town_code=F("town__code"),
        town_name=F("town__name"),
        full_members=Coalesce("profile__full_members", 0),
        probationary_members=Coalesce("profile__probationary_members", 0),
        form=F("profile__organization_form"),
        organization_name=F("profile__organization_name"),
        organization_code=F("profile__organization__code"),
    )


def rows_behind(
    user, figure: str, *, town: str = "", chain: str = "", today: datetime.date | None = None
) -> QuerySet[Any]:
    """The rows that a figure counts: enterprises, or organisations for `formal` and `effective`.

    Raises Invalid for a figure or code that does not exist.
    """
    if figure in ENTERPRISE_FIGURES:
        conditions = {
            "base": Q(),
            "organizational": has_organization(),
            "stand_alone": has_own_organization(),
            "work": has_organization() | assigned(),
        }
        return _placed(user, town, chain).filter(conditions[figure])
    if figure in ORGANIZATION_FIGURES:
        day = today or timezone.localdate()
        rows = _organizations(user, town, chain, day)
        return rows.filter(is_effective(day)) if figure == "effective" else rows
    names = "、".join((*ENTERPRISE_FIGURES, *ORGANIZATION_FIGURES))
    raise Invalid({"figure": _("应为这些值之一：%(values)s。") % {"values": names}})


def below_three(
    user, *, town: str = "", chain: str = "", today: datetime.date | None = None
) -> QuerySet[PartyOrganization]:
    """Active formal organisations whose enterprises have fewer than three full members in all, fewest first.

    Each row has `members` and `covered` (enterprises). They are listed for review; nothing follows by itself.
    """
    return (
        _organizations(user, town, chain, today or timezone.localdate())
        .annotate(members=Sum("profiles__full_members"), covered=Count("profiles"))
        .filter(covered__gt=0, members__lt=BRANCH_MEMBERS)
        .order_by("members", "code")
    )


def _placed(user, town: str, chain: str) -> QuerySet[Enterprise]:
    known = place_ids(town=town, chain=chain)
    rows = in_operation(Enterprise.objects.visible_to(user))
    if "town" in known:
        rows = rows.filter(town_id=known["town"])
    return rows.filter(on_chain(known["chain"])) if "chain" in known else rows


def _organizations(user, town: str, chain: str, day: datetime.date) -> QuerySet[PartyOrganization]:
    known = place_ids(town=town, chain=chain)
    rows = formal_organizations(PartyOrganization.objects.visible_to(user), day)
    if "town" in known:
        rows = rows.filter(town_id=known["town"])
    if "chain" in known:
        rows = rows.filter(of_chain(known["chain"]))
    return rows.select_related("town", "chain", "kind").defer("secretary_name", "secretary_phone")
