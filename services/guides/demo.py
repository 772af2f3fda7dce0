"""The demo's work guides, from a readable file."""

import tomllib
from pathlib import Path

from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.territory.models import District

from .actions import issue_guide
from .models import WorkGuide


def load(demo: DemoRun) -> None:
    path = Path(__file__).with_name(f"demo_{demo.district}.toml")
    if not path.exists():
        return
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
    known = set(WorkGuide.objects.values_list("code", flat=True))
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["guides"]:
        code = f"{demo.prefix}{row.pop('code')}"
        if code not in known:
            issue_guide(district=district, code=code, by=clerk, **row)
