"""Technical institutions with what they offer."""

from collections.abc import Mapping

from django.db.models import Prefetch, Q, QuerySet

from portal.kit.search import normalise

from ..models import Institution, InstitutionOffer

INSTITUTION_FILTERS = frozenset({"town", "item", "open"})


def institutions(user, filters: Mapping[str, str] | None = None) -> QuerySet[Institution]:
    """Institutions with town and offers. `filters`: search (name or introduction), town, item (codes), open (1)."""
    filters = filters or {}
    offers = InstitutionOffer.objects.select_related("item").order_by("item__position", "item__code")
    rows = (
        Institution.objects.visible_to(user)
        .select_related("town", "district")
        .prefetch_related(Prefetch("offers", offers, to_attr="listed_offers"))
    )
    if text := normalise(filters.get("search") or ""):
        rows = rows.filter(Q(name__icontains=text) | Q(introduction__icontains=text) | Q(code__iexact=text))
    if town := filters.get("town"):
        rows = rows.filter(town__code=town)
    if item := filters.get("item"):
        rows = rows.filter(pk__in=Institution.objects.filter(offers__item__code=item).values("pk"))
    if filters.get("open") == "1":
        rows = rows.filter(closed_on=None)
    return rows


def institution_for(user, code: str) -> Institution | None:
    return institutions(user).filter(code=code).first()
