"""The catalogue: by words, by chain, by station or institution; for whom an item is."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone

from chains.industry.models import Chain
from enterprises.profile.models import PartyProfile
from enterprises.registry.models import Enterprise
from portal.kit.text import clean_line
from portal.territory.models import Town

from ..models import ServiceItem
from ..rules.eligibility import Facts, full_years, sentences, unmet
from ..rules.finding import near, words

ITEM_FILTERS = frozenset({"chain", "group", "station", "institution", "open"})


def items(user, filters: Mapping[str, str] | None = None) -> QuerySet[ServiceItem]:
    """The items with their chains. `filters`: search (words of name, keywords or description), chain (an item without
    chains is for all), group, station (code; it has times there), institution (code), open (1: only open ones)."""
    filters = filters or {}
    rows = ServiceItem.objects.visible_to(user).prefetch_related("chains")
    for word in words(clean_line(filters.get("search") or "")):
        rows = rows.filter(
            Q(name__icontains=word) | Q(keywords__icontains=word) | Q(description__icontains=word)
        )
    if chain := filters.get("chain"):
        fits = ServiceItem.objects.filter(Q(chains__code=chain) | Q(chains=None))
        rows = rows.filter(pk__in=fits.values("pk"))
    if group := filters.get("group"):
        rows = rows.filter(group=group)
    if station := filters.get("station"):
        rows = rows.filter(pk__in=ServiceItem.objects.filter(patterns__station__code=station).values("pk"))
    if institution := filters.get("institution"):
        rows = rows.filter(
            pk__in=ServiceItem.objects.filter(offers__institution__code=institution).values("pk")
        )
    if filters.get("open") == "1":
        rows = rows.filter(closed_on=None)
    return rows


def near_items(user, text: str) -> list[ServiceItem]:
    """Open items that come near a search that matches none, the best first."""
    rows = items(user, {"open": "1"})
    return near([(row, row.name + row.keywords + row.description) for row in rows], clean_line(text))


def item_for(user, code: str) -> ServiceItem | None:
    return items(user).filter(code=code).first()


def condition_names() -> dict[str, dict[str, str]]:
    """What the codes of conditions are called: field → code → name. Two queries."""
    return {
        "kind": {code: str(label) for code, label in Enterprise.Kind.choices},
        "status": {code: str(label) for code, label in Enterprise.Status.choices},
        "chain": dict(Chain.objects.values_list("code", "name")),
        "town": dict(Town.objects.values_list("code", "name")),
        "honour": {},  # names already
    }


def conditions_of(item: ServiceItem) -> list[str]:
    """For whom the item is, in sentences; empty: for everybody."""
    return sentences(item.eligibility, condition_names()) if item.eligibility else []


def facts_of(enterprise: Enterprise) -> Facts:
    """What conditions ask about an enterprise, as of today. Four queries."""
    today = timezone.localdate()
    figure = enterprise.figures.exclude(revenue=None).order_by("-year").first()
    open_places = enterprise.memberships.filter(ended_on__isnull=True)
    valid = enterprise.honours.filter(Q(expires_on=None) | Q(expires_on__gte=today))
    return Facts(
        kind=enterprise.kind,
        status=enterprise.status,
        town=enterprise.town.code,
        chains=frozenset(open_places.values_list("chain__code", flat=True)),
        employees=enterprise.employees,
        revenue=figure.revenue if figure else None,
        years=full_years(enterprise.founded_on, today),
        honours=frozenset(valid.values_list("name", flat=True)),
        members=PartyProfile.objects.filter(enterprise=enterprise)
        .values_list("full_members", flat=True)
        .first(),
    )


def unmet_conditions(item: ServiceItem, enterprise: Enterprise) -> list[str]:
    """The item's conditions that the enterprise does not meet, in sentences; empty: the item is for it."""
    if not item.eligibility:
        return []
    return unmet(item.eligibility, facts_of(enterprise), condition_names())
