"""The demo's activities: two years of them, most organisations with a 三会一课 or 主题党日 in the last three months.

Written by COPY. An organisation that has any activity is left alone, so a second run adds nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef

from chains.party.models import PartyOrganization
from portal.accounts.demo import demo_user
from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, weighted
from portal.territory.models import District

from .demo_clusters import load_clusters
from .demo_rows import COLUMNS, activity_values, last_numbers
from .models import Activity

OURS = r"^(QY|LH|HY|ZH|JQ|LW|XZ|LM|LS)-"  # codes that the demo gives
REGULAR = (("three_meetings", 55), ("theme_day", 45))
OTHERS = (
    ("quiz", 12), ("salon", 18), ("training", 24), ("matchmaking", 16), ("publicity", 18), ("relief", 12),
)  # fmt: skip
TITLES = {
    "three_meetings": (
        "支部党员大会",
        "第三季度党课",
        "支委会：研究发展对象",
        "党小组学习会",
        "民主评议党员",
    ),
    "theme_day": (
        "主题党日：重温入党誓词",
        "主题党日：走进产业链",
        "主题党日：党员先锋岗亮牌",
        "主题党日：助企一线行",
    ),
    "quiz": ("质量知识竞赛", "党章党规知识竞赛", "安全生产知识竞赛"),
    "salon": ("链上企业书记沙龙", "青年党员创新沙龙", "班组长交流沙龙"),
    "training": ("计量与标准化培训", "知识产权保护培训", "新党员集中培训", "年报填报业务培训"),
    "matchmaking": ("融资需求对接会", "上下游供需对接会", "用工需求对接会"),
    "publicity": ("惠企政策宣讲", "二十届四中全会精神宣讲", "反不正当竞争宣讲"),
    "relief": ("三送一解：送政策到车间", "三送一解：困难职工慰问", "三送一解：技术难题会诊"),
}
PLACES = ("党群服务中心", "企业党员活动室", "园区会议室", "镇文化活动中心", "一站式服务站", "线上会议")
SUMMARIES = (
    "党员结合岗位谈体会，现场认领攻关任务。",
    "邀请市场监管所讲解新规，解答企业提问。",
    "会上汇总需求清单，由联络员跟进办理。",
    "",
    "",
)


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    _load_latest(demo, district)
    if demo.district == "songjiang":
        load_clusters(demo, district)


def _load_latest(demo: DemoRun, district: District) -> None:
    users = dict(get_user_model().objects.values_list("username", "pk"))
    clerk = demo_user(district, "bureau").pk
    recorders = {"310117107": users["station-jiuting"], "310117103": users["station-sheshan"]}
    known = Activity.objects.filter(organization=OuterRef("pk"))
    organizations = (
        PartyOrganization.objects.filter(~Exists(known), district=district, code__regex=OURS)
        .order_by("code")
        .values("pk", "code", "set_up_on", "ended_on", "town__code", "kind__is_formal")
    )
    planned = [row for one in organizations.iterator(2_000) for row in _of_organization(demo, one)]
    planned.sort(key=lambda row: (row["held_on"], row["organization"]))
    with transaction.atomic():
        last = last_numbers()
        copy_rows(
            Activity,
            COLUMNS,
            (activity_values(row, last, recorders.get(row["town"], clerk)) for row in planned),
        )


def _of_organization(demo: DemoRun, one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One to four activities; four organisations of five held a regular one in the last quarter, some none at all."""
    chance = demo.chance("activities", one["code"])
    fate = chance.random()
    if fate < 0.06:
        return
    latest = min(one["ended_on"] or demo.today, demo.today)
    first = max(one["set_up_on"] or date(2020, 1, 1), demo.days_ago(730))
    if fate < 0.80:
        kind = weighted(chance, REGULAR if one["kind__is_formal"] else OTHERS)
        yield from _held(demo, chance, one, kind, latest - timedelta(days=chance.randrange(80)), first)
    for _ in range(weighted(chance, ((0, 22), (1, 26), (2, 30), (3, 22)))):
        kind = weighted(chance, REGULAR if chance.random() < 0.5 else OTHERS)
        yield from _held(demo, chance, one, kind, latest - timedelta(days=chance.randrange(95, 730)), first)
    if one["ended_on"] is None and chance.random() < 0.04:
        day = demo.today + timedelta(days=chance.randint(2, 25))
        yield _planned(chance, one, weighted(chance, REGULAR), day, "planned")


def _held(demo: DemoRun, chance, one: dict, kind: str, day: date, first: date) -> Iterator[dict[str, Any]]:
    """An organisation younger than the day holds its activity on its first one: whoever is to have some has some at
    once, so that a later loading adds none."""
    latest = min(one["ended_on"] or demo.today, demo.today)
    if first <= latest:
        status = "cancelled" if chance.random() < 0.02 else "held"
        yield _planned(chance, one, kind, max(day, first), status)


def _planned(chance, one: dict, kind: str, day: date, status: str) -> dict[str, Any]:
    wide = kind in {"training", "matchmaking", "publicity"}
    attendances = chance.randint(18, 120) if wide else chance.randint(4, 36)
    return {
        "organization": one["pk"],
        "town": one["town__code"],
        "kind": kind,
        "title": chance.choice(TITLES[kind]),
        "held_on": day,
        "place": chance.choice(PLACES),
        "status": status,
        "attendances": attendances if status == "held" else None,
        "summary": chance.choice(SUMMARIES) if status == "held" else "",
    }
