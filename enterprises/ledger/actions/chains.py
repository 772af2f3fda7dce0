"""Whether deals lie inside a chain: judged when they are reported, and again when places on chains change later."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ...registry.models import ChainMembership
from ..models import DealChain, DealStep, ProcurementDeal
from ..rules import deals as states
from ..rules.chains import Judgement, Place, judge

CHUNK = 1_000

# The deals of a district whose stored chains are not those of today's memberships.
STALE = """
SELECT d.id FROM enterprises_procurementdeal d
WHERE d.district_id = %(district)s AND d.status <> 'cancelled' AND ARRAY(
  SELECT (m.chain_id, s.chain_id IS NOT NULL, m.segment_id, s.segment_id)::text
  FROM enterprises_chainmembership m
  LEFT JOIN enterprises_chainmembership s ON s.enterprise_id = d.seller_id AND s.chain_id = m.chain_id
    AND s.started_on <= d.signed_on AND (s.ended_on IS NULL OR s.ended_on > d.signed_on)
  WHERE m.enterprise_id = d.buyer_id
    AND m.started_on <= d.signed_on AND (m.ended_on IS NULL OR m.ended_on > d.signed_on)
  ORDER BY m.chain_id
) IS DISTINCT FROM ARRAY(
  SELECT (c.chain_id, c.is_common, c.buyer_segment_id, c.seller_segment_id)::text
  FROM enterprises_dealchain c WHERE c.deal_id = d.id ORDER BY c.chain_id
)
ORDER BY d.id
"""


def places_of(enterprises: Iterable[int]) -> dict[int, list[Place]]:
    """Every place that these enterprises have or had, by enterprise id; one query."""
    found: dict[int, list[Place]] = {}
    rows = ChainMembership.objects.filter(enterprise__in=set(enterprises)).values_list(
        "enterprise_id", "chain_id", "chain__name", "segment_id", "started_on", "ended_on"
    )
    for enterprise, *place in rows.order_by("chain__position", "started_on", "pk"):
        found.setdefault(enterprise, []).append(Place(*place))
    return found


def judgement_of(deal: ProcurementDeal) -> Judgement:
    """What today's memberships say about a deal's signing date."""
    places = places_of((deal.buyer_id, deal.seller_id))
    return judge(places.get(deal.buyer_id, ()), places.get(deal.seller_id, ()), deal.signed_on)


def store(deal: ProcurementDeal, judgement: Judgement) -> None:
    """Writes the chains of a deal anew; the deal's own two columns are set, the caller saves them."""
    deal.intra_chain, deal.intra_reason = judgement.intra_chain, judgement.reason
    DealChain.objects.filter(deal=deal).delete()
    DealChain.objects.bulk_create(
        DealChain(
            district_id=deal.district_id,
            deal=deal,
            chain_id=row.chain,
            is_common=row.is_common,
            buyer_segment_id=row.buyer_segment,
            seller_segment_id=row.seller_segment,
        )
        for row in judgement.chains
    )


@transaction.atomic
def reassess(*, enterprises: Iterable[int]) -> int:
    """Places of these enterprises have changed: their deals are judged again by the places of the signing date.

    A deal signed before an enterprise left its chain stays inside it. Returns how many deals changed.
    """
    ids = list(set(enterprises))
    if not ids:
        return 0
    found = ProcurementDeal.objects.exclude(status=states.CANCELLED)
    deals = found.filter(buyer__in=ids).union(found.filter(seller__in=ids)).values_list("pk", flat=True)
    return sum(_reassess(part) for part in _chunks(sorted(deals)))


def reassess_stale(*, district: District) -> int:
    """The nightly check: deals whose chains are no longer those of the memberships (a sheet changed many at once).

    Returns how many deals changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"district": district.pk})
        stale = [pk for (pk,) in cursor.fetchall()]
    changed = 0
    for part in _chunks(stale):
        with transaction.atomic():
            changed += _reassess(part)
    return changed


def _reassess(ids: list[int]) -> int:
    """Judges these deals again, locked in one order; writes those that come out otherwise."""
    deals = list(
        ProcurementDeal.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=ids)
        .prefetch_related("chains")
        .order_by("pk")
    )
    places = places_of(pk for deal in deals for pk in (deal.buyer_id, deal.seller_id))
    now, changed = timezone.now(), []
    for deal in deals:
        verdict = judge(places.get(deal.buyer_id, ()), places.get(deal.seller_id, ()), deal.signed_on)
        stored = {
            (row.chain_id, row.is_common, row.buyer_segment_id, row.seller_segment_id)
            for row in deal.chains.all()
        }
        if stored == {
            (row.chain, row.is_common, row.buyer_segment, row.seller_segment) for row in verdict.chains
        }:
            continue
        before = deal.intra_reason
        store(deal, verdict)
        deal.version += 1
        deal.save(update_fields=["intra_chain", "intra_reason", "version"])
        DealStep.objects.create(
            deal=deal, move="reassess", before=deal.status, after=deal.status, note=deal.intra_reason,
            data={"intra_reason": [before, deal.intra_reason]}, at=now,
        )  # fmt: skip
        changed.append(deal)
    counted = {deal.signed_on for deal in changed if deal.status in states.COUNTED}
    if counted:
        mark_dirty("deal", days=sorted(counted))
    return len(changed)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    left = iter(ids)
    while part := list(islice(left, CHUNK)):
        yield part
