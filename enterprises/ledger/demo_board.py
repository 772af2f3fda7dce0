"""The demo's supply–demand board: offers of members of a segment, and needs of those who stand behind it."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from chains.industry.models import SegmentLink
from portal.kit.demo import DemoRun
from portal.territory.models import District

from ..registry.models import ChainMembership
from .models import Posting

PAIRS = 36
AID_CHAIN, AID_DAY = "ic", date(2022, 1, 20)
OFFERS = ("{segment}现货供应", "{segment}定制加工", "承接{segment}订单", "{segment}（专精特新配套）")
NEEDS = ("{segment}年度采购", "寻{segment}本地配套", "{segment}小批量试制", "长期采购{segment}")
OFFER_TEXTS = (
    "月产能有余量，可提供检测报告和样品，支持分批交付。", "通过质量管理体系认证，可上门打样，账期面议。",
    "与链主长期合作，可按图纸加工，七天内报价。",
)  # fmt: skip
NEED_TEXTS = (
    "现由外省供货，运输周期长，希望在区内寻找替代供应商。", "要求具备相应资质，先小批试用，合格后签年度合同。",
    "新产线投产在即，请有意的链上企业联系街镇指导站对接。",
)  # fmt: skip


def load_aid(demo: DemoRun, district: District) -> None:
    """集成电路集群的互助供应 (published, 2022): a need that the cluster's lead met at once, kept on the board as done."""
    known = set(Posting.objects.filter(district=district).values_list("number", flat=True))
    places = ChainMembership.objects.filter(chain__district=district, chain__code=AID_CHAIN, ended_on=None)
    rows = places.filter(enterprise__status="active").order_by("enterprise__uscc")
    lead, other = rows.filter(role="lead").first(), rows.exclude(role="lead").first()
    if lead is None or other is None:
        return
    sides = (
        (Posting.Kind.NEED, other, "急需去毛刺溶液 1.25 吨", "疫情导致原材料供给受阻，请集群内企业支援。"),
        (
            Posting.Kind.OFFER,
            lead,
            "支援去毛刺溶液 1.25 吨",
            "调配人员加紧生产，克服物流不畅，第一时间送达。",
        ),
    )
    for position, (kind, place, title, text) in enumerate(sides, start=1):
        number = f"GX{AID_DAY:%Y%m%d}-{position:06d}"
        if number not in known:
            row = Posting.objects.create(
                district=district, number=number, kind=kind, enterprise_id=place.enterprise_id,
                chain_id=place.chain_id, segment_id=lead.segment_id, title=title, description=text,
                valid_until=AID_DAY + timedelta(days=30), status=Posting.Status.MATCHED,
            )  # fmt: skip
            at = timezone.make_aware(datetime.combine(AID_DAY, time(9, position)))
            Posting.objects.filter(pk=row.pk).update(created_at=at)


def load_board(demo: DemoRun, district: District) -> None:
    """The board is filled once; what people posted and closed since stays theirs."""
    if Posting.objects.filter(district=district).exists():
        return
    members = _members(district)
    links = list(
        SegmentLink.objects.filter(
            source__chain__district=district, source__closed_on=None, target__closed_on=None
        )
        .select_related("source")
        .order_by("source__chain__position", "source__code", "target__code")
    )
    links = [one for one in links if one.source_id in members and one.target_id in members]
    demo.chance("board").shuffle(links)
    rows: list[Posting] = []
    for link in links[:PAIRS]:
        chance = demo.chance("board", link.source.code, link.target_id)
        sides = (
            (Posting.Kind.OFFER, chance.choice(members[link.source_id]), OFFERS, OFFER_TEXTS),
            (Posting.Kind.NEED, chance.choice(members[link.target_id]), NEEDS, NEED_TEXTS),
        )
        for kind, enterprise, titles, texts in sides:
            rows.append(
                Posting(
                    district=district,
                    number=f"GX{demo.today:%Y%m%d}-{len(rows) + 1:06d}",
                    kind=kind,
                    enterprise_id=enterprise,
                    chain_id=link.source.chain_id,
                    segment_id=link.source_id,
                    title=chance.choice(titles).format(segment=link.source.name),
                    description=chance.choice(texts),
                    amount=chance.choice((None, 200_000, 500_000, 800_000, 1_500_000, 3_000_000)),
                    valid_until=demo.today + timedelta(days=chance.randint(20, 120)),
                    status=chance.choice((*["open"] * 8, "matched", "closed")),
                )
            )
    Posting.objects.bulk_create(rows)
    for position, row in enumerate(rows):  # posted over the last weeks, not all at the moment of loading
        row.created_at = timezone.now() - timedelta(hours=9 * position)
    Posting.objects.bulk_update(rows, ["created_at"])


def _members(district: District) -> dict[int, list[int]]:
    """Active enterprises by the segment on which they stand."""
    found: dict[int, list[int]] = {}
    rows = ChainMembership.objects.filter(
        chain__district=district, ended_on=None, segment__isnull=False, enterprise__status="active"
    )
    for segment, enterprise in rows.order_by("enterprise__uscc").values_list("segment_id", "enterprise_id"):
        found.setdefault(segment, []).append(enterprise)
    return found
