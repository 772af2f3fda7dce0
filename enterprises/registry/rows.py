"""An enterprise as lists and programs read it: plain values, codes with their labels, personal data masked."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone

from ..profile.models import OrganizationForm
from ..profile.rules import PERSONAL_FIELDS, Freshness, freshness, masked
from .models import Enterprise
from .queries import places_of
from .rules import sees_personal


def list_rows(values: Iterable[dict[str, Any]], today: datetime.date | None = None) -> list[dict[str, Any]]:
    """The rows of a page of `queries.list_values`, with labels, freshness and places (one more query)."""
    values = list(values)
    places = places_of([row["id"] for row in values]) if values else {}
    today = today or timezone.localdate()
    kinds, states, forms, fresh = (
        {code: str(label) for code, label in choices.choices}
        for choices in (Enterprise.Kind, Enterprise.Status, OrganizationForm, Freshness)
    )
    days = {"due_days": settings.SURVEY_DUE_DAYS, "overdue_days": settings.SURVEY_OVERDUE_DAYS}
    rows = []
    for row in values:
        form = row["organization_form"] or "none"
        state = freshness(row["surveyed_on"], today, **days).value
        rows.append(
            {
                "uscc": row["uscc"],
                "name": row["name"],
                "town": row["town_code"],
                "town_name": row["town_name"],
                "kind": row["kind"],
                "kind_label": kinds[row["kind"]],
                "status": row["status"],
                "status_label": states[row["status"]],
                "version": row["version"],
                "organization_form": form,
                "organization_form_label": forms[form],
                "full_members": row["full_members"] or 0,
                "probationary_members": row["probationary_members"] or 0,
                "surveyed_on": row["surveyed_on"],
                "freshness": state,
                "freshness_label": fresh[state],
                "chains": places.get(row["id"], []),
                "employees": row["employees"],
                "industry_code": row["industry_code"],
                "address": row["address"],
                "founded_on": row["founded_on"],
                "updated_at": row["updated_at"],
            }
        )
    return rows


def detail(enterprise: Enterprise, user) -> dict[str, Any]:
    """One enterprise whole, as `user` may read it: the list row, honours, figures, organisation, masked contacts.

    For a reader without the right to personal data (a leader) the four fields are absent, not empty.
    """
    profile = getattr(enterprise, "profile", None)
    flat = {
        **{name: getattr(enterprise, name) for name in FLAT},
        "town_code": enterprise.town.code,
        "town_name": enterprise.town.name,
        **{name: getattr(profile, name, None) for name in OF_PROFILE},
    }
    row = list_rows([flat])[0]
    mode = profile.establishment_mode if profile else None
    organization = profile.organization if profile else None
    row |= {
        "district": enterprise.district.slug,
        "area": enterprise.area.code if enterprise.area else None,
        "area_name": enterprise.area.name if enterprise.area else "",
        "created_at": enterprise.created_at,
        "organization": profile.organization_name if profile else "",
        "organization_code": organization.code if organization else None,
        "establishment_mode": mode.code if mode else None,
        "establishment_mode_name": mode.name if mode else "",
        "survey_method": profile.survey_method if profile else "",
        "honours": list(enterprise.honours.values("name", "awarded_on", "expires_on").order_by("name")),
        "figures": list(enterprise.figures.values("year", "employees", "revenue").order_by("-year")[:10]),
    }
    if sees_personal(user, enterprise):
        row |= {name: masked(name, getattr(profile, name, "") or "") for name in PERSONAL_FIELDS}
    return row


FLAT = (
    "id",
    "uscc",
    "name",
    "kind",
    "status",
    "version",
    "employees",
    "industry_code",
    "address",
    "founded_on",
    "updated_at",
)
OF_PROFILE = ("organization_form", "full_members", "probationary_members", "surveyed_on")
