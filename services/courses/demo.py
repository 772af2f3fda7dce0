"""The demo's courses, from a readable file; the 52 that 松江 counts were opened since the three chains began."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from chains.industry.models import Chain
from portal.kit.demo import DemoRun
from portal.metrics.actions import mark_dirty
from portal.territory.models import Department, District, ServiceElement

from ..stations.models import Institution, ServiceItem
from .models import Course

FIRST_DAY = date(2024, 6, 3)  # a Monday, soon after 三链融合 began
APART = timedelta(days=14)
CONTACTS = {
    "onsite": "本街镇一站式服务站现场报名，或拨打 12345 咨询",
    "online": "登录本门户后在线学习，随到随学",
    "both": "本街镇一站式服务站现场报名，直播同步观看",
}


def load(demo: DemoRun) -> None:
    path = Path(__file__).with_name(f"demo_{demo.district}.toml")
    if not path.exists():
        return
    district = District.objects.get(slug=demo.district)
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["courses"]
    known = set(Course.objects.filter(district=district).values_list("code", flat=True))
    named = _Named(district)
    new = [
        named.course(demo, number, row)
        for number, row in enumerate(rows, start=1)
        if _code(demo, number) not in known
    ]
    with transaction.atomic():
        Course.objects.bulk_create(new)
        if new:
            mark_dirty("courses")


def _code(demo: DemoRun, number: int) -> str:
    return f"{demo.prefix}KC{number:03d}"


class _Named:
    """What the rows of the file name by code."""

    def __init__(self, district: District):
        self.district = district
        self.items = {row.code: row for row in ServiceItem.objects.all()}
        self.elements = {row.code: row for row in ServiceElement.objects.all()}
        self.chains = {row.code: row for row in Chain.objects.filter(district=district)}
        self.institutions = {row.code: row for row in Institution.objects.filter(district=district)}
        self.departments = {row.code: row for row in Department.objects.filter(district=district)}

    def course(self, demo: DemoRun, number: int, row: list[Any]) -> Course:
        title, audience, form, hours, item, element, chain, giver, summary = row
        return Course(
            district=self.district,
            code=_code(demo, number),
            title=title,
            audience=audience,
            form=form,
            hours=Decimal(hours),
            item=self.items.get(item),
            element=self.elements.get(element),
            chain=self.chains.get(chain),
            institution=self.institutions.get(giver),
            department=self.departments.get(giver),
            giver="" if giver in self.institutions or giver in self.departments else giver,
            summary=summary,
            contact=CONTACTS[form],
            opened_on=min(FIRST_DAY + APART * (number - 1), demo.today),
        )
