"""The demo's purchases: the published total inside the chains, some outside them, and some that do not count.

Written by COPY like the enterprises: at `--scale` there are hundreds of thousands. What is there already is found again
by contract number and left as it is.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, in_chunks, weighted
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ..registry.models import ChainMembership
from .actions.chains import places_of
from .models import DealChain, DealStep, ProcurementDeal
from .rules.amounts import contract_key
from .rules.chains import judge

FIRST_DAY = date(2024, 5, 20)  # 三链融合 began
INSIDE_TOTAL = Decimal("197346400.00")  # yuan
LARGE = Decimal("5260000.00")  # 小昆山: one purchase of more than 500 万元 inside the cluster

INSIDE, OUTSIDE, OPEN = 420, 150, 76  # counted inside a chain, counted outside, and not counted
BASE = INSIDE + OUTSIDE + OPEN
WAITING = 8  # of those that do not count: they wait for an enterprise with a sign-in
CHUNK = 5_000
OPEN_STATES = (("reported", 44), ("disputed", 14), ("cancelled", 18))
REASONS = {
    "disputed": ("金额与合同不符，应以补充协议为准", "货物尚未验收，请更正签订日期", "合同编号有误"),
    "cancelled": ("重复登记", "合同已解除", "录入有误，已重新报送"),
}
LAST_WORDS = ("批量采购", "年度供货", "配套供应", "定制加工", "补充订单", "试制件")

DEAL_COLUMNS = (
    "district_id", "town_id", "number", "buyer_id", "seller_id", "amount", "signed_on", "goods", "contract_number",
    "contract_key", "status", "reporter", "buyer_confirmed_at", "seller_confirmed_at", "intra_chain", "intra_reason",
    "created_at", "version",
)  # fmt: skip
CHAIN_COLUMNS = ("district_id", "deal_id", "chain_id", "is_common", "buyer_segment_id", "seller_segment_id")
STEP_COLUMNS = ("deal_id", "move", "before", "after", "side", "note", "data", "at")


@dataclass(frozen=True)
class Member:
    """An open place of an active enterprise, as a side of a deal."""

    enterprise: int
    town: int
    chain: int
    segment: str
    is_lead: bool
    started_on: date


def load_deals(demo: DemoRun, district: District, numbers: range) -> int:
    """The invented deals with these numbers; the first BASE are the published ones. Returns how many are new."""
    members = _members(district)
    by_chain: dict[int, list[Member]] = {}
    for member in members:
        by_chain.setdefault(member.chain, []).append(member)
    amounts = _published_amounts(demo)
    written = 0
    for part in in_chunks(numbers, CHUNK):
        keys = {contract_key(_contract(number)): number for number in part}
        known = set(
            ProcurementDeal.objects.filter(district=district, contract_key__in=keys).values_list(
                "contract_key", flat=True
            )
        )
        missing = [number for key, number in keys.items() if key not in known]
        drafts = [_draft(demo, number, members, by_chain, amounts) for number in missing]
        if drafts:
            written += _write(demo, district, drafts)
    if written:
        mark_dirty("deal")
    return written


def _contract(number: int) -> str:
    return f"DEMO-{number:07d}"


def _members(district: District) -> list[Member]:
    """The places of the demo's chains, in one order; enterprises found later do not change who buys from whom much."""
    rows = (
        ChainMembership.objects.filter(chain__district=district, ended_on=None, enterprise__status="active")
        .order_by("chain__position", "enterprise__uscc")
        .values_list(
            "enterprise_id", "enterprise__town_id", "chain_id", "segment__name", "role", "started_on"
        )
    )
    return [
        Member(enterprise, town, chain, segment or "", role == "lead", started_on)
        for enterprise, town, chain, segment, role, started_on in rows
    ]


def _published_amounts(demo: DemoRun) -> list[Decimal]:
    """INSIDE amounts in whole hundreds of yuan whose sum is the published total to the cent; the first is the large one."""
    chance = demo.chance("amounts")
    weights = [math.exp(chance.gauss(0, 0.95)) for _ in range(INSIDE - 1)]
    left, total = INSIDE_TOTAL - LARGE, sum(weights)
    amounts = [
        max(Decimal(round(float(left) * weight / total / 100)) * 100, Decimal(3_000)) for weight in weights
    ]
    amounts[-1] += left - sum(amounts)
    return [LARGE, *amounts]


@dataclass(frozen=True)
class Draft:
    """A deal before it is written."""

    number: int
    buyer: Member
    seller: Member
    amount: Decimal
    signed_on: date
    status: str
    goods: str


def _draft(
    demo: DemoRun, number: int, members: list[Member], by_chain: dict, published: list[Decimal]
) -> Draft:
    """The deal with this number: which group it is of follows from its place in the round of BASE."""
    chance = demo.chance("deal", number)
    place = (number - 1) % BASE
    outside = INSIDE <= place < INSIDE + OUTSIDE
    buyer, seller = _sides(chance, members, by_chain, outside=outside)
    if number <= BASE and place >= BASE - WAITING:
        buyer, seller = _waiting(chance, number, by_chain)
    first = max(FIRST_DAY, buyer.started_on, seller.started_on)
    signed_on = (
        first + timedelta(days=chance.randrange((demo.today - first).days + 1))
        if first < demo.today
        else demo.today
    )
    status = weighted(chance, OPEN_STATES) if place >= INSIDE + OUTSIDE else "verified"
    if number <= BASE and place >= BASE - WAITING:
        status = "reported"
    if status == "reported":
        signed_on = max(first, demo.days_ago(chance.randrange(2, 45)))
    elif status == "verified" and (demo.today - signed_on).days < 60:
        status = "confirmed"
    amount = Decimal(max(30, round(math.exp(chance.gauss(7.9, 0.95))))) * 100
    if number <= INSIDE:
        amount = published[number - 1]
    goods = f"{seller.segment or '配套产品'}{chance.choice(LAST_WORDS)}"
    return Draft(number, buyer, seller, amount, signed_on, status, goods)


def _sides(chance, members: list[Member], by_chain: dict, *, outside: bool) -> tuple[Member, Member]:
    """Two enterprises of one chain, a lead often among the buyers; or two that share none."""
    while True:
        buyer = chance.choice(members)
        chain = by_chain[buyer.chain]
        if chance.random() < 0.35:
            buyer = next((one for one in chain if one.is_lead), buyer)
        seller = chance.choice(members if outside else chain)
        apart = buyer.chain != seller.chain
        if buyer.enterprise != seller.enterprise and apart == outside:
            return buyer, seller


def _waiting(chance, number: int, by_chain: dict) -> tuple[Member, Member]:
    """A deal that waits for one of the two enterprises with a sign-in, the leads of the first two chains."""
    chain = list(by_chain.values())[number % 2]
    own = next(one for one in chain if one.is_lead)
    other = chance.choice([one for one in chain if one.enterprise != own.enterprise])
    return (other, own) if _reporter(number) == "buyer" else (own, other)


def _reporter(number: int) -> str:
    return "buyer" if number % 3 else "seller"


@transaction.atomic
def _write(demo: DemoRun, district: District, drafts: list[Draft]) -> int:
    places = places_of(pk for draft in drafts for pk in (draft.buyer.enterprise, draft.seller.enterprise))
    verdicts = {
        draft.number: judge(
            places.get(draft.buyer.enterprise, ()), places.get(draft.seller.enterprise, ()), draft.signed_on
        )
        for draft in drafts
    }
    # An enterprise on two chains may meet its partner on the second one: then the deal is inside, and not published.
    drafts = [
        draft
        for draft in drafts
        if draft.number > BASE or _is_meant(draft, verdicts[draft.number].intra_chain)
    ]
    copy_rows(
        ProcurementDeal, DEAL_COLUMNS, (_deal(district, draft, verdicts[draft.number]) for draft in drafts)
    )
    keys = {contract_key(_contract(draft.number)): draft for draft in drafts}
    ids = {
        keys[key].number: pk
        for key, pk in ProcurementDeal.objects.filter(district=district, contract_key__in=keys).values_list(
            "contract_key", "pk"
        )
    }
    copy_rows(
        DealChain,
        CHAIN_COLUMNS,
        (
            (district.pk, ids[draft.number], row.chain, row.is_common, row.buyer_segment, row.seller_segment)
            for draft in drafts
            for row in verdicts[draft.number].chains
        ),
    )
    copy_rows(
        DealStep, STEP_COLUMNS, (step for draft in drafts for step in _steps(demo, draft, ids[draft.number]))
    )
    return len(drafts)


def _is_meant(draft: Draft, intra_chain: bool) -> bool:
    """Counted deals stand in the group that their number says; of the others it does not matter."""
    return draft.number > INSIDE + OUTSIDE or intra_chain == (draft.number <= INSIDE)


def _at(day: date, hours: int) -> datetime:
    """In the afternoon of the day; of a demo that is loaded in the morning, nothing of today lies ahead."""
    planned = timezone.make_aware(datetime.combine(day, time(9)) + timedelta(hours=hours))
    return min(planned, timezone.now())


def _deal(district: District, draft: Draft, verdict) -> tuple:
    both, reported = draft.status in {"verified", "confirmed"}, _at(draft.signed_on, 5)
    reporter = _reporter(draft.number)
    buyer = reported if reporter == "buyer" or both else None
    seller = reported if reporter == "seller" or both else None
    return (
        district.pk, draft.buyer.town, f"CG{draft.signed_on:%Y%m%d}-{draft.number % 1_000_000:06d}", draft.buyer.enterprise,
        draft.seller.enterprise, draft.amount, draft.signed_on, draft.goods, _contract(draft.number),
        contract_key(_contract(draft.number)), draft.status, reporter, buyer, seller, verdict.intra_chain, verdict.reason,
        reported, 1 + len(list(_moves(draft))),
    )  # fmt: skip


def _moves(draft: Draft) -> Iterator[tuple[str, str, str]]:
    """(move, before, after) that brought the deal where it stands."""
    if draft.status in {"confirmed", "verified"}:
        yield "confirm", "reported", "confirmed"
    if draft.status == "verified":
        yield "verify", "confirmed", "verified"
    if draft.status == "disputed":
        yield "dispute", "reported", "disputed"
    if draft.status == "cancelled":
        yield "cancel", "reported", "cancelled"


def _steps(demo: DemoRun, draft: Draft, deal: int) -> Iterator[tuple]:
    chance = demo.chance("steps", draft.number)
    reporter = _reporter(draft.number)
    other = "seller" if reporter == "buyer" else "buyer"
    yield deal, "report", "", "reported", reporter, "", {}, _at(draft.signed_on, 5)
    sides = {"confirm": other, "dispute": other, "verify": "staff", "cancel": reporter}
    for hours, (move, before, after) in enumerate(_moves(draft), start=6):
        note = chance.choice(REASONS[after]) if after in REASONS else ""
        yield deal, move, before, after, sides[move], note, {}, _at(draft.signed_on, hours)
