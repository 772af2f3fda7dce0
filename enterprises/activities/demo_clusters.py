"""The activities of 松江's cluster organisations since 2021: 2 000 with 20 000 attendances (published, domain.md).

What the loading of the last two years gave them counts in; the rest stands in 2021 and the first weeks of 2022, with the
organisations that stood then. Loaded once: the rows are known by their titles.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Sum

from chains.party.models import PartyOrganization
from portal.accounts.demo import demo_user
from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, weighted
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from .demo_rows import COLUMNS, activity_values, last_numbers
from .metrics import CLUSTERS
from .models import Activity

ACTIVITIES, ATTENDANCES = 2_000, 20_000
FIRST_DAY, LAST_DAY = date(2021, 1, 4), date(2022, 2, 28)
LEAST = 4  # who comes to the smallest one
THEME = "党史学习教育"
KINDS = (
    ("three_meetings", "专题党课"), ("three_meetings", "专题组织生活会"), ("theme_day", "主题党日"),
    ("salon", "读书沙龙"), ("quiz", "知识竞赛"), ("publicity", "红色宣讲"),
)  # fmt: skip
PLACES = ("党群服务中心", "企业党员活动室", "园区会议室", "线上会议")


def load_clusters(demo: DemoRun, district: District) -> None:
    clusters = PartyOrganization.objects.filter(district=district, kind__code__in=CLUSTERS)
    held = Activity.objects.filter(organization__in=clusters, status=Activity.Status.HELD)
    stood = list(clusters.filter(set_up_on__lt=FIRST_DAY).order_by("code").values_list("pk", flat=True))
    if not stood or held.filter(title__startswith=THEME).exists():
        return
    there = held.aggregate(count=Count("pk"), people=Sum("attendances"))
    chance, clerk = demo.chance("clusters"), demo_user(district, "bureau").pk
    people = [LEAST] * (ACTIVITIES - there["count"])
    for _ in range(ATTENDANCES - (there["people"] or 0) - sum(people)):
        people[chance.randrange(len(people))] += 1
    rows = []
    for came in people:
        kind, what = weighted(chance, [(one, 1) for one in KINDS])
        rows.append({
            "organization": chance.choice(stood), "kind": kind, "title": f"{THEME}：{what}", "status": "held",
            "held_on": FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days + 1)),
            "place": chance.choice(PLACES), "attendances": came, "summary": "",
        })  # fmt: skip
    rows.sort(key=lambda row: row["held_on"])
    with transaction.atomic():
        last = last_numbers()
        copy_rows(Activity, COLUMNS, (activity_values(row, last, clerk) for row in rows))
        mark_dirty("activity")
