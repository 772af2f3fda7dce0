"""Reads of activities. Everything starts at `visible_to(user)`; filters take codes, never ids."""

import datetime
from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.kit.problems import Invalid
from portal.kit.text import clean_line
from portal.territory.models import Town

from ..profile.models import OrganizationForm
from . import rules
from .models import Activity

FILTERS = frozenset({"town", "chain", "kind", "organization", "from", "to", "status"})
ORDERINGS = ("-held_on", "held_on", "number")
CODES = {
    "town": "organization__town__code",
    "chain": "organization__chain__code",
    "organization": "organization__code",
}
CODE_MODELS = {"town": Town, "chain": Chain}


def activities(user) -> QuerySet[Activity]:
    """The activities in scope, with what a list shows of their organisation; its personal fields are not even read."""
    return (
        Activity.objects.visible_to(user)
        .select_related("organization__town", "organization__chain", "recorded_by")
        .defer("organization__secretary_name", "organization__secretary_phone")
    )


def listed(user, filters: Mapping[str, str]) -> QuerySet[Activity]:
    """The activities that a list asks for: FILTERS, and `search` in title, number and the organisation's name.

    `from` and `to` are days and both count. Raises Invalid for a value that does not exist or is no day.
    """
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    errors: dict[str, str] = {}
    for name, choices in (("kind", Activity.Kind), ("status", Activity.Status)):
        if name in given and given[name] not in choices.values:
            errors[name] = _("应为这些值之一：%(values)s。") % {"values": "、".join(choices.values)}
    days = {name: _day(given[name], name, errors) for name in ("from", "to") if name in given}
    if errors:
        raise Invalid(errors)
    rows = activities(user)
    for name in ("kind", "status"):
        if name in given:
            rows = rows.filter(**{name: given[name]})
    for name, lookup in CODES.items():
        if name in given:
            rows = rows.filter(**{lookup: given[name]})
    if "from" in days:
        rows = rows.filter(held_on__gte=days["from"])
    if "to" in days:
        rows = rows.filter(held_on__lte=days["to"])
    if text := given.get("search"):
        rows = rows.filter(
            Q(title__icontains=text) | Q(number__iexact=text) | Q(organization__name__icontains=text)
        )
    return rows


def refuse_unknown_codes(filters: Mapping[str, str]) -> None:
    """Raises Invalid for a town or chain that does not exist; to be asked only when nothing was found."""
    unknown = {
        name: _("没有代码为“%(code)s”的%(what)s。")
        % {"code": filters[name], "what": model._meta.verbose_name}
        for name, model in CODE_MODELS.items()
        if filters.get(name) and not model.objects.filter(code=filters[name]).exists()
    }
    if unknown:
        raise Invalid(unknown)


def activity_for(user, number: str) -> Activity | None:
    """One activity in scope; None for a missing one and for one outside the scope alike."""
    return activities(user).filter(number=number).first()


def recordable(user) -> QuerySet[PartyOrganization]:
    """The organisations that the user may record activities of: those of the own district or towns; an enterprise
    user's is the one that its enterprise has alone, not one that it shares with others."""
    scope = user.scope
    rows = PartyOrganization.objects.visible_to(user).defer("secretary_name", "secretary_phone")
    if scope.is_admin:
        return rows
    own = PartyOrganization.objects.filter(
        profiles__enterprise__uscc__in=scope.enterprises, profiles__organization_form=OrganizationForm.ALONE
    )
    return rows.filter(
        Q(district_id__in=scope.managed) | Q(town_id__in=scope.towns) | Q(pk__in=own.values("pk"))
    )


def may_record(user, organization: PartyOrganization) -> bool:
    """Whether the user may record and change this organisation's activities."""
    return rules.manages(user, organization) or (
        bool(user.scope.enterprises) and recordable(user).filter(pk=organization.pk).exists()
    )


def _day(text: str, name: str, errors: dict[str, str]) -> datetime.date | None:
    try:
        if len(text) == 10 and text.isascii():
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    errors[name] = _("应为日期，例如 2026-01-31。")
    return None
