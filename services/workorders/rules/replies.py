"""Which moves a canned reply may begin, in which field its text goes, and what is offered where a district has none. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

REPLIED: Mapping[str, str] = {
    "reject": "reason",
    "return": "reason",
    "report": "text",
    "ask": "text",
    "extend": "reason",
    "refuse_extension": "reason",
    "resolve": "result",
}
"""Move → the field that its text fills. What the enterprise writes is its own."""

DEFAULTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "reject": (
        (_("不属于本区职责"), _("您反映的事项不属于本区职责范围，请向（单位）反映，联系电话（电话）。")),
        (_("重复提出"), _("您反映的事项已登记为（编号），正在办理，请在该件中查看进展。")),
    ),
    "return": (
        (_("不属于本部门职责"), _("经核，该事项不属于本部门职责，依据（文件），建议由（部门）办理。")),
    ),
    "report": (
        (_("已联系企业"), _("已与企业联系，了解具体情况，正在研究办理。")),
        (_("已会同有关单位研究"), _("已会同（单位）研究，初步意见为：")),
        (_("需上级审批"), _("该事项需报（上级单位）审批，已于（日期）上报，收到批复后即办理。")),
    ),
    "ask": (
        (_("请补充材料"), _("为便于办理，请补充以下材料：")),
        (_("请说明具体情况"), _("请说明事项发生的时间、地点和希望解决的具体问题。")),
    ),
    "extend": ((_("需上级审批"), _("该事项需报上级审批，预计（日期）前收到批复，申请延期。")),),
    "refuse_extension": ((_("请按期办结"), _("该事项具备办理条件，请按原期限办结。")),),
    "resolve": (
        (_("已解决"), _("您反映的问题已解决：")),
        (_("已解释政策"), _("经核，您咨询的事项依据（政策名称）规定：")),
        (_("列入计划"), _("受条件限制暂不能解决，已列入（计划），预计（日期）前完成，届时再与您联系。")),
    ),
}
"""Move → (title, text) where a district has set none. What stands in brackets is filled in by whoever writes."""
