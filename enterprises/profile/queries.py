"""Reads of profiles and surveys: a survey history, and the work list of who is due."""

import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..registry.models import Enterprise
from ..registry.queries import is_fresh
from ..registry.rules import sees_personal
from .models import OrganizationForm, Survey
from .rules import Freshness, freshness

BEFORE_ALL = datetime.date(1, 1, 1)
WORKLIST_STATES = (Freshness.NEVER, Freshness.OVERDUE, Freshness.DUE)


def freshness_of(surveyed_on: datetime.date | None, today: datetime.date | None = None) -> Freshness:
    return freshness(
        surveyed_on,
        today or timezone.localdate(),
        due_days=settings.SURVEY_DUE_DAYS,
        overdue_days=settings.SURVEY_OVERDUE_DAYS,
    )


def surveys_of(user, enterprise: Enterprise) -> QuerySet[Survey]:
    """The surveys of an enterprise that the user sees, newest first."""
    return (
        Survey.objects.visible_to(user)
        .filter(enterprise=enterprise)
        .select_related("recorded_by", "establishment_mode")
        .order_by("-surveyed_on", "-id")
    )


def worklist(user, *, state: str = "", town: str = "", today: datetime.date | None = None) -> QuerySet:
    """Enterprises whose profile needs a survey: never surveyed first, then the oldest.

    Only an enterprise in operation needs one. `state` narrows to one of WORKLIST_STATES, `town` (code) to one town.
    `last_surveyed` sorts: BEFORE_ALL stands for never.
    """
    today = today or timezone.localdate()
    rows = in_care(user, town=town)
    states = [state] if state else list(WORKLIST_STATES)
    wanted = Q()
    for one in states:
        wanted |= is_fresh(one, today)
    return rows.filter(wanted).annotate(
        last_surveyed=Coalesce(
            "profile__surveyed_on", Value(BEFORE_ALL, DateField()), output_field=DateField()
        )
    )


def in_care(user, *, town: str = "") -> QuerySet[Enterprise]:
    """Enterprises that surveys are due for: those in operation (存续)."""
    rows = Enterprise.objects.visible_to(user).filter(status=Enterprise.Status.ACTIVE)
    return rows.filter(town__code=town) if town else rows


def freshness_counts(user, *, town: str = "", today: datetime.date | None = None) -> dict[str, int]:
    """How many enterprises in care are fresh, due, overdue and never surveyed: one statement."""
    return in_care(user, town=town).aggregate(**_counts(today or timezone.localdate()))


def figures_by_town(user, today: datetime.date | None = None) -> list[dict[str, Any]]:
    """Enterprises in care, one row a town: town_code, town_name, total, alone, joint and the states of freshness.

    One grouped statement; each count is that of the list with the same filters.
    """
    return list(
        in_care(user)
        .values(town_code=F("town__code"), town_name=F("town__short_name"), position=F("town__position"))
        .annotate(
            total=Count("pk"),
            alone=Count("pk", filter=Q(profile__organization_form=OrganizationForm.ALONE)),
            joint=Count("pk", filter=Q(profile__organization_form=OrganizationForm.JOINT)),
            **_counts(today or timezone.localdate()),
        )
        .order_by("position", "town_code")
    )


def _counts(today: datetime.date) -> dict[str, Count]:
    return {state.value: Count("pk", filter=is_fresh(state, today)) for state in Freshness}


def registered_contact(user, enterprise: Enterprise | None) -> tuple[str, str]:
    """(name, phone) of the enterprise's registered contact, for who may read them; empty where there is none."""
    profile = getattr(enterprise, "profile", None) if enterprise else None
    if profile is None or not sees_personal(user, enterprise):
        return "", ""
    return profile.contact_name or "", profile.contact_phone or ""
