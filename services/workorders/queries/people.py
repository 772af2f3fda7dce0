"""Who handles a demand, as people: those who may be called by name in a confidential note."""

from django.db.models import Q

from portal.accounts.models import User
from portal.accounts.scope import Role

from ..models import Demand, DemandPart

MOST = 60


def colleagues(demand: Demand, *, besides: User | None = None) -> list[User]:
    """The bureau's people, those of the town's station, and of the departments with a part in it now. One query."""
    parts = DemandPart.objects.filter(demand=demand, left_at=None).values("department")
    found = (
        Q(memberships__role=Role.BUREAU, memberships__district=demand.district_id)
        | Q(memberships__role=Role.STATION, memberships__town=demand.town_id)
        | Q(memberships__role=Role.DEPARTMENT, memberships__department__in=parts)
    )
    rows = User.objects.filter(found, is_active=True).distinct().order_by("display_name", "pk")
    return list((rows.exclude(pk=besides.pk) if besides else rows)[:MOST])
