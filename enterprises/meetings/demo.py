"""The demo's joint meetings (联席会议): every alliance with a chair met in the last quarters, and resolved something.

Written through the actions, after the members, once a district: what people recorded since stays theirs.
"""

from datetime import date, timedelta

from chains.alliances.models import ChairTerm
from chains.party.models import PartyOrganization
from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.kit.text import clean_line
from portal.territory.models import District

from ..cobuilding.models import AllianceMember
from .actions import finish_task, record_meeting
from .models import AllianceMeeting

QUARTER = 91
MEETINGS = {"baoshan": 4}  # where they are published; elsewhere two
TOPICS = (
    ("joint", "{chain}产业链党建联盟第{number}次联席会议"),
    ("consultation", "{chain}产业链融资与用工问题会商"),
)
TASKS = (
    ("摸清成员企业本季度融资需求，向银行集中推介", "区金融服务中心", "已汇总并完成一次银企对接。"),
    ("组织成员单位党组织联合开展一次主题党日", "轮值会长单位", "已联合开展，成员单位均派人参加。"),
    ("梳理链上企业可互采的产品清单，发布到供需对接", "区市场监督管理局", "清单已发布，有企业达成采购意向。"),
    ("协调检测机构为成员企业上门服务一天", "质量基础设施一站式服务站", "已上门服务，出具检测建议。"),
)
MINUTES = "会议通报上次议定事项进展，成员单位逐一发言，议定下列事项，由轮值会长单位督促落实。"


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    if AllianceMeeting.objects.filter(district=district).exists():
        return
    clerk = demo_user(district, "bureau")
    chaired = ChairTerm.objects.filter(alliance__district=district).values("alliance")
    rows = PartyOrganization.objects.filter(
        pk__in=chaired,
        status=PartyOrganization.Status.ACTIVE,
        chain__isnull=False,
    ).select_related("chain")
    for alliance in rows.order_by("chain__position", "code"):
        _meet(demo, alliance, clerk)


def _meet(demo: DemoRun, alliance: PartyOrganization, clerk) -> None:
    """One meeting a quarter, under who had the chair then."""
    chance = demo.chance("meetings", alliance.code)
    members = list(AllianceMember.objects.filter(alliance=alliance).select_related("enterprise"))
    chaired_since = alliance.chair_terms.order_by("started_on").first().started_on
    count = MEETINGS.get(demo.district, 2)
    for back in range(count, 0, -1):
        day = demo.days_ago(QUARTER * back - chance.randrange(20, 70))
        if day < chaired_since:
            continue
        kind, topic = TOPICS[back % 2 == 1 and count - back > 0]
        meeting = record_meeting(
            alliance=alliance, by=clerk, kind=kind, held_on=day, minutes=MINUTES, place="产业园区党群服务中心",
            topic=topic.format(chain=alliance.chain.name, number=count - back + 1),
            attended=[one for one in _members_on(members, day) if chance.random() < 0.85],
            guests="属地街镇党委、区市场监督管理局",
            tasks=[
                {"text": text, "owner": owner, "due_on": day + timedelta(days=chance.randrange(20, 60))}
                for text, owner, _result in chance.sample(TASKS, 2)
            ],
        )  # fmt: skip
        _follow_up(demo, meeting, chance, clerk)


def _members_on(members: list[AllianceMember], day: date) -> list[AllianceMember]:
    return [one for one in members if one.joined_on <= day and (one.left_on is None or one.left_on > day)]


def _follow_up(demo: DemoRun, meeting: AllianceMeeting, chance, clerk) -> None:
    """What was due is done as a rule; now and then something is late."""
    results = {clean_line(text): result for text, _owner, result in TASKS}
    for task in meeting.tasks.all():
        done_on = task.due_on - timedelta(days=chance.randrange(0, 8))
        if done_on <= demo.today and chance.random() < 0.85:
            finish_task(
                task=task,
                by=clerk,
                version=1,
                done_on=max(done_on, meeting.held_on),
                result=results[clean_line(task.text)],
            )
