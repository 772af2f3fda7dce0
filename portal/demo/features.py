"""Which features have demo rows, in the order in which they lean on each other."""

from types import ModuleType

import chains.alliances.demo
import chains.industry.demo
import chains.party.demo
import enterprises.activities.demo
import enterprises.cobuilding.demo
import enterprises.coverage.demo
import enterprises.ledger.demo
import enterprises.meetings.demo
import enterprises.organizations.demo
import enterprises.outreach.demo
import enterprises.profile.demo
import enterprises.projects.demo
import enterprises.registry.demo
import portal.accounts.demo
import portal.metrics.boards.demo
import services.booking.demo
import services.courses.demo
import services.guides.demo
import services.handbook.demo
import services.policies.demo
import services.simplified.demo
import services.stations.demo
import services.visits.demo
import services.workorders.demo

FEATURES = (
    ("用户", portal.accounts.demo),
    ("产业链", chains.industry.demo),
    ("党组织", chains.party.demo),
    ("党建联盟", chains.alliances.demo),
    ("企业", enterprises.registry.demo),
    ("党建信息与摸排", enterprises.profile.demo),
    ("服务站与服务事项", services.stations.demo),
    ("质惠手册", services.handbook.demo),
    ("政策资源库", services.policies.demo),
    ("企业课程", services.courses.demo),
    ("工作指引", services.guides.demo),
    ("简易申报事项", services.simplified.demo),
    ("场次与预约", services.booking.demo),
    ("共建协议", enterprises.cobuilding.demo),
    ("联席会议", enterprises.meetings.demo),
    ("指导员与联系点", enterprises.outreach.demo),
    ("活动", enterprises.activities.demo),
    ("组建建议", enterprises.coverage.demo),
    ("党组织沿革", enterprises.organizations.demo),
    ("要素台账", enterprises.ledger.demo),
    ("融合项目", enterprises.projects.demo),
    ("走访与发现的问题", services.visits.demo),
    ("派单规则与企业诉求", services.workorders.demo),
    ("先锋榜单", portal.metrics.boards.demo),
)
DISTRICTS = ("songjiang", "baoshan", "pukou", "suqian")
# What is published of one district only, and would be made up in the others.
ONLY = {
    enterprises.ledger.demo: ("songjiang",),
    enterprises.projects.demo: ("songjiang",),
    services.handbook.demo: ("songjiang",),
    services.policies.demo: ("songjiang",),
    services.courses.demo: ("songjiang",),
    services.guides.demo: ("songjiang",),
    services.simplified.demo: ("baoshan",),
}


def features_of(district: str) -> list[tuple[str, ModuleType]]:
    """The features that have demo rows of this district."""
    return [(name, one) for name, one in FEATURES if district in ONLY.get(one, DISTRICTS)]
