"""The demo's policy library, from a readable file; dates follow the day of loading, so that some end soon."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.territory.models import Department, District, ServiceElement

from .actions import create_policy
from .models import Policy

HOTLINE = "021-5700{:04d}"  # invented


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
    departments = {
        row.code.removeprefix(demo.prefix): row for row in Department.objects.filter(district=district)
    }
    elements = {row.code: row for row in ServiceElement.objects.all()}
    known = set(Policy.objects.values_list("code", flat=True))
    rows = tomllib.loads(Path(__file__).with_name("demo_songjiang.toml").read_text(encoding="utf-8"))[
        "policies"
    ]
    for number, row in enumerate(rows, start=1):
        code = f"{demo.prefix}ZC-{number:03d}"
        if code in known:
            continue
        given: dict[str, Any] = dict(row)
        department = departments[given.pop("department")]
        element = elements.get(given.pop("element", ""))
        create_policy(
            district=district,
            code=code,
            by=clerk,
            department=department,
            element=element,
            hotline=HOTLINE.format(100 + number),
            published_on=demo.today - timedelta(days=given.pop("age")),
            apply_from=_in(demo, given.pop("start", None)),
            apply_until=_in(demo, given.pop("days", None)),
            **given,
        )


def _in(demo: DemoRun, days: int | None):
    return None if days is None else demo.today + timedelta(days=days)
