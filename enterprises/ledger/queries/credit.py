"""Credit grants and pledges in a list, one of them, and the banks."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.kit import filters as shared
from portal.kit.text import clean_line

from ...registry.models import ChainMembership, Enterprise
from ...registry.rules import clean_uscc
from ..models import Bank, CreditGrant, PledgeRegistration

FILTERS = frozenset({"town", "chain", "uscc", "bank", "status", "from", "to"})
CREDIT_FILTERS = FILTERS | {"product"}
PLEDGE_FILTERS = FILTERS | {"kind"}
STATES = ("active", "cancelled")
RELATED = ("enterprise__town", "town", "bank", "recorded_by")


def credit_grants(user) -> QuerySet[CreditGrant]:
    """The credit grants in scope, with what a list shows."""
    return CreditGrant.objects.visible_to(user).select_related(*RELATED)


def pledges(user) -> QuerySet[PledgeRegistration]:
    """The pledges in scope, with what a list shows."""
    return PledgeRegistration.objects.visible_to(user).select_related(*RELATED)


def credit_listed(user, filters: Mapping[str, str]) -> QuerySet[CreditGrant]:
    """The grants that a list asks for: CREDIT_FILTERS, and `search` in enterprise, product, contract and number."""
    given = shared.said(filters)
    rows = _listed(credit_grants(user), given, "granted_on", ("product", "contract_number"))
    return rows.filter(product=given["product"]) if "product" in given else rows


def pledges_listed(user, filters: Mapping[str, str]) -> QuerySet[PledgeRegistration]:
    """The pledges that a list asks for: PLEDGE_FILTERS, and `search` in enterprise, subject, register and number."""
    given = shared.said(filters)
    shared.refuse_unknown(given, {"kind": tuple(PledgeRegistration.Kind.values)})
    rows = _listed(pledges(user), given, "registered_on", ("subject", "register_number"))
    return rows.filter(kind=given["kind"]) if "kind" in given else rows


def _listed(rows: QuerySet, given: Mapping[str, str], day: str, texts: tuple[str, ...]) -> QuerySet:
    shared.refuse_unknown(given, {"status": STATES})
    rows = shared.between(rows, day, given)
    if "status" in given:
        rows = rows.filter(cancelled_at__isnull=given["status"] == "active")
    if "town" in given:
        rows = rows.filter(town__code=given["town"])
    if "uscc" in given:
        rows = rows.filter(enterprise__uscc=clean_uscc(given["uscc"]))
    if "bank" in given:
        rows = rows.filter(Q(bank__code=given["bank"]) | Q(bank__name=given["bank"]))
    if "chain" in given:
        places = ChainMembership.objects.filter(
            enterprise=OuterRef("enterprise"), ended_on=None, chain__code=given["chain"]
        )
        rows = rows.filter(Exists(places))
    if text := given.get("search"):
        words = (
            Q(enterprise__name__icontains=text) | Q(number__iexact=text) | Q(enterprise__uscc=text.upper())
        )
        for name in texts:
            words |= Q(**{f"{name}__icontains": text})
        rows = rows.filter(words)
    return rows


def credit_for(user, number: str) -> CreditGrant | None:
    """One grant in scope; None for a missing one and for one outside the scope alike."""
    return credit_grants(user).filter(number=number).first()


def pledge_for(user, number: str) -> PledgeRegistration | None:
    return pledges(user).filter(number=number).first()


def banks_of(user) -> QuerySet[Bank]:
    """The banks whose clerk the user is."""
    codes = user.scope.institutions
    return Bank.objects.filter(code__in=codes) if codes else Bank.objects.none()


def bank_names(user) -> list[str]:
    """The banks that the user's district knows, to choose from."""
    scope = user.scope
    rows = Bank.objects.all()
    if not scope.is_admin:
        rows = rows.filter(
            Q(district__in=scope.districts)
            | Q(district__towns__in=scope.towns)
            | Q(code__in=scope.institutions)
        ).distinct()
    return list(rows.order_by("name").values_list("name", flat=True))


def recordable_enterprise(user, uscc: str) -> Enterprise | None:
    """The enterprise that a grant or pledge names: one that the user sees, or, for a bank's clerk, one of the bank's
    district; a clerk knows its customers and sees nothing else of them."""
    code = clean_uscc(clean_line(uscc))
    rows = Enterprise.objects.select_related("district", "town")
    found = rows.filter(pk__in=Enterprise.objects.visible_to(user).filter(uscc=code).values("pk")).first()
    if found is None and user.scope.institutions:
        found = rows.filter(uscc=code, district__in=banks_of(user).values("district")).first()
    return found
