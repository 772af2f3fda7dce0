"""Meetings as lists and details: who came, of how many members, and what was resolved."""

from collections.abc import Mapping

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from chains.party.models import PartyOrganization
from chains.party.queries import PERSONAL
from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ..cobuilding.models import AllianceMember
from .models import AllianceMeeting, AllianceTask, MemberAttendance

FILTERS = frozenset({"alliance", "town", "chain", "kind", "open"})
HIDDEN = tuple(f"{one}__{name}" for one in ("alliance", "chair") for name in PERSONAL)


def meetings(user) -> QuerySet[AllianceMeeting]:
    """The meetings in scope with `came` (attendances), `resolved` (tasks) and `invited` (members on that day)."""
    inside = AllianceMember._base_manager.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=OuterRef("held_on")),
        alliance=OuterRef("alliance"),
        joined_on__lte=OuterRef("held_on"),
    ).values("alliance")
    counted = inside.annotate(count=Count("pk")).values("count")
    came = MemberAttendance.objects.select_related("member__enterprise__town").order_by(
        "member__joined_on", "pk"
    )
    return (
        AllianceMeeting.objects.visible_to(user)
        .select_related("alliance__town", "chair", "town", "chain", "recorded_by")
        .defer(*HIDDEN)
        .annotate(invited=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
        .prefetch_related(
            Prefetch("attendances", came, to_attr="came"),
            Prefetch("tasks", AllianceTask.objects.order_by("due_on", "pk"), to_attr="resolved"),
        )
    )


def listed(user, filters: Mapping[str, str]) -> QuerySet[AllianceMeeting]:
    """The meetings that a list asks for: of an alliance, town, chain (codes), kind, `open`=1 (something resolved is not
    done), and part of the topic or the number. Raises Invalid for an unknown kind."""
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    rows = meetings(user)
    for name in ("alliance", "town", "chain"):
        if code := given.get(name):
            rows = rows.filter(**{f"{name}__code": code})
    if kind := given.get("kind"):
        if kind not in AllianceMeeting.Kind.values:
            values = "、".join(AllianceMeeting.Kind.values)
            raise Invalid({"kind": _("应为这些值之一：%(values)s。") % {"values": values}})
        rows = rows.filter(kind=kind)
    if waiting := given.get("open"):
        if waiting != "1":
            raise Invalid({"open": _("应为这些值之一：%(values)s。") % {"values": "1"}})
        undone = AllianceTask._base_manager.filter(meeting=OuterRef("pk"), done_on=None)
        rows = rows.filter(Exists(undone), cancelled_at=None)
    if text := given.get("search"):
        rows = rows.filter(Q(topic__icontains=text) | Q(number__iexact=text))
    return rows


def meeting_for(user, number: str) -> AllianceMeeting | None:
    """One meeting in scope; None for a missing one and for one outside the scope alike."""
    return meetings(user).filter(number=number).first()


def of_alliance(user, alliance: PartyOrganization) -> QuerySet[AllianceMeeting]:
    """The meetings of an alliance that the user was found to see."""
    return meetings(user).filter(alliance=alliance)


def task_of(meeting: AllianceMeeting, pk: int) -> AllianceTask | None:
    """A resolution of this meeting."""
    return AllianceTask.objects.filter(meeting=meeting, pk=pk).select_related("meeting").first()


def members_to_come(
    alliance: PartyOrganization, meeting: AllianceMeeting | None = None
) -> QuerySet[AllianceMember]:
    """Who can be ticked as having come: the members of the alliance now, and who is ticked already."""
    wanted = Q(left_on=None)
    if meeting is not None:
        wanted |= Q(attendances__meeting=meeting)
    rows = AllianceMember._base_manager.filter(wanted, alliance=alliance).distinct()
    return rows.select_related("enterprise").order_by("joined_on", "pk").annotate(name=F("enterprise__name"))
