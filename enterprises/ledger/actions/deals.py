"""Purchases (采购): reported by one side or by staff."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.industry.models import Segment
from portal.accounts.models import User
from portal.kit.problems import Conflict

from ...registry.models import Enterprise
from .. import messages
from ..models import Posting, ProcurementDeal
from ..rules import amounts
from ..rules import deals as states
from . import common
from .chains import judgement_of, store
from .guard import record, summary

LINES = ("goods", "contract_number")


@transaction.atomic
def report_deal(
    *,
    by: User,
    buyer: Enterprise,
    seller: Enterprise,
    amount: Decimal,
    signed_on: datetime.date,
    goods: str,
    contract_number: str,
    segment: Segment | None = None,
    need: Posting | None = None,
    offer: Posting | None = None,
) -> ProcurementDeal:
    """One side, or staff, report that an enterprise bought from another; `amount` in yuan.

    The reporting side stands by it and the other one is asked to confirm; what staff report, both confirm. Raises
    PermissionDenied for who is neither side nor manages one's town, Invalid with a sentence per field, Conflict for a
    contract that the two have reported already.
    """
    reporter = _reporter(by, buyer, seller)
    values = common.cleaned(
        {"amount": amount, "signed_on": signed_on, "goods": goods, "contract_number": contract_number,
         "segment": segment},
        *LINES,
    )  # fmt: skip
    require_sound(values, buyer, seller)
    now = timezone.now()
    confirmed = states.confirmed_by(reporter)
    deal = ProcurementDeal(
        district_id=buyer.district_id,
        town_id=buyer.town_id,
        buyer=buyer,
        seller=seller,
        contract_key=amounts.contract_key(values["contract_number"]),
        status=states.REPORTED,
        reporter=reporter,
        buyer_confirmed_at=now if states.BUYER in confirmed else None,
        seller_confirmed_at=now if states.SELLER in confirmed else None,
        reported_by=by,
        created_at=now,
        **values,
        **_matched(buyer, seller, need, offer),
    )
    require_new_contract(deal)
    verdict = judgement_of(deal)
    deal.intra_chain, deal.intra_reason = verdict.intra_chain, verdict.reason
    deal.number = common.number_of_day(ProcurementDeal, "CG", timezone.localdate(now))
    with common.refusing_twice(_("双方已登记过这份合同，请勿重复登记。")):
        deal.save(force_insert=True)
    store(deal, verdict)
    mark_matched(deal, confirmed)
    record(deal, "report", before="", by=by, side=reporter)
    messages.tell(deal, "report")
    return deal


def _reporter(by: User, buyer: Enterprise, seller: Enterprise) -> str:
    scope = by.scope
    for side, enterprise in ((states.BUYER, buyer), (states.SELLER, seller)):
        if enterprise.uscc in scope.enterprises:
            return side.value
    if any(scope.manages_town(one.town_id, one.district_id) for one in (buyer, seller)):
        return states.STAFF.value
    raise PermissionDenied(_("只能报送本企业，或您所负责范围内企业的采购。"))


def require_sound(values: Mapping[str, Any], buyer: Enterprise, seller: Enterprise) -> None:
    """Raises Invalid with a sentence per field for what cannot be a purchase."""
    day = values["signed_on"]
    sides = [(buyer.name, buyer.founded_on), (seller.name, seller.founded_on)]
    segment = values["segment"]
    common.require_sound(
        {
            "seller": _("采购方和供应方不能是同一家企业。")
            if buyer.pk == seller.pk
            else _("采购方和供应方不在同一个区。")
            if buyer.district_id != seller.district_id
            else None,
            "amount": amounts.amount_problem(values["amount"]),
            "signed_on": amounts.day_problem(
                day, what=_("签订日期"), founded=sides, today=timezone.localdate()
            ),
            "goods": amounts.text_problem(values["goods"], most=200),
            "contract_number": amounts.text_problem(values["contract_number"], most=80)
            or (None if amounts.contract_key(values["contract_number"]) else _("请填写。")),
            "segment": _("环节不属于本区的产业链。")
            if segment is not None and segment.chain.district_id != buyer.district_id
            else None,
        }
    )


def require_new_contract(deal: ProcurementDeal) -> None:
    """Raises Conflict that names the deal which the two have reported of this contract already, whoever bought."""
    pair = (deal.buyer_id, deal.seller_id)
    known = (
        ProcurementDeal.objects.filter(buyer__in=pair, seller__in=pair, contract_key=deal.contract_key)
        .exclude(status=states.CANCELLED)
        .exclude(pk=deal.pk)
        .first()
    )
    if known is not None:
        text = _("双方已登记过合同“%(contract)s”，编号 %(number)s（%(state)s）。") % {
            "contract": known.contract_number,
            "number": known.number,
            "state": known.get_status_display(),
        }
        raise Conflict(text, code="duplicate", current=summary(known))


def _matched(
    buyer: Enterprise, seller: Enterprise, need: Posting | None, offer: Posting | None
) -> dict[str, Posting | None]:
    """The postings that led to the deal, if they are the two sides' own."""
    return {
        name: posting
        if posting is not None and posting.enterprise_id == enterprise.pk and posting.kind == name
        else None
        for name, posting, enterprise in (("need", need, buyer), ("offer", offer, seller))
    }


def mark_matched(deal: ProcurementDeal, sides: Iterable[str]) -> None:
    """The postings of the sides that stand by the deal are matched. A side that has not confirmed keeps its own open:
    nobody takes another one's offer off the board by reporting a purchase."""
    for side, pk in ((states.BUYER, deal.need_id), (states.SELLER, deal.offer_id)):
        if pk is not None and side in sides:
            stored = Posting.objects.select_for_update(no_key=True).get(pk=pk)
            if stored.status == Posting.Status.OPEN:
                stored.status = Posting.Status.MATCHED
                stored.version += 1
                stored.save(update_fields=["status", "version"])


def reopen_matched(deal: ProcurementDeal) -> list[Posting]:
    """The postings that this deal, now cancelled, had taken off the board stand there again; those that another deal
    still rests on, that were closed, or that their owner never gave to this deal, stay as they are.

    A posting is locked first: of two deals of one offer that are cancelled at once, the later one sees the other.
    """
    found = []
    for role, side, pk in (("need", states.BUYER, deal.need_id), ("offer", states.SELLER, deal.offer_id)):
        given = deal.timeline.filter(move__in=("report", "confirm"), side=side.value)
        if pk is None or not given.exists():
            continue
        Posting.objects.select_for_update(no_key=True).get(pk=pk)
        resting = ProcurementDeal.objects.exclude(status=states.CANCELLED).filter(
            **{role: pk, f"{side.value}_confirmed_at__isnull": False}
        )
        matched = Posting.objects.filter(pk=pk, status=Posting.Status.MATCHED).exclude(Exists(resting))
        if matched.update(status=Posting.Status.OPEN, version=F("version") + 1):
            found.append(Posting.objects.get(pk=pk))
    return found
