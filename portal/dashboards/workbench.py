"""The start page of each role (工作台): what this person should see first, put together from the features."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from enterprises.profile.models import Survey
from enterprises.profile.queries import WORKLIST_STATES, figures_by_town, freshness_of, worklist
from enterprises.profile.rows import survey_rows
from enterprises.profile.rules import Freshness
from enterprises.registry.models import Enterprise
from portal.accounts.models import Membership, User
from portal.accounts.scope import Role
from portal.audit.models import PersonalView
from portal.imports.models import SheetImport
from services.booking.models import Booking
from services.booking.queries.coming import coming
from services.booking.queries.today import bookings_today
from services.booking.rules import states
from services.policies.queries import matches
from services.workorders.queries.waiting import Waiting, meetings_of, tasks_of, waiting

DUE_ROWS = 6
IMPORT_ROWS = 5
POLICY_ROWS = 3
COUNTED = ("total", "alone", "joint", *Freshness.values)


@dataclass(frozen=True)
class Section:
    """A part of the workbench: for which roles, what it loads, how it is drawn (it gets `data`)."""

    roles: frozenset[str]
    load: Callable[[User], Any]
    template: str


def sections_for(user: User) -> list[tuple[str, Any]]:
    """(template, data) of each section that one of the user's roles calls for."""
    return [(one.template, one.load(user)) for one in SECTIONS if one.roles & user.scope.roles]


def _figures(user: User) -> dict[str, Any]:
    """Counts of enterprises in operation, in all and by town; each leads to the list of the same rows."""
    towns = figures_by_town(user)
    total = {name: sum(town[name] for town in towns) for name in COUNTED}
    surveys = bool(user.scope.is_staff)
    rows = [
        {
            "name": town["town_name"],
            "cells": [(town[name], _link(name, surveys=surveys, town=town["town_code"])) for name in COUNTED],
        }
        for town in towns
    ]
    cards = [
        {"label": label, "value": total[name], "url": _link(name, surveys=surveys), "hint": hint}
        for name, label, hint in (
            ("total", _("存续企业"), ""),
            ("alone", _("单独组建党组织"), ""),
            ("joint", _("联合组建党组织"), ""),
            ("fresh", _("摸排有效"), ""),
            ("due", Freshness.DUE.label, _("超过 %(days)d 天未摸排") % {"days": settings.SURVEY_DUE_DAYS}),
            (
                "overdue",
                Freshness.OVERDUE.label,
                _("超过 %(days)d 天未摸排") % {"days": settings.SURVEY_OVERDUE_DAYS},
            ),
            ("never", Freshness.NEVER.label, ""),
        )
    ]
    return {"cards": cards, "towns": rows if len(rows) > 1 else [], "chart": _chart(towns)}


def _link(name: str, *, surveys: bool, town: str = "") -> str:
    """The list behind a figure: the work list for who surveys, the filtered register for everyone else."""
    query = {"town": town} if town else {}
    if surveys and name in WORKLIST_STATES:
        return f"{reverse('survey-worklist')}?{urlencode({**query, 'state': name})}"
    query["status"] = Enterprise.Status.ACTIVE.value
    if name in Freshness.values:
        query["freshness"] = name
    elif name != "total":
        query["organization_form"] = name
    return f"{reverse('enterprise-list')}?{urlencode(query)}"


def _chart(towns: list[dict[str, Any]]) -> dict[str, Any] | None:
    if len(towns) < 2:
        return None
    series = [(Freshness.FRESH, "fresh"), (Freshness.DUE, "due"), (Freshness.OVERDUE, "overdue")]
    return {
        "type": "bar",
        "unit": _("家"),
        "labels": [town["town_name"] for town in towns],
        "series": [
            {"name": str(state.label), "data": [town[key] for town in towns]}
            for state, key in [*series, (Freshness.NEVER, "never")]
        ],
    }


def _due(user: User) -> dict[str, Any]:
    today = timezone.localdate()
    rows = worklist(user, today=today).select_related("town", "profile")
    rows = rows.defer(*(f"profile__{name}" for name in ("secretary_name", "secretary_phone")))
    found = []
    for enterprise in rows.order_by("last_surveyed", "pk")[:DUE_ROWS]:
        day = enterprise.profile.surveyed_on if hasattr(enterprise, "profile") else None
        found.append({"enterprise": enterprise, "surveyed_on": day, "state": freshness_of(day, today)})
    return {"rows": found}


def _imports(user: User) -> dict[str, Any]:
    return {"rows": list(SheetImport.objects.visible_to(user).order_by("-created_at")[:IMPORT_ROWS])}


def _own(user: User) -> dict[str, Any]:
    """An enterprise user's own enterprises with their latest surveys."""
    found = []
    own = Enterprise.objects.visible_to(user).filter(uscc__in=user.scope.enterprises)
    for enterprise in own.select_related("town", "profile")[:DUE_ROWS]:
        profile = getattr(enterprise, "profile", None)
        day = profile.surveyed_on if profile else None
        found.append(
            {"enterprise": enterprise, "profile": profile, "surveyed_on": day, "state": freshness_of(day)}
        )
    latest = (
        Survey.objects.visible_to(user)
        .filter(enterprise__in=[row["enterprise"] for row in found])
        .select_related("recorded_by", "establishment_mode")[:DUE_ROWS]
    )
    return {"rows": found, "surveys": survey_rows(latest, user, personal=True)}


def _desk(user: User) -> dict[str, Any]:
    """Today's bookings where somebody serves, by state; the board has them one by one."""
    found = bookings_today(user)
    labels = dict(Booking.Status.choices)
    return {
        "total": sum(found.get(one, 0) for one in states.HOLDING),
        "cards": [(labels[one], found.get(one, 0)) for one in DESK_STATES],
    }


def _bookings(user: User) -> dict[str, Any]:
    """The next visits, offers to answer and visits to rate."""
    return {"rows": coming(user)}


def _demands(user: User) -> Waiting:
    """The own demands in which the enterprise is asked for something, or for its judgement."""
    return waiting(user)


def _policies(user: User) -> dict[str, Any]:
    """What the own enterprise can apply for, what ends soonest first; with several the first by name."""
    own = Enterprise.objects.visible_to(user).filter(uscc__in=user.scope.enterprises)
    enterprise = own.select_related("town").order_by("name", "pk").first()
    found = matches(enterprise, user, limit=POLICY_ROWS) if enterprise else []
    return {"enterprise": enterprise, "matches": found}


def _orders(user: User) -> dict[str, Any]:
    """Demands that wait for somebody who handles them; for a department its meetings and tasks too."""
    is_department = bool(user.scope.departments)
    return {
        "waiting": waiting(user),
        "meetings": meetings_of(user) if is_department else (),
        "tasks": tasks_of(user) if is_department else (),
        "today": timezone.localdate(),
    }


def _guest(user: User) -> dict[str, Any]:
    """Departments and institutions: who they are here, and what there is to read already."""
    rows = user.memberships.filter(role__in=GUESTS).select_related("department", "district", "town")
    return {"memberships": [str(row) for row in rows]}


def _administration(user: User) -> dict[str, Any]:
    labels = dict(Role.choices)
    roles = Membership.objects.values("role").annotate(people=Count("user", distinct=True)).order_by("role")
    return {
        "roles": [(labels[row["role"]], row["people"]) for row in roles],
        "users": User.objects.filter(is_active=True).count(),
        "views": list(PersonalView.objects.visible_to(user).select_related("user")[:IMPORT_ROWS]),
    }


DESK_STATES = (states.PENDING, states.CHECKED_IN, states.IN_SERVICE)
STAFF = frozenset({Role.ADMIN, Role.BUREAU, Role.STATION})
ORDERED = frozenset({Role.BUREAU, Role.STATION, Role.DEPARTMENT})
GUESTS = frozenset({Role.DEPARTMENT, Role.INSTITUTION})
BASE = "portal/dashboards"
SECTIONS = (
    Section(frozenset({Role.ENTERPRISE}), _demands, f"{BASE}/_demands.html"),
    Section(frozenset({Role.ENTERPRISE}), _bookings, f"{BASE}/_bookings.html"),
    Section(frozenset({Role.ENTERPRISE}), _policies, f"{BASE}/_policies.html"),
    Section(ORDERED, _orders, f"{BASE}/_orders.html"),
    Section(frozenset({Role.STATION, Role.INSTITUTION}), _desk, f"{BASE}/_desk.html"),
    Section(STAFF | {Role.LEADER}, _figures, f"{BASE}/_figures.html"),
    Section(frozenset({Role.ENTERPRISE}), _own, f"{BASE}/_own.html"),
    Section(STAFF, _due, f"{BASE}/_due.html"),
    Section(STAFF, _imports, f"{BASE}/_imports.html"),
    Section(frozenset({Role.ADMIN}), _administration, f"{BASE}/_administration.html"),
    Section(GUESTS, _guest, f"{BASE}/_guest.html"),
)
