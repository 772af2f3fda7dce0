"""Every read of simplified items; they are public."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.kit.text import clean_line

from ..stations.rules.finding import words
from .models import SimplifiedItem

FILTERS = frozenset({"category", "department", "open"})


def simplified_items(user, filters: Mapping[str, str] | None = None) -> QuerySet[SimplifiedItem]:
    """Items with their department. `filters`: search (every word in name or in how it is done), category, department
    (code), open (1: in force on this day)."""
    filters = filters or {}
    rows = SimplifiedItem.objects.visible_to(user).select_related("district", "department")
    for word in words(clean_line(filters.get("search") or "")):
        rows = rows.filter(Q(name__icontains=word) | Q(how__icontains=word))
    if category := filters.get("category"):
        rows = rows.filter(category=category)
    if department := filters.get("department"):
        rows = rows.filter(department__code=department)
    if filters.get("open") == "1":
        today = timezone.localdate()
        rows = rows.filter(Q(ended_on=None) | Q(ended_on__gt=today), effective_on__lte=today)
    return rows


def simplified_item_for(user, code: str) -> SimplifiedItem | None:
    return simplified_items(user).filter(code=code).first()
