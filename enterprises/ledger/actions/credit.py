"""Credit grants (授信): recorded by staff or the bank's clerks, corrected, cancelled."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Stale
from portal.metrics.actions import mark_dirty

from ...registry.models import Enterprise
from ..models import CreditGrant
from ..rules import amounts
from . import common

CHANGEABLE = frozenset({"product", "bank", "amount", "granted_on", "contract_number", "note"})
LINES = ("product", "contract_number", "note")


@transaction.atomic
def grant_credit(
    *,
    enterprise: Enterprise,
    by: User,
    product: str,
    amount: Decimal,
    granted_on: datetime.date,
    bank: str = "",
    contract_number: str = "",
    note: str = "",
) -> CreditGrant:
    """A bank has granted an enterprise credit; `amount` in yuan. `bank` is a name or code; a clerk may leave it out.

    Raises PermissionDenied outside the caller's towns and bank, Invalid with a sentence per field, Conflict for a grant
    that is recorded already.
    """
    lender = common.bank_for(by, enterprise, bank)
    values = common.cleaned(
        {"product": product, "amount": amount, "granted_on": granted_on, "contract_number": contract_number,
         "note": note},
        *LINES,
    )  # fmt: skip
    _require_sound(values, enterprise)
    now = timezone.now()
    row = CreditGrant(
        district_id=enterprise.district_id,
        town_id=enterprise.town_id,
        enterprise=enterprise,
        bank=lender,
        recorded_by=by,
        contract_key=amounts.contract_key(values["contract_number"]),
        number=common.number_of_day(CreditGrant, "SX", timezone.localdate(now)),
        **values,
    )
    with common.refusing_twice(_("这笔授信已登记，请勿重复登记。")):
        row.save(force_insert=True)
    _mark(row.granted_on)
    return row


@transaction.atomic
def change_credit(*, grant: CreditGrant, by: User, version: int, changes: Mapping[str, Any]) -> CreditGrant:
    """What was recorded of a grant and read at `version` is corrected; without a difference nothing is written.

    Raises Stale when somebody else was faster, Conflict for a cancelled grant or a double.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a grant has no changeable {sorted(unknown)}")
    stored = _locked(grant, by, version)
    given = common.cleaned(changes, *LINES)
    if "bank" in given:
        given["bank"] = common.bank_for(by, stored.enterprise, given["bank"])
    changed = {name: value for name, value in given.items() if getattr(stored, name) != value}
    if not changed:
        return stored
    before = stored.granted_on
    for name, value in changed.items():
        setattr(stored, name, value)
    _require_sound({name: getattr(stored, name) for name in CHANGEABLE}, stored.enterprise)
    stored.contract_key = amounts.contract_key(stored.contract_number)
    stored.version += 1
    with common.refusing_twice(_("已有一笔相同的授信，请核对。")):
        stored.save(update_fields=[*changed, "contract_key", "version"])
    _mark(before, stored.granted_on)
    return stored


@transaction.atomic
def cancel_credit(*, grant: CreditGrant, by: User, reason: str, version: int | None = None) -> CreditGrant:
    """A grant that was recorded by mistake, or withdrawn, counts nowhere from now on; the row stays.

    Raises Conflict when it is cancelled already.
    """
    stored = _locked(grant, by, version)
    stored.cancel_reason, stored.cancelled_at = common.cleaned_reason(reason), timezone.now()
    stored.version += 1
    stored.save(update_fields=["cancel_reason", "cancelled_at", "version"])
    _mark(stored.granted_on)
    return stored


def _locked(grant: CreditGrant, by: User, version: int | None) -> CreditGrant:
    stored = (
        CreditGrant.objects.select_for_update(no_key=True, of=("self",))
        .select_related("enterprise__district", "bank")
        .get(pk=grant.pk)
    )
    if not amounts.can_change_lent(by, stored):
        raise PermissionDenied(_("您可以查看这笔授信，但不能修改。"))
    if version is not None and stored.version != version:
        raise Stale(current=stored)
    if stored.cancelled_at is not None:
        raise Conflict(_("这笔授信已撤销，不能再修改。"), code="closed_move", open_moves=[])
    return stored


def _require_sound(values: Mapping[str, Any], enterprise: Enterprise) -> None:
    founded = [(enterprise.name, enterprise.founded_on)]
    common.require_sound(
        {
            "product": amounts.text_problem(values["product"], most=60),
            "amount": amounts.amount_problem(values["amount"]),
            "granted_on": amounts.day_problem(
                values["granted_on"], what=_("授信日期"), founded=founded, today=timezone.localdate()
            ),
            "contract_number": amounts.text_problem(values["contract_number"], most=80, required=False),
            "note": amounts.text_problem(values["note"], most=amounts.MAX_NOTE, required=False),
        }
    )


def _mark(*days: datetime.date) -> None:
    """The figures of these days; whose first grant it is may have moved to any day."""
    mark_dirty("credit", days=list(days))
    mark_dirty("credit_enterprises")
