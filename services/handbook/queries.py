"""Every read of the handbook: by words through the n-gram index, by what an entry is linked to."""

from collections.abc import Mapping

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from portal.kit.search import match, normalise

from ..stations.rules.finding import near, words
from .models import HandbookEntry

FILTERS = ("item", "element")
NEAR = 8


def entries(user, filters: Mapping[str, str] | None = None) -> QuerySet[HandbookEntry]:
    """Entries that a person may read. `filters`: search (every word must occur; in the question counts more),
    item, element (codes)."""
    filters = filters or {}
    rows = HandbookEntry.objects.visible_to(user).select_related("element")
    if item := filters.get("item"):
        rows = rows.filter(pk__in=HandbookEntry.objects.filter(items__code=item).values("pk"))
    if element := filters.get("element"):
        rows = rows.filter(element__code=element)
    wanted = [word for word in words(filters.get("search") or "") if normalise(word)]
    for word in wanted:
        rows = rows.filter(match(rows, word, "search_text"))
    if wanted:
        in_question = Q()
        for word in wanted:
            in_question &= Q(question__icontains=word)
        first = Case(When(in_question, then=Value(0)), default=Value(1), output_field=IntegerField())
        rows = rows.order_by(first, "position", "code")
    return rows


def near_entries(user, text: str) -> list[HandbookEntry]:
    """What comes near a search that matches nothing: questions that share words with it, the best first."""
    rows = entries(user)
    return near([(row, row.question + row.keywords) for row in rows], text)[:NEAR]


def entry_for(user, code: str) -> HandbookEntry | None:
    rows = HandbookEntry.objects.visible_to(user).select_related("element")
    return rows.prefetch_related("items", "institutions", "stations").filter(code=code).first()


def related(user, entry: HandbookEntry) -> QuerySet[HandbookEntry]:
    """Other entries on the same items."""
    same = HandbookEntry.objects.filter(items__in=entry.items.all()).exclude(pk=entry.pk).values("pk")
    return HandbookEntry.objects.visible_to(user).filter(pk__in=same, is_published=True)[:5]
