"""The demo's simplified items, from a readable file; 宝山 counts 40."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from portal.kit.demo import DemoRun
from portal.metrics.actions import mark_dirty
from portal.territory.models import Department, District

from .models import SimplifiedItem

FIRST_DAY = date(2021, 5, 10)
APART = timedelta(days=7)


def load(demo: DemoRun) -> None:
    path = Path(__file__).with_name(f"demo_{demo.district}.toml")
    if not path.exists():
        return
    district = District.objects.get(slug=demo.district)
    departments = {row.code: row for row in Department.objects.filter(district=district)}
    known = set(SimplifiedItem.objects.filter(district=district).values_list("code", flat=True))
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = [(category, row) for category in SimplifiedItem.Category.values for row in data[category]]
    new = []
    for number, (category, row) in enumerate(rows, start=1):
        code = f"{demo.prefix}JY{number:03d}"
        name, department, materials_before, materials_now, days_before, days_now, how = row
        if code not in known:
            new.append(
                SimplifiedItem(
                    district=district, code=code, name=name, category=category, how=how,
                    department=departments[f"{demo.prefix}{department}"], materials_before=materials_before,
                    materials_now=materials_now, days_before=days_before, days_now=days_now,
                    effective_on=FIRST_DAY + APART * number,
                )
            )  # fmt: skip
    with transaction.atomic():
        SimplifiedItem.objects.bulk_create(new)
        if new:
            mark_dirty("simplified_items")
