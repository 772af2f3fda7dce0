"""The demo's enterprises with figures, honours and places on chains.

Written by COPY and not through the actions: at `--scale` there are hundreds of thousands of them. The invariants that
the actions keep (district of the town, one open place per chain) are kept here by construction and by constraints.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from chains.industry.models import Chain, Segment
from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, in_chunks
from portal.territory.models import District, Town

from .demo_names import CITIES, Invented, invent
from .models import AnnualFigure, ChainMembership, Enterprise, Honour

BASE, SMALL = 2_400, 240  # enterprises of songjiang, and of a demo district with no size of its own
SIZES = {"songjiang": BASE, "pukou": 1_800}  # 1 735 enterprises of pukou were visited (domain.md)
CHUNK = 4_000
THREE_CHAINS = date(2024, 5, 20)  # 三链融合 began

REVENUE = {  # yuan a year and employee: (low, high)
    "small_micro": (180_000, 900_000),
    "self_employed": (40_000, 160_000),
    "specialised_market": (300_000, 2_000_000),
    "above_scale": (700_000, 3_500_000),
    "other": (100_000, 600_000),
}
HONOURS = {
    "above_scale": (
        "高新技术企业", "专精特新中小企业", "专精特新“小巨人”企业", "市级企业技术中心", "守合同重信用企业",
        "绿色工厂", "知识产权示范企业", "上海品牌", "质量管理体系认证", "智能工厂",
    ),
    "small_micro": (
        "科技型中小企业", "创新型中小企业", "高新技术企业", "质量管理体系认证", "放心消费示范单位", "小微企业之星",
    ),
    "self_employed": ("放心消费示范单位", "名特优新个体工商户"),
    "specialised_market": ("放心消费示范单位", "文明市场", "五星级市场"),
    "other": ("质量管理体系认证", "放心消费示范单位"),
}  # fmt: skip

ENTERPRISE_COLUMNS = (
    "uscc", "name", "kind", "status", "district_id", "town_id", "address", "founded_on", "industry_code", "employees",
    "version", "created_at", "updated_at",
)  # fmt: skip
FIGURE_COLUMNS = ("enterprise_id", "year", "employees", "revenue")
HONOUR_COLUMNS = ("enterprise_id", "name", "awarded_on", "expires_on")
PLACE_COLUMNS = ("enterprise_id", "chain_id", "segment_id", "role", "started_on")


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    towns = {town.code: town for town in Town.objects.filter(district=district)}
    chains = {chain.code: chain.pk for chain in Chain.objects.filter(district=district)}
    segments = dict(Segment.objects.filter(chain__district=district).values_list("code", "pk"))
    for numbers in in_chunks(numbers_of(demo), CHUNK):
        invented = [invent(demo, number, district.code) for number in numbers]
        known = set(
            Enterprise.objects.filter(uscc__in=[row.uscc for row in invented]).values_list("uscc", flat=True)
        )
        if missing := [row for row in invented if row.uscc not in known]:
            _write(demo, missing, district, towns, chains, segments)


def numbers_of(demo: DemoRun) -> range:
    """The numbers of the invented enterprises."""
    return range(1, SIZES.get(demo.district, SMALL) * demo.scale + 1)


@transaction.atomic
def _write(
    demo: DemoRun, invented: list[Invented], district: District, towns: dict, chains: dict, segments: dict
):
    copy_rows(
        Enterprise,
        ENTERPRISE_COLUMNS,
        (_enterprise(demo, row, district, towns[row.town]) for row in invented),
    )
    ids = dict(Enterprise.objects.filter(uscc__in=[row.uscc for row in invented]).values_list("uscc", "pk"))
    copy_rows(
        AnnualFigure, FIGURE_COLUMNS, (f for row in invented for f in _figures(demo, row, ids[row.uscc]))
    )
    copy_rows(Honour, HONOUR_COLUMNS, (h for row in invented for h in _honours(demo, row, ids[row.uscc])))
    copy_rows(
        ChainMembership,
        PLACE_COLUMNS,
        (
            (ids[row.uscc], chains[place.chain], segments.get(place.segment), place.role, _joined(demo, row))
            for row in invented
            for place in row.places
        ),
    )


def _enterprise(demo: DemoRun, row: Invented, district: District, town: Town) -> tuple:
    chance = demo.chance("recorded", row.number)
    recorded = timezone.make_aware(
        datetime.combine(demo.days_ago(chance.randrange(1, 700)), time(9))
        + timedelta(minutes=chance.randrange(480))
    )
    return (
        row.uscc, row.name, row.kind, row.status, district.pk, town.pk, f"{CITIES[demo.district][1]}{town.name}{row.street}",
        row.founded_on, row.industry_code, row.employees, 1, recorded, recorded,
    )  # fmt: skip


def _figures(demo: DemoRun, row: Invented, enterprise: int):
    """Up to three years back from the last full one: revenue follows the head count with some luck."""
    chance = demo.chance("figures", row.number)
    per_head = chance.uniform(*REVENUE[row.kind])
    for years_back in range(1, 4):
        year = demo.today.year - years_back
        if year < row.founded_on.year or (years_back == 1 and row.status == "deregistered"):
            continue
        employees = max(1, round(row.employees * chance.uniform(0.8, 1.05)))
        yield enterprise, year, employees, f"{employees * per_head * chance.uniform(0.85, 1.2):.2f}"


def _honours(demo: DemoRun, row: Invented, enterprise: int):
    chance = demo.chance("honours", row.number)
    names = HONOURS[row.kind]
    wanted = {"above_scale": chance.randint(1, 5)}.get(row.kind, chance.choice((0, 0, 0, 1, 1, 2)))
    if row.is_showcase:
        wanted = 5
    for name in chance.sample(names, min(wanted, len(names))):
        awarded = demo.days_ago(chance.randrange(30, 1500))
        if awarded > row.founded_on:
            yield enterprise, name, awarded, awarded.replace(day=1) + timedelta(days=3 * 365)


def _joined(demo: DemoRun, row: Invented) -> date:
    after = max(row.founded_on, THREE_CHAINS) + timedelta(
        days=demo.chance("joined", row.number).randrange(400)
    )
    return min(after, demo.today)
