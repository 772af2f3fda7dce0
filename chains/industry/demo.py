"""The demo's industry map: chains with segments, gaps and arrows from a readable file, made through the actions."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

from portal.kit.demo import DemoRun
from portal.territory.models import District

from .actions import create_chain, lay_out_segments
from .models import Chain
from .rules import ladder

STAGES = ("upstream", "midstream", "downstream")


@lru_cache(maxsize=4)
def chain_data(district: str) -> list[dict[str, Any]]:
    """The chains of a demo district as its file tells them."""
    path = Path(__file__).with_name(f"demo_{district}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))["chains"]


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = get_user_model().objects.get(username="bureau")
    towns = {town.code: town for town in district.towns.all()}
    known = {chain.code: chain for chain in Chain.objects.filter(district=district)}
    for position, row in enumerate(chain_data(demo.district), start=1):
        if row["code"] in known:
            continue
        chain = create_chain(
            district=district,
            code=row["code"],
            name=row["name"],
            lead_town=towns[row["lead_town"]],
            description=row["description"],
            position=position,
            by=clerk,
        )
        lay_out_segments(chain=chain, segments=_segments(row), links=_links(row))


def segment_code(chain: str, position: int) -> str:
    return f"{chain}-{position:02d}"


def _segments(row: dict[str, Any]) -> list[dict[str, Any]]:
    names = [(stage, name) for stage in STAGES for name in row[stage]]
    return [
        {
            "code": segment_code(row["code"], position),
            "name": name,
            "stage": stage,
            "position": position,
            "is_gap": name in row["gaps"],
        }
        for position, (stage, name) in enumerate(names, start=1)
    ]


def _links(row: dict[str, Any]) -> list[tuple[str, str]]:
    codes = {segment["name"]: segment["code"] for segment in _segments(row)}
    up, middle, down = ([codes[name] for name in row[stage]] for stage in STAGES)
    return [*ladder(up, middle), *ladder(middle, down)]
