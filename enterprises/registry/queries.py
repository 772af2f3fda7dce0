"""Reads of the register. Everything starts at `visible_to(user)`; filters take codes, never ids."""

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from chains.industry.models import Chain, Segment
from portal.kit.problems import Invalid
from portal.kit.search import match, matching
from portal.kit.text import clean_line
from portal.territory.models import Town

from ..profile.models import OrganizationForm
from ..profile.rules import Freshness, freshness_bounds
from .models import ChainMembership, Enterprise
from .rules import clean_uscc

FILTERS = frozenset(
    {"town", "chain", "segment", "role", "kind", "status", "organization_form", "freshness", "honour"}
)
# What a list may be ordered by; the first is the default.
ORDERINGS = ("name", "uscc", "updated_at", "surveyed_on")
CODE_MODELS = {"town": Town, "chain": Chain, "segment": Segment}
CHOICES = {
    "kind": Enterprise.Kind,
    "status": Enterprise.Status,
    "role": ChainMembership.Role,
    "organization_form": OrganizationForm,
    "freshness": Freshness,
}
USCC_START = re.compile(r"[0-9][0-9A-HJ-NPQRTUWXY]{3,17}")


def listed(user, filters: Mapping[str, str], *, today: datetime.date | None = None) -> QuerySet[Enterprise]:
    """The enterprises in the user's scope that pass `filters` (FILTERS and `search`); blank values do not count.

    Raises Invalid for a filter or a choice that does not exist. Codes of towns, chains and segments are looked up
    by the database as part of the list; `refuse_unknown_codes` tells an unknown code from an empty result.
    """
    given = cleaned(filters)
    _refuse_unknown(given)
    rows = Enterprise.objects.visible_to(user)
    if "town" in given:
        rows = rows.filter(town_id=_id_of(Town, given["town"]))
    for name in ("kind", "status"):
        if name in given:
            rows = rows.filter(**{name: given[name]})
    if {"chain", "segment", "role"} & given.keys():
        rows = rows.filter(_stands(given))
    if "organization_form" in given:
        rows = rows.filter(_has_form(given["organization_form"]))
    if "freshness" in given:
        rows = rows.filter(is_fresh(given["freshness"], today or timezone.localdate()))
    if "honour" in given:
        rows = rows.filter(honours__name=given["honour"])
    if "search" in given:
        rows = found(rows, given["search"])
    return rows


def found(rows: QuerySet[Enterprise], text: str) -> QuerySet[Enterprise]:
    """The rows whose name contains `text`, or whose USCC is it or begins with it (from four characters on)."""
    code = clean_uscc(text)
    if not USCC_START.fullmatch(code):
        return matching(rows, text)
    if len(code) == 18:
        return rows.filter(uscc=code)
    return rows.filter(Q(uscc__startswith=code) | match(rows, text))


def cleaned(filters: Mapping[str, str]) -> dict[str, str]:
    """The filters that say something, as they are compared."""
    return {name: text for name, value in filters.items() if (text := clean_line(value or ""))}


def refuse_unknown_codes(filters: Mapping[str, str]) -> None:
    """Raises Invalid (400) for a town, chain or segment code that does not exist: a misspelt code is not an empty
    result. To be asked only when nothing was found, so that the usual request pays nothing for it."""
    unknown = {
        name: _("没有代码为“%(code)s”的%(what)s。")
        % {"code": filters[name], "what": model._meta.verbose_name}
        for name, model in CODE_MODELS.items()
        if filters.get(name) and not model.objects.filter(code=filters[name]).exists()
    }
    if unknown:
        raise Invalid(unknown)


def is_fresh(state: str, today: datetime.date, prefix: str = "profile__") -> Q:
    """The condition for one state of freshness (profile/rules.py says what they mean)."""
    column = f"{prefix}surveyed_on"
    due, overdue = freshness_bounds(today, settings.SURVEY_DUE_DAYS, settings.SURVEY_OVERDUE_DAYS)
    return {
        Freshness.NEVER: Q(**{f"{column}__isnull": True}),
        Freshness.OVERDUE: Q(**{f"{column}__lte": overdue}),
        Freshness.DUE: Q(**{f"{column}__lte": due, f"{column}__gt": overdue}),
        Freshness.FRESH: Q(**{f"{column}__gt": due}),
    }[Freshness(state)]


def enterprise_for(user, uscc: str) -> Enterprise:
    """One enterprise in the user's scope with its town and profile. Raises Enterprise.DoesNotExist (404)."""
    return (
        Enterprise.objects.visible_to(user)
        .select_related(
            "town",
            "area",
            "district",
            "profile__organization__kind",
            "profile__organization__parent",
            "profile__establishment_mode",
        )
        .get(uscc=clean_uscc(uscc))
    )


def places_of(enterprise_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The open places of many enterprises in one query, by enterprise id."""
    found: dict[int, list[dict[str, Any]]] = {}
    labels = {value: str(label) for value, label in ChainMembership.Role.choices}
    rows = (
        ChainMembership.objects.filter(enterprise_id__in=list(enterprise_ids), ended_on=None)
        .order_by("chain__position", "chain__code")
        .values_list("enterprise_id", "chain__code", "chain__name", "role", "segment__code", "segment__name")
    )
    for enterprise_id, code, name, role, segment, segment_name in rows:
        found.setdefault(enterprise_id, []).append(
            {
                "code": code,
                "name": name,
                "role": role,
                "role_label": labels[role],
                "segment": segment,
                "segment_name": segment_name,
            }
        )
    return found


def open_place(enterprise: Enterprise, chain: Chain | str) -> ChainMembership | None:
    """Where the enterprise stands on a chain (or the chain of a code) today, or None."""
    code = chain if isinstance(chain, str) else chain.code
    return (
        ChainMembership.objects.filter(enterprise=enterprise, chain__code=code, ended_on=None)
        .select_related("chain", "segment")
        .first()
    )


def place_rows(enterprise: Enterprise, **only: Any) -> list[dict[str, Any]]:
    """The enterprise's places as programs read them, the open ones first."""
    rows = (
        ChainMembership.objects.filter(enterprise=enterprise, **only)
        .select_related("chain", "segment")
        .order_by(F("ended_on").desc(nulls_first=True), "chain__position", "-started_on")
    )
    return [
        {
            "chain": row.chain.code,
            "chain_name": row.chain.name,
            "segment": row.segment.code if row.segment else None,
            "segment_name": row.segment.name if row.segment else None,
            "role": row.role,
            "role_label": str(row.get_role_display()),
            "started_on": row.started_on,
            "ended_on": row.ended_on,
        }
        for row in rows
    ]


def placeable(user, chain: Chain, text: str) -> QuerySet[Enterprise]:
    """Enterprises that the user may place on the chain, by part of the name or USCC: of its district, in the towns
    that the user manages."""
    rows = Enterprise.objects.visible_to(user).filter(district=chain.district_id)
    scope = user.scope
    if not scope.is_admin:
        rows = rows.filter(Q(district__in=scope.managed) | Q(town__in=scope.towns))
    return found(rows, text).select_related("town").order_by("name", "pk")


def list_values(rows: QuerySet[Enterprise]) -> QuerySet:
    """The columns of a list row, flat, in one statement (portal/kit/pagination pages it)."""
    return rows.values(
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
        town_code=F("town__code"),
        town_name=F("town__name"),
        organization_form=F("profile__organization_form"),
        full_members=F("profile__full_members"),
        probationary_members=F("profile__probationary_members"),
        surveyed_on=F("profile__surveyed_on"),
    )


def _id_of(model, code: str) -> Subquery:
    return Subquery(model.objects.filter(code=code).values("id")[:1])


def _stands(given: Mapping[str, str]) -> Exists:
    """Chain, segment and role are asked of the same open place: 链主 of this chain, not of another."""
    places = ChainMembership.objects.filter(enterprise=OuterRef("pk"), ended_on=None)
    if "chain" in given:
        places = places.filter(chain_id=_id_of(Chain, given["chain"]))
    if "segment" in given:
        places = places.filter(segment_id=_id_of(Segment, given["segment"]))
    if "role" in given:
        places = places.filter(role=given["role"])
    return Exists(places)


def _has_form(form: str) -> Q:
    condition = Q(profile__organization_form=form)
    return condition | Q(profile__isnull=True) if form == OrganizationForm.NONE else condition


def _refuse_unknown(given: Mapping[str, str]) -> None:
    errors: dict[str, str] = {
        name: _("没有这个筛选条件。") for name in given if name not in FILTERS and name != "search"
    }
    for name, choices in CHOICES.items():
        if name in given and given[name] not in choices.values:
            errors[name] = _("应为这些值之一：%(values)s。") % {"values": "、".join(choices.values)}
    if errors:
        raise Invalid(errors)
