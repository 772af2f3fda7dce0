"""Which features have demo rows, in the order in which they lean on each other."""

import chains.industry.demo
import chains.party.demo
import enterprises.activities.demo
import enterprises.coverage.demo
import enterprises.organizations.demo
import enterprises.outreach.demo
import enterprises.profile.demo
import enterprises.registry.demo
import portal.accounts.demo
import services.booking.demo
import services.handbook.demo
import services.stations.demo

FEATURES = (
    ("用户", portal.accounts.demo),
    ("产业链", chains.industry.demo),
    ("党组织", chains.party.demo),
    ("企业", enterprises.registry.demo),
    ("党建信息与摸排", enterprises.profile.demo),
    ("服务站与服务事项", services.stations.demo),
    ("质惠手册", services.handbook.demo),
    ("场次与预约", services.booking.demo),
    ("指导员与联系点", enterprises.outreach.demo),
    ("活动", enterprises.activities.demo),
    ("组建建议", enterprises.coverage.demo),
    ("党组织沿革", enterprises.organizations.demo),
)
DISTRICTS = ("songjiang",)
