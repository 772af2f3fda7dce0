"""The demo's handbook: questions and answers from a readable file, linked to the demo's items and institutions."""

import tomllib
from pathlib import Path

from django.contrib.auth import get_user_model

from portal.kit.demo import DemoRun
from portal.territory.models import ServiceElement

from ..stations.models import Institution, ServiceItem, ServiceStation
from .actions import LINKS, create_entry
from .models import HandbookEntry


def load(demo: DemoRun) -> None:
    path = Path(__file__).with_name(f"demo_{demo.district}.toml")
    clerk = get_user_model().objects.get(username="bureau")
    elements = {row.code: row for row in ServiceElement.objects.all()}
    tables = zip(LINKS, (ServiceItem, Institution, ServiceStation), strict=True)
    targets = {name: {row.code: row for row in model.objects.all()} for name, model in tables}
    known = set(HandbookEntry.objects.values_list("code", flat=True))
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["entries"]
    for number, row in enumerate(rows, start=1):
        code = f"q-{number:03d}"
        if code in known:
            continue
        create_entry(
            code=code,
            by=clerk,
            question=row["question"],
            answer=row["answer"].strip(),
            keywords=row["keywords"],
            element=elements.get(row.get("element")),
            position=number,
            links={name: [targets[name][one] for one in row.get(name, [])] for name in LINKS},
        )
