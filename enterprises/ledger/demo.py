"""The demo's ledgers. Their totals are the published ones of 松江 (domain.md), reached by rows: 24 800 万元 of 茸质贷 to 7
enterprises, 17 500 万元 pledged by 12, 19 734.64 万元 bought inside the chains; beside them rows that do not count.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from portal.accounts.actions import create_user, grant_role
from portal.accounts.demo import PASSWORD
from portal.accounts.scope import Role
from portal.kit.demo import DemoRun, invented_uscc
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ..registry.models import Enterprise
from .demo_board import load_aid, load_board
from .demo_deals import BASE, FIRST_DAY, load_deals
from .models import Bank, CreditGrant, PledgeRegistration
from .rules.amounts import contract_key

WAN = Decimal(10_000)
BANKS = (("YHDM01", "茸城农村商业银行"), ("YHDM02", "云间银行松江分行"), ("YHDM03", "九峰科创银行"))
CLERK = ("bank-01", "茸城农村商业银行 客户经理", "YHDM01")
PRODUCT = "茸质贷"

# (number of the invented enterprise, 万元, days since the start of the three chains)
CREDIT = (
    (1, 5000, 40), (3, 3000, 96), (5, 2800, 171), (8, 4200, 264), (11, 2600, 352), (14, 3600, 447), (17, 1200, 530),
    (1, 1400, 655), (8, 1000, 842),
)  # fmt: skip
PLEDGES = (
    (2, 2600, 55, "patent"), (4, 1800, 120, "patent"), (6, 950, 190, "trademark"), (7, 1200, 233, "patent"),
    (9, 2000, 300, "patent"), (10, 880, 371, "trademark"), (12, 1500, 410, "patent"), (13, 760, 486, "patent"),
    (15, 1100, 545, "patent"), (16, 1300, 601, "trademark"), (18, 640, 690, "patent"), (19, 900, 742, "patent"),
    (2, 1020, 801, "patent"), (9, 850, 880, "trademark"),
)  # fmt: skip


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    users = {
        user.username: user
        for user in get_user_model().objects.filter(username__in=("admin", "bureau", CLERK[0]))
    }
    banks = _load_banks(district, users)
    with transaction.atomic():
        _load_credit(demo, district, banks, users["bureau"])
        _load_pledges(demo, district, banks, users["bureau"])
    load_deals(demo, district, range(1, BASE * demo.scale + 1))
    load_board(demo, district)
    load_aid(demo, district)


def _load_banks(district: District, users: dict) -> list[Bank]:
    banks = [
        Bank.objects.get_or_create(code=code, defaults={"district": district, "name": name})[0]
        for code, name in BANKS
    ]
    if CLERK[0] not in users:
        clerk = create_user(by=users["admin"], username=CLERK[0], display_name=CLERK[1], password=PASSWORD)
        grant_role(user=clerk, by=users["admin"], role=Role.INSTITUTION, institution=CLERK[2])
    return banks


def _enterprises(district: District, numbers: Sequence[int]) -> dict[int, Enterprise]:
    """The invented enterprises by number; whichever kind the number has."""
    codes = {
        invented_uscc(number, area=district.code, category=category): number
        for number in numbers
        for category in "12"
    }
    rows = Enterprise.objects.filter(uscc__in=codes).select_related("town")
    return {codes[row.uscc]: row for row in rows}


def _day(demo: DemoRun, after: int, founded_on: date | None) -> date:
    return min(
        max(FIRST_DAY + timedelta(days=after), (founded_on or FIRST_DAY) + timedelta(days=60)), demo.today
    )


def _load_credit(demo: DemoRun, district: District, banks: list[Bank], clerk) -> None:
    enterprises = _enterprises(district, [row[0] for row in CREDIT])
    known = set(CreditGrant.objects.filter(district=district).values_list("contract_number", flat=True))
    rows = []
    for position, (number, wan, after) in enumerate((*CREDIT, (20, 900, 500)), start=1):
        contract = f"RZD-{position:03d}"
        enterprise = enterprises.get(number) or next(iter(enterprises.values()))
        if contract in known:
            continue
        day, cancelled = _day(demo, after, enterprise.founded_on), position > len(CREDIT)
        rows.append(
            CreditGrant(
                district=district, town=enterprise.town, enterprise=enterprise, bank=banks[0], product=PRODUCT,
                number=f"SX{day:%Y%m%d}-{position:06d}", amount=wan * WAN, granted_on=day, recorded_by=clerk,
                contract_number=contract, contract_key=contract_key(contract),
                cancelled_at=timezone.now() if cancelled else None, cancel_reason="企业未提款，授信到期收回" if cancelled else "",
            )
        )  # fmt: skip
    CreditGrant.objects.bulk_create(rows)
    if rows:
        mark_dirty("credit")
        mark_dirty("credit_enterprises")


def _load_pledges(demo: DemoRun, district: District, banks: list[Bank], clerk) -> None:
    enterprises = _enterprises(district, [row[0] for row in PLEDGES])
    known = set(
        PledgeRegistration.objects.filter(district=district).values_list("register_number", flat=True)
    )
    rows = []
    for position, (number, wan, after, kind) in enumerate(PLEDGES, start=1):
        enterprise = enterprises[number]
        register = f"Y{'2' if kind == 'patent' else '3'}{position:03d}-DEMO"
        if register in known:
            continue
        day = _day(demo, after, enterprise.founded_on)
        what = "发明专利" if kind == "patent" else "注册商标"
        rows.append(
            PledgeRegistration(
                district=district, town=enterprise.town, enterprise=enterprise, kind=kind, amount=wan * WAN,
                bank=banks[position % len(banks)], number=f"ZY{day:%Y%m%d}-{position:06d}", registered_on=day,
                register_number=register, register_key=contract_key(register), recorded_by=clerk,
                subject=f"{what} {1 + position % 4} 项",
            )
        )  # fmt: skip
    PledgeRegistration.objects.bulk_create(rows)
    if rows:
        mark_dirty("pledge")
        mark_dirty("pledge_enterprises")
