"""Postings: which are open and which were, and whom an instructor could still be posted to."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.kit.search import matching
from portal.territory.models import Area

from ...registry.models import Enterprise
from ..models import Instructor, InstructorAssignment

OFFERED = 50


def shown_assignments(user) -> QuerySet[InstructorAssignment]:
    """The postings in scope with what a list shows of them."""
    return InstructorAssignment.objects.visible_to(user).select_related(
        "instructor__town", "enterprise__town", "area__town"
    )


def postings_of(user, instructor: Instructor, *, active: str = "") -> QuerySet[InstructorAssignment]:
    """An instructor's postings in the user's scope; `active` "1": open ones, "0": ended ones."""
    rows = shown_assignments(user).filter(instructor=instructor)
    return rows.filter(ended_on__isnull=active == "1") if active else rows


def open_assignments(user, instructor: Instructor) -> list[InstructorAssignment]:
    """What is open under an instructor, areas first, then enterprises by name."""
    rows = postings_of(user, instructor, active="1")
    return list(rows.order_by("area__kind", "area__code", "enterprise__name", "pk"))


def assignable(
    user, instructor: Instructor, *, search: str = "", without: bool = False
) -> tuple[list[Enterprise], list[Area]]:
    """Enterprises and areas that this instructor could be posted to: of the instructor's town unless searched for.

    `without`: only enterprises that have no instructor yet. At most OFFERED enterprises.
    """
    scope = user.scope
    here = Q() if scope.is_admin else Q(district_id__in=scope.managed) | Q(town_id__in=scope.towns)
    posted = InstructorAssignment.objects.filter(ended_on=None, enterprise=OuterRef("pk"))
    enterprises = (
        Enterprise.objects.visible_to(user)
        .filter(here, district_id=instructor.district_id)
        .exclude(status=Enterprise.Status.DEREGISTERED)
        .exclude(Exists(posted if without else posted.filter(instructor=instructor)))
        .select_related("town")
    )
    enterprises = matching(enterprises, search) if search else enterprises.filter(town_id=instructor.town_id)
    areas = (
        Area.objects.filter(here, district_id=instructor.district_id, closed_on=None)
        .exclude(
            Exists(
                InstructorAssignment.objects.filter(ended_on=None, area=OuterRef("pk"), instructor=instructor)
            )
        )
        .select_related("town")
    )
    areas = areas.filter(name__icontains=search) if search else areas.filter(town_id=instructor.town_id)
    return list(enterprises.order_by("name")[:OFFERED]), list(areas[:OFFERED])
