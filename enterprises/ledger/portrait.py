"""The portrait's panel of the ledgers: credit, pledges, what the enterprise buys and sells inside its chains."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from ..profile.portrait import PortraitPanel, register
from ..registry.followers import on_places_changed
from ..registry.models import Enterprise
from .actions import reassess
from .models import CreditGrant, PledgeRegistration, ProcurementDeal
from .queries.deals import list_values
from .rows import credit_rows, deal_rows, pledge_rows
from .rules.deals import COUNTED

LATEST = 5


def ledger_panel(enterprise: Enterprise, user) -> dict[str, Any]:
    """Sums in yuan with the latest rows. Deals are seen by whoever sees the enterprise: they are its own."""
    grants = list(
        CreditGrant.objects.filter(enterprise=enterprise, cancelled_at=None)
        .select_related("enterprise", "town", "bank", "recorded_by")
        .order_by("-granted_on", "-pk")
    )
    pledges = list(
        PledgeRegistration.objects.filter(enterprise=enterprise, cancelled_at=None)
        .select_related("enterprise", "town", "bank", "recorded_by")
        .order_by("-registered_on", "-pk")
    )
    own = Q(buyer=enterprise) | Q(seller=enterprise)
    deals = ProcurementDeal.objects.filter(own)
    counted = Q(status__in=COUNTED)
    bought, sold, inside = (
        counted & side
        for side in (Q(buyer=enterprise), Q(seller=enterprise), Q(buyer=enterprise, intra_chain=True))
    )
    sums = deals.aggregate(
        bought=Sum("amount", filter=bought), sold=Sum("amount", filter=sold), inside=Sum("amount", filter=inside),
        purchases=Count("pk", filter=bought), sales=Count("pk", filter=sold),
    )  # fmt: skip
    latest = list_values(deals).order_by("-signed_on", "-id")[:LATEST]
    return {
        "available": True,
        "credit_amount": sum((row.amount for row in grants), Decimal(0)),
        "pledge_amount": sum((row.amount for row in pledges), Decimal(0)),
        "purchase_amount": sums["bought"] or Decimal(0),
        "purchases": sums["purchases"],
        "sale_amount": sums["sold"] or Decimal(0),
        "sales": sums["sales"],
        "intra_chain_amount": sums["inside"] or Decimal(0),
        "credit_grants": credit_rows(grants[:LATEST], user),
        "pledges": pledge_rows(pledges[:LATEST], user),
        "items": deal_rows(latest),
    }


register(
    PortraitPanel("ledger", _("要素台账"), 60, ledger_panel, "enterprises/ledger/_portrait.html"),
)
on_places_changed(lambda enterprises: reassess(enterprises=enterprises))
