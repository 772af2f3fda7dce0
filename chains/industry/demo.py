"""The demo's industry map: chains with segments, gaps, arrows and plans from readable files, made through the actions."""

import tomllib
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.territory.models import Department, District

from .actions import add_milestone, create_chain, lay_out_segments, save_plan
from .models import Chain, ChainPlan
from .rules import ladder

STAGES = ("upstream", "midstream", "downstream")


@lru_cache(maxsize=4)
def chain_data(district: str) -> list[dict[str, Any]]:
    """The chains of a demo district as its file tells them."""
    path = Path(__file__).with_name(f"demo_{district}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))["chains"]


@lru_cache(maxsize=1)
def plan_data() -> dict[str, list]:
    """What the plans are put together from."""
    return tomllib.loads(Path(__file__).with_name("demo_plans.toml").read_text(encoding="utf-8"))


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
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
    _load_plans(demo, district, clerk)


def _load_plans(demo: DemoRun, district: District, clerk) -> None:
    """Each chain without a plan gets one: five or six milestones, one of them overdue where the chance says so."""
    departments = {
        row.code.removeprefix(demo.prefix): row for row in Department.objects.filter(district=district)
    }
    chains = {chain.code: chain for chain in Chain.objects.filter(district=district, plan=None)}
    for row in chain_data(demo.district):
        if row["code"] not in chains:
            continue
        chain, chance = chains[row["code"]], demo.chance("plan", row["code"])
        words = {
            "chain": chain.name,
            "town": chain.lead_town.name,
            "gap": row["gaps"][0],
            "gaps": "、".join(row["gaps"]),
            "key": next(name for name in row["midstream"] if name not in row["gaps"]),
            "down": row["downstream"][-1],
        }
        texts = {
            name: "\n".join(line.format(**words) for line in plan_data()[name])
            for name in ("goals", "paths", "measures")
        }
        plan: ChainPlan = save_plan(
            chain=chain,
            by=clerk,
            version=0,
            changes={
                **texts,
                "title": f"{district.name}{chain.name}产业链党建“一链一方案”",
                "starts_on": demo.days_ago(365),
                "ends_on": demo.today + timedelta(days=365),
            },
        )
        chosen = sorted(chance.sample(range(len(plan_data()["milestones"])), chance.choice((4, 5, 5, 6))))
        for number in chosen:
            _add_milestone(demo, plan, plan_data()["milestones"][number], words, departments, chance, clerk)


def _add_milestone(demo: DemoRun, plan: ChainPlan, row: dict, words: dict, departments: dict, chance, clerk):
    due_on = demo.today + timedelta(days=row["due"] + chance.randint(-12, 12))
    done = row["progress"] == 100
    add_milestone(
        plan=plan,
        by=clerk,
        title=row["title"].format(**words),
        lead_department=departments.get(row["department"]),
        due_on=due_on,
        progress=row["progress"] if done else max(0, row["progress"] - chance.randrange(0, 25, 5)),
        done_on=due_on - timedelta(days=row["done"]) if done else None,
        note=row["note"],
    )


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
            "gap_note": row.get("gap_notes", {}).get(name, ""),
        }
        for position, (stage, name) in enumerate(names, start=1)
    ]


def _links(row: dict[str, Any]) -> list[tuple[str, str]]:
    codes = {segment["name"]: segment["code"] for segment in _segments(row)}
    up, middle, down = ([codes[name] for name in row[stage]] for stage in STAGES)
    return [*ladder(up, middle), *ladder(middle, down)]
