"""What each figure of coverage means (口径), as the pages, the figures' registry and the API say it."""

from django.utils.translation import gettext_lazy as _

BASE = _("登记状态为“存续”的企业。")
ORGANIZATIONAL = _("存续企业中单独组建或参加联合党组织的企业 ÷ 存续企业。")
STAND_ALONE = _("存续企业中单独组建党组织的企业 ÷ 存续企业。")
WORK = _(
    "存续企业中有党组织（单独或联合），或本企业、所在商圈楼宇园区派有指导员，或为联系点的企业 ÷ 存续企业。"
)
FORMAL = _("状态正常的党组织，不含产业链党建联盟。")
EFFECTIVE = _(
    "状态正常的党组织中，截至当日的三个月内开展过三会一课或主题党日的 ÷ 状态正常的党组织。季末当日即为本季度。"
)
CHAIN = _(
    "按产业链统计时，一家企业在两条链上，两条链各计一次、全区只计一次；党组织按所属链和所覆盖企业所在的链计。"
)

# For the page: (what, how it is counted).
ALL = (
    (_("存续企业"), BASE),
    (_("组织覆盖率"), ORGANIZATIONAL),
    (_("单独组建率"), STAND_ALONE),
    (_("工作覆盖率"), WORK),
    (_("有效覆盖率"), EFFECTIVE),
    (_("按产业链"), CHAIN),
)
