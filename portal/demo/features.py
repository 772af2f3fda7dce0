"""Which features have demo rows, in the order in which they lean on each other."""

import chains.industry.demo
import chains.party.demo
import enterprises.profile.demo
import enterprises.registry.demo
import portal.accounts.demo
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
)
DISTRICTS = ("songjiang",)
