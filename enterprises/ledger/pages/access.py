"""What the pages share: who may come here, the tabs, the choices of the filters."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from chains.industry.models import Chain
from portal.accounts.scope import Role
from portal.territory.models import Town

from ..forms.shared import chains_of
from ..queries.credit import banks_of

BASE = "enterprises/ledger"
READERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE)
LENDERS = (*READERS, Role.INSTITUTION)
REPORTERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.ENTERPRISE)
RECORDERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.INSTITUTION)


def tabs(request: HttpRequest, current: str) -> list[tuple[Any, str, bool, None]]:
    """The ledgers as tabs; a bank's clerk has the two that it keeps."""
    items = [
        ("deals", _("采购"), reverse("deal-list")),
        ("board", _("供需对接"), reverse("board")),
        ("credit", _("授信"), reverse("credit-list")),
        ("pledges", _("质押登记"), reverse("pledge-list")),
    ]
    if not request.user.scope.roles & set(READERS):
        items = items[2:]
    return [(label, url, name == current, None) for name, label, url in items]


def choices_of(user) -> dict[str, list]:
    """Towns and chains to filter by: the user's own towns for a station, those of the district for the bureau."""
    scope = user.scope
    towns = Town.objects.filter(closed_on=None)
    if not scope.is_admin:
        towns = towns.filter(district__in=scope.districts) | towns.filter(pk__in=scope.towns)
    chains: list[Chain] = list(chains_of(user))
    return {"towns": list(towns.order_by("position", "code")), "chains": chains}


def may_record(user) -> bool:
    """Whoever records grants and pledges somewhere."""
    return user.scope.is_staff or banks_of(user).exists()
