"""Agreements as lists and details, always with their parties: one more statement, however many rows."""

import datetime
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from chains.party.models import PartyOrganization
from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ...registry.models import Enterprise
from .. import rules
from ..models import AgreementParty, CoBuildingAgreement

FILTERS = frozenset({"town", "chain", "status", "organization", "enterprise"})


def in_state(state: str, day: datetime.date) -> Q:
    """The condition of rules.status_on."""
    ended = Q(ended_on__isnull=False, ended_on__lte=day)
    expired = Q(ends_on__isnull=False, ends_on__lt=day)
    return {
        rules.ENDED: ended,
        rules.EXPIRED: ~ended & expired,
        rules.PENDING: ~ended & ~expired & Q(starts_on__gt=day),
        rules.IN_FORCE: ~ended & ~expired & Q(starts_on__lte=day),
    }[state]


def in_force(day: datetime.date) -> QuerySet[CoBuildingAgreement]:
    return CoBuildingAgreement.objects.filter(in_state(rules.IN_FORCE, day))


def agreements(user) -> QuerySet[CoBuildingAgreement]:
    """The agreements in scope, ready for lists; of the parties' organisations no personal field is read."""
    parties = (
        AgreementParty.objects.select_related("organization__town", "enterprise__town")
        .defer("organization__secretary_name", "organization__secretary_phone")
        .order_by("joined_on", "pk")
    )
    return (
        CoBuildingAgreement.objects.visible_to(user)
        .select_related("town", "chain", "recorded_by", "renewal_of", "renewal")
        .prefetch_related(Prefetch("parties", parties, to_attr="units"))
    )


def listed(
    user, filters: Mapping[str, str], *, today: datetime.date | None = None
) -> QuerySet[CoBuildingAgreement]:
    """The agreements that a list asks for: of a town (where a unit takes part), chain, state, organisation (code) or
    enterprise (USCC), and `search` in title, number and the units' names. Raises Invalid for an unknown state."""
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    rows = agreements(user)
    if state := given.get("status"):
        if state not in rules.LABELS:
            sentence = _("应为这些值之一：%(values)s。") % {"values": "、".join(rules.LABELS)}
            raise Invalid({"status": sentence})
        rows = rows.filter(in_state(state, today or timezone.localdate()))
    if chain := given.get("chain"):
        rows = rows.filter(chain__code=chain)
    if town := given.get("town"):
        rows = rows.filter(_has(Q(organization__town__code=town) | Q(enterprise__town__code=town)))
    if organization := given.get("organization"):
        rows = rows.filter(_has(Q(organization__code=organization)))
    if uscc := given.get("enterprise"):
        rows = rows.filter(_has(Q(enterprise__uscc=uscc.upper())))
    if text := given.get("search"):
        named = Q(organization__name__icontains=text) | Q(enterprise__name__icontains=text)
        rows = rows.filter(Q(title__icontains=text) | Q(number__iexact=text) | _has(named))
    return rows


def _has(condition: Q) -> Exists:
    return Exists(AgreementParty._base_manager.filter(condition, agreement=OuterRef("pk")))


def agreement_for(user, number: str) -> CoBuildingAgreement | None:
    """One agreement in scope; None for a missing one and for one outside the scope alike."""
    return agreements(user).filter(number=number).first()


def of_organization(user, organization: PartyOrganization) -> QuerySet[CoBuildingAgreement]:
    return listed(user, {"organization": organization.code}).order_by("-signed_on", "-pk")


def of_enterprise(user, enterprise: Enterprise) -> QuerySet[CoBuildingAgreement]:
    return listed(user, {"enterprise": enterprise.uscc}).order_by("-signed_on", "-pk")
