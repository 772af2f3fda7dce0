"""The demo's alliances: each district's chains have one (chains/party/demo.py); here they get charter and chairs.

Written through the actions. An alliance that has a charter or a chair already is somebody's: it stays as it is.
"""

from datetime import timedelta

from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.territory.models import District

from ..party.demo import chain_branch_codes
from ..party.models import PartyOrganization
from ..party.rules import ALLIANCE
from .actions import hand_over_chair, update_alliance
from .models import Alliance

Pattern = Alliance.Pattern
PATTERNS = {  # district → the pattern of its alliances, as the sources describe it
    "baoshan": (Pattern.TOWN_ALLIANCE,),
    "pukou": (Pattern.ALLIANCE, Pattern.LEADING),
    "suqian": (Pattern.ALLIANCE,),
    "songjiang": (Pattern.TOWN_ALLIANCE, Pattern.ALLIANCE),
}
SYSTEM = {
    Pattern.TOWN_ALLIANCE: (
        "实行“1+1+X+N”组织体系：属地街镇党（工）委组织领导，联盟牵头实施，链上企业党组织内部联动，"
        "区职能部门党组织共建。"
    ),
    Pattern.ALLIANCE: "实行“1+X+N”组织体系：联盟牵头，链上企业党组织联动，职能部门和服务单位党组织共建。",
    Pattern.LEADING: "实行“1+1+N”组织体系：联盟与龙头企业党组织牵头，链上成员单位共同参与。",
}
CHARTER = """第一条  {name}是由{chain}产业链上的党组织自愿组成的共建共享平台，不是正式党组织，不改变成员单位的隶属关系。
第二条  {system}
第三条  实行成员单位“轮值会长”制，任期一年；轮值会长单位负责召集联席会议、牵头年度共建项目。
第四条  每季度召开一次成员单位联席会议，通报情况、会商问题、议定事项，并由轮值会长单位督促落实。
第五条  主要任务：组织联建、党员联育、资源联享、活动联办、难题联解，服务产业强链补链延链。"""
TERM = timedelta(days=365)


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
    rows = PartyOrganization.objects.filter(
        district=district, kind__code=ALLIANCE, chain__isnull=False, status=PartyOrganization.Status.ACTIVE
    ).select_related("chain")
    fresh = rows.filter(alliance__isnull=True, chair_terms__isnull=True).order_by("chain__position", "code")
    for position, row in enumerate(fresh):
        patterns = PATTERNS[demo.district]
        _adopt(demo, row, patterns[min(position, len(patterns) - 1)], clerk)
        _rotate(demo, row, clerk)


def _adopt(demo: DemoRun, row: PartyOrganization, pattern: str, clerk) -> None:
    charter = CHARTER.format(name=row.name, chain=row.chain.name, system=SYSTEM[pattern])
    adopted_on = max(demo.days_ago(700), row.set_up_on or demo.days_ago(700))
    changes = {"pattern": pattern, "charter": charter, "adopted_on": adopted_on}
    update_alliance(alliance=row, by=clerk, version=row.version, changes=changes)
    row.refresh_from_db(fields=["version"])


def _rotate(demo: DemoRun, row: PartyOrganization, clerk) -> None:
    """Two joint branches of the chain take turns: last year's chair and this year's."""
    branches = PartyOrganization.objects.filter(code__in=chain_branch_codes(row.chain.code)).order_by("code")
    day = demo.today - TERM - timedelta(days=demo.chance("chair", row.code).randrange(30, 300))
    for chair in branches:
        day = max(day, *(one.set_up_on for one in (row, chair) if one.set_up_on))
        if day <= demo.today:
            hand_over_chair(alliance=row, by=clerk, version=row.version, chair=chair, started_on=day)
            row.refresh_from_db(fields=["version"])
        day += TERM
