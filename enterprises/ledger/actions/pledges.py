"""Pledges of patents and trademarks (质押登记): recorded by staff or the bank's clerks, corrected, cancelled."""

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
from ..models import PledgeRegistration
from ..rules import amounts
from . import common

CHANGEABLE = frozenset({"kind", "register_number", "subject", "bank", "amount", "registered_on", "note"})
LINES = ("register_number", "subject", "note")


@transaction.atomic
def register_pledge(
    *,
    enterprise: Enterprise,
    by: User,
    amount: Decimal,
    registered_on: datetime.date,
    kind: str = PledgeRegistration.Kind.PATENT,
    bank: str = "",
    register_number: str = "",
    subject: str = "",
    note: str = "",
) -> PledgeRegistration:
    """A patent or trademark of an enterprise is pledged for a loan; `amount` in yuan, `bank` the pledgee's name or code.

    Raises PermissionDenied outside the caller's towns and bank, Invalid with a sentence per field, Conflict for a
    registration that is recorded already.
    """
    pledgee = common.bank_for(by, enterprise, bank)
    values = common.cleaned(
        {"kind": kind, "amount": amount, "registered_on": registered_on, "register_number": register_number,
         "subject": subject, "note": note},
        *LINES,
    )  # fmt: skip
    _require_sound(values, enterprise)
    row = PledgeRegistration(
        district_id=enterprise.district_id,
        town_id=enterprise.town_id,
        enterprise=enterprise,
        bank=pledgee,
        recorded_by=by,
        register_key=amounts.contract_key(values["register_number"]),
        number=common.number_of_day(PledgeRegistration, "ZY", timezone.localdate()),
        **values,
    )
    with common.refusing_twice(_("这笔质押已登记，请勿重复登记。")):
        row.save(force_insert=True)
    _mark(row.registered_on)
    return row


@transaction.atomic
def change_pledge(
    *, pledge: PledgeRegistration, by: User, version: int, changes: Mapping[str, Any]
) -> PledgeRegistration:
    """What was recorded of a pledge and read at `version` is corrected; without a difference nothing is written.

    Raises Stale when somebody else was faster, Conflict for a cancelled pledge or a double.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a pledge has no changeable {sorted(unknown)}")
    stored = _locked(pledge, by, version)
    given = common.cleaned(changes, *LINES)
    if "bank" in given:
        given["bank"] = common.bank_for(by, stored.enterprise, given["bank"])
    changed = {name: value for name, value in given.items() if getattr(stored, name) != value}
    if not changed:
        return stored
    before = stored.registered_on
    for name, value in changed.items():
        setattr(stored, name, value)
    _require_sound({name: getattr(stored, name) for name in CHANGEABLE}, stored.enterprise)
    stored.register_key = amounts.contract_key(stored.register_number)
    stored.version += 1
    with common.refusing_twice(_("已有一笔相同的质押登记，请核对。")):
        stored.save(update_fields=[*changed, "register_key", "version"])
    _mark(before, stored.registered_on)
    return stored


@transaction.atomic
def cancel_pledge(
    *, pledge: PledgeRegistration, by: User, reason: str, version: int | None = None
) -> PledgeRegistration:
    """A pledge that was recorded by mistake counts nowhere from now on; the row stays.

    Raises Conflict when it is cancelled already.
    """
    stored = _locked(pledge, by, version)
    stored.cancel_reason, stored.cancelled_at = common.cleaned_reason(reason), timezone.now()
    stored.version += 1
    stored.save(update_fields=["cancel_reason", "cancelled_at", "version"])
    _mark(stored.registered_on)
    return stored


def _locked(pledge: PledgeRegistration, by: User, version: int | None) -> PledgeRegistration:
    stored = (
        PledgeRegistration.objects.select_for_update(no_key=True, of=("self",))
        .select_related("enterprise__district", "bank")
        .get(pk=pledge.pk)
    )
    if not amounts.can_change_lent(by, stored):
        raise PermissionDenied(_("您可以查看这笔质押登记，但不能修改。"))
    if version is not None and stored.version != version:
        raise Stale(current=stored)
    if stored.cancelled_at is not None:
        raise Conflict(_("这笔质押登记已撤销，不能再修改。"), code="closed_move", open_moves=[])
    return stored


def _require_sound(values: Mapping[str, Any], enterprise: Enterprise) -> None:
    founded = [(enterprise.name, enterprise.founded_on)]
    kinds = PledgeRegistration.Kind.values
    common.require_sound(
        {
            "kind": None
            if values["kind"] in kinds
            else _("应为这些值之一：%(values)s。") % {"values": "、".join(kinds)},
            "amount": amounts.amount_problem(values["amount"]),
            "registered_on": amounts.day_problem(
                values["registered_on"], what=_("登记日期"), founded=founded, today=timezone.localdate()
            ),
            "register_number": amounts.text_problem(values["register_number"], most=80, required=False),
            "subject": amounts.text_problem(values["subject"], most=120, required=False),
            "note": amounts.text_problem(values["note"], most=amounts.MAX_NOTE, required=False),
        }
    )


def _mark(*days: datetime.date) -> None:
    """The figures of these days; whose first pledge it is may have moved to any day."""
    mark_dirty("pledge", days=list(days))
    mark_dirty("pledge_enterprises")
