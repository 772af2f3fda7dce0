"""Offers and needs (供需信息): posted, changed, closed."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.industry.models import Chain, Segment
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_text

from ...registry.models import Enterprise
from ..models import Posting
from ..rules import board as rules
from . import common

CHANGEABLE = frozenset({"chain", "segment", "title", "description", "amount", "valid_until"})
DEFAULT_DAYS = 90


@transaction.atomic
def post(
    *,
    enterprise: Enterprise,
    by: User,
    kind: str,
    chain: Chain,
    title: str,
    segment: Segment | None = None,
    description: str = "",
    amount: Decimal | None = None,
    valid_until: datetime.date | None = None,
) -> Posting:
    """An enterprise says what it offers or needs; without `valid_until` for 90 days. `amount` in yuan, roughly.

    Raises PermissionDenied for who is neither the enterprise nor manages its town, Invalid with a sentence per field.
    """
    if not rules.can_post_for(by, enterprise):
        raise PermissionDenied(_("只能为本企业，或您所负责范围内的企业发布。"))
    today = timezone.localdate()
    if kind not in Posting.Kind.values:
        raise Invalid(
            {"kind": _("应为这些值之一：%(values)s。") % {"values": "、".join(Posting.Kind.values)}}
        )
    values = _cleaned(
        {
            "chain": chain, "segment": segment, "title": title, "description": description, "amount": amount,
            "valid_until": valid_until or today + datetime.timedelta(days=DEFAULT_DAYS),
        },
        enterprise,
        today,
    )  # fmt: skip
    return Posting.objects.create(
        district_id=enterprise.district_id,
        enterprise=enterprise,
        kind=kind,
        number=common.number_of_day(Posting, "GX", today),
        created_by=by,
        **values,
    )


@transaction.atomic
def change_posting(*, posting: Posting, by: User, version: int, changes: Mapping[str, Any]) -> Posting:
    """What was posted and read at `version` is changed. Raises Stale, and Conflict for one that is closed."""
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a posting has no changeable {sorted(unknown)}")
    stored = _locked(posting, by, version)
    given = {name: getattr(stored, name) for name in CHANGEABLE} | dict(changes)
    if stored.chain_id != given["chain"].pk and "segment" not in changes:
        given["segment"] = None
    values = _cleaned(given, stored.enterprise, timezone.localdate())
    changed = {name: value for name, value in values.items() if getattr(stored, name) != value}
    if not changed:
        return stored
    for name, value in changed.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.save(update_fields=[*changed, "version"])
    return stored


@transaction.atomic
def close_posting(*, posting: Posting, by: User, version: int | None = None) -> Posting:
    """An offer or a need is over; it is no longer matched. Raises Conflict when it is closed already."""
    stored = _locked(posting, by, version)
    stored.status = Posting.Status.CLOSED
    stored.version += 1
    stored.save(update_fields=["status", "version"])
    return stored


def _locked(posting: Posting, by: User, version: int | None) -> Posting:
    stored = (
        Posting.objects.select_for_update(no_key=True, of=("self",))
        .select_related("enterprise", "chain", "segment")
        .get(pk=posting.pk)
    )
    if not rules.can_post_for(by, stored.enterprise):
        raise PermissionDenied(_("您可以查看这条供需信息，但不能修改。"))
    if version is not None and stored.version != version:
        raise Stale(current=stored)
    if stored.status == Posting.Status.CLOSED:
        raise Conflict(_("这条供需信息已关闭。"), code="closed_move", open_moves=[])
    return stored


def _cleaned(values: Mapping[str, Any], enterprise: Enterprise, today: datetime.date) -> dict[str, Any]:
    found = common.cleaned(values, "title")
    found["description"] = clean_text(found["description"] or "")
    if found["chain"].district_id != enterprise.district_id:
        raise Invalid({"chain": _("产业链与企业不在同一个区。")})
    common.require_sound(rules.problems(found, today=today))
    return found
