"""Liaison points: in a list, with what is due, and their visits."""

import datetime
from collections.abc import Mapping

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ...registry.models import ChainMembership
from ..models import LiaisonPoint, LiaisonVisit
from ..rules import due_bound

FILTERS = frozenset({"town", "chain", "instructor", "due", "active"})
YES_NO = ("1", "0")


def is_due(today: datetime.date, days: int) -> Q:
    """The condition of rules.is_due: not visited for `days` since the last visit or the taking in."""
    bound = due_bound(today, days)
    return Q(last_visited_on__lte=bound) | Q(last_visited_on__isnull=True, taken_in_on__lte=bound)


def points(user) -> QuerySet[LiaisonPoint]:
    """The liaison points in scope, with `last_seen_on`: the last visit, or the day of taking in."""
    return (
        LiaisonPoint.objects.visible_to(user)
        .select_related("enterprise__town", "enterprise__district", "instructor__town")
        .annotate(last_seen_on=Coalesce("last_visited_on", "taken_in_on"))
    )


def points_listed(
    user, filters: Mapping[str, str], *, today: datetime.date | None = None
) -> QuerySet[LiaisonPoint]:
    """The liaison points that a list asks for: by town, chain, instructor (codes), `due` and `active` ("1" or "0"),
    and `search` in the enterprise's name and the code. Only an open point can be due.

    Raises Invalid for a filter value that does not exist.
    """
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    errors = {
        name: _("应为这些值之一：%(values)s。") % {"values": "、".join(YES_NO)}
        for name in ("due", "active")
        if name in given and given[name] not in YES_NO
    }
    if errors:
        raise Invalid(errors)
    rows = points(user)
    if "town" in given:
        rows = rows.filter(enterprise__town__code=given["town"])
    if "chain" in given:
        places = ChainMembership.objects.filter(
            enterprise=OuterRef("enterprise"), ended_on=None, chain__code=given["chain"]
        )
        rows = rows.filter(Exists(places))
    if "instructor" in given:
        rows = rows.filter(instructor__code=given["instructor"])
    if "active" in given:
        rows = rows.filter(released_on__isnull=given["active"] == "1")
    if "due" in given:
        due = Q(released_on__isnull=True) & is_due(today or timezone.localdate(), settings.LIAISON_VISIT_DAYS)
        rows = rows.filter(due if given["due"] == "1" else ~due)
    if text := given.get("search"):
        rows = rows.filter(_named(text))
    return rows


def _named(text: str) -> Q:
    return Q(enterprise__name__icontains=text) | Q(code__iexact=text) | Q(enterprise__uscc=text.upper())


def points_for(user, code: str) -> LiaisonPoint | None:
    """One liaison point in scope; None for a missing one and for one outside the scope alike."""
    return points(user).filter(code=code).first()


def visits_of(user, point: LiaisonPoint) -> QuerySet[LiaisonVisit]:
    """The visits of a liaison point, newest first."""
    return (
        LiaisonVisit.objects.visible_to(user)
        .filter(point=point)
        .select_related("recorded_by")
        .order_by(F("visited_on").desc(), "-id")
    )
