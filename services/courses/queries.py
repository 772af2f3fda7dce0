"""Every read of courses; they are public."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.kit.text import clean_line
from portal.territory.models import District

from ..stations.rules.finding import near, words
from .models import Course

FILTERS = frozenset({"chain", "element", "item", "form", "open"})
LINKS = {"chain": "chain__code", "element": "element__code", "item": "item__code"}
NEAR = 8


def courses(user, filters: Mapping[str, str] | None = None) -> QuerySet[Course]:
    """Courses with what they belong to. `filters`: search (every word in title, audience or summary), chain (a course
    without one is for all chains), element, item (codes), form, open (1: on this day)."""
    filters = filters or {}
    rows = Course.objects.visible_to(user).select_related(
        "district", "chain", "element", "item", "institution", "department"
    )
    for word in words(clean_line(filters.get("search") or "")):
        rows = rows.filter(
            Q(title__icontains=word) | Q(audience__icontains=word) | Q(summary__icontains=word) | Q(code=word)
        )
    if chain := filters.get("chain"):
        rows = rows.filter(Q(chain__code=chain) | Q(chain=None))
    for name in ("element", "item"):
        if code := filters.get(name):
            rows = rows.filter(**{LINKS[name]: code})
    if form := filters.get("form"):
        rows = rows.filter(form=form)
    if filters.get("open") == "1":
        today = timezone.localdate()
        rows = rows.filter(Q(closed_on=None) | Q(closed_on__gt=today), opened_on__lte=today)
    return rows


def near_courses(user, text: str, district: District | None) -> list[Course]:
    """The district's open courses that come near a search that matches none, the best first."""
    rows = courses(user, {"open": "1"}).filter(district=district)
    return near([(row, row.title + row.summary) for row in rows], clean_line(text))[:NEAR]


def course_for(user, code: str) -> Course | None:
    return courses(user).filter(code=code).first()
