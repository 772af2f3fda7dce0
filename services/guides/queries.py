"""Every read of work guides; they are public."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.kit.text import clean_line

from ..stations.rules.finding import words
from .models import WorkGuide

FILTERS = frozenset({"valid"})


def guides(user, filters: Mapping[str, str] | None = None) -> QuerySet[WorkGuide]:
    """Guides with their papers. `filters`: search (every word in title, number, summary or text), valid (1: in force
    today, 0: not)."""
    filters = filters or {}
    rows = WorkGuide.objects.visible_to(user).select_related("district").prefetch_related("attachments")
    for word in words(clean_line(filters.get("search") or "")):
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(number__icontains=word)
            | Q(summary__icontains=word)
            | Q(body__icontains=word)
        )
    today = timezone.localdate()
    valid = Q(issued_on__lte=today) & (Q(abolished_on=None) | Q(abolished_on__gt=today))
    if filters.get("valid") == "1":
        rows = rows.filter(valid)
    elif filters.get("valid") == "0":
        rows = rows.exclude(valid)
    return rows


def guide_for(user, code: str) -> WorkGuide | None:
    return guides(user).filter(code=code).first()
