"""The demo's integration projects: as many as 松江 counts (domain.md), finished from 2019 to 2022, and a few that run.

980 finished ones with 5 000 Party members taking part and 2 960 patents. Written by COPY, found again by number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from chains.party.models import PartyOrganization
from portal.accounts.demo import demo_user
from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, weighted
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ..registry.models import ChainMembership
from .models import IntegrationProject

FINISHED, PARTICIPANTS, PATENTS = 980, 5_000, 2_960
RUNNING = 24
FIRST_DAY, LAST_DAY = date(2019, 3, 1), date(2022, 2, 28)
SUBJECTS = (("leading_enterprise", 45), ("key_technology", 30), ("talent_team", 25))
DIRECTIONS = (
    ("research", 30), ("upgrade", 22), ("results", 16), ("talent", 14), ("startup", 10), ("brand", 8),
)  # fmt: skip
CARRIERS = ("党员科技创新工作室", "党员名师带徒工作室", "党员科技创新示范岗", "党员科技创新先锋团队")
TITLES = {
    "research": ("{goods}关键技术攻关", "{goods}国产化替代研究", "{goods}核心工艺突破"),
    "upgrade": ("{goods}产线自动化改造", "{goods}数字化车间建设", "{goods}节能降耗改造"),
    "startup": ("{goods}青年创客孵化", "{goods}双创团队培育"),
    "brand": ("{goods}品牌培育", "{goods}质量标杆创建"),
    "results": ("{goods}成果转化应用", "{goods}中试与产业化"),
    "talent": ("{goods}工匠带徒计划", "{goods}技术骨干培养"),
}
COLUMNS = (
    "district_id", "town_id", "number", "title", "subject", "direction", "carriers", "enterprise_id", "organization_id",
    "chain_id", "started_on", "finished_on", "status", "participants", "patents", "summary", "recorded_by_id", "version",
)  # fmt: skip


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    known = set(IntegrationProject.objects.filter(district=district).values_list("number", flat=True))
    members, clerk = _members(district), demo_user(district, "bureau").pk
    clusters = dict(
        PartyOrganization.objects.filter(district=district, code__startswith="JQ-").values_list("chain", "pk")
    )
    drafts = [*_finished(demo), *([] if known else _running(demo))]
    rows = [
        (district.pk, *_values(demo, draft, members, clusters), clerk, 1)
        for draft in drafts
        if draft.number not in known
    ]
    with transaction.atomic():
        copy_rows(IntegrationProject, COLUMNS, rows)
        if rows:
            mark_dirty("integration_project")


@dataclass(frozen=True)
class Draft:
    """A project before it has a place: `key` is where its chance comes from, `day` of finishing or of beginning."""

    key: int
    day: date
    status: str
    participants: int
    patents: int

    @property
    def number(self) -> str:
        return f"RH{self.day:%Y%m%d}-{self.key:04d}"


def _finished(demo: DemoRun) -> Iterator[Draft]:
    people, patents = _shares(demo, "participants", PARTICIPANTS, 1), _shares(demo, "patents", PATENTS, 0)
    for key in range(1, FINISHED + 1):
        day = FIRST_DAY + timedelta(
            days=demo.chance("finished", key).randrange((LAST_DAY - FIRST_DAY).days + 1)
        )
        yield Draft(key, day, "finished", people[key - 1], patents[key - 1])


def _running(demo: DemoRun) -> Iterator[Draft]:
    """Begun within the last year, as seen from the day of the first loading."""
    for key in range(FINISHED + 1, FINISHED + RUNNING + 1):
        chance = demo.chance("running", key)
        yield Draft(key, demo.days_ago(chance.randint(20, 300)), "running", chance.randint(3, 9), 0)


def _values(demo: DemoRun, draft: Draft, members: list[dict[str, Any]], clusters: dict[int, int]) -> tuple:
    """The columns from town to summary."""
    chance = demo.chance("project", draft.key)
    member, direction = chance.choice(members), weighted(chance, DIRECTIONS)
    finished = draft.status == "finished"
    founded = member["enterprise__founded_on"]
    started = max(min(founded, draft.day), draft.day - timedelta(days=chance.randint(120, 420)))
    goods = member["segment__name"] or member["chain__name"]
    return (
        member["enterprise__town"], draft.number, chance.choice(TITLES[direction]).format(goods=goods),
        weighted(chance, SUBJECTS), direction, "、".join(chance.sample(CARRIERS, chance.choice((1, 1, 2)))),
        member["enterprise"], clusters.get(member["chain"]), member["chain"], started if finished else draft.day,
        draft.day if finished else None, draft.status, draft.participants, draft.patents, "",
    )  # fmt: skip


def _members(district: District) -> list[dict[str, Any]]:
    """Enterprises with a place on a chain that stood before the projects ended, in one order."""
    rows = ChainMembership.objects.filter(
        chain__district=district,
        ended_on=None,
        enterprise__status="active",
        enterprise__founded_on__lt=FIRST_DAY,
    )
    return list(
        rows.order_by("chain__position", "enterprise__uscc").values(
            "enterprise",
            "enterprise__town",
            "enterprise__founded_on",
            "chain",
            "chain__name",
            "segment__name",
        )
    )


def _shares(demo: DemoRun, name: str, total: int, least: int) -> list[int]:
    """FINISHED whole numbers from `least` up whose sum is the published total."""
    chance = demo.chance("projects", name)
    shares = [least] * FINISHED
    for _ in range(total - sum(shares)):
        shares[chance.randrange(FINISHED)] += 1
    return shares
