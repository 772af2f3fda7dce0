"""The demands as a file: as the list is filtered, in the scope of who asks; no contact, no internal word."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chains.filters import refuse_unknown_codes
from portal.imports.registry import ExportTable
from portal.kit.problems import Invalid

from .models import Demand
from .queries.demands import CODE_MODELS, FILTERS, listed
from .rules.hours import light

SLICE = 2_000
NAMED = {"since": "from", "until": "to"}
LIGHTS = {
    "red": gettext_lazy("已超期"), "yellow": gettext_lazy("即将到期"), "green": gettext_lazy("时间充裕"), "": "",
}  # fmt: skip


def check_demands(user, filters: Mapping[str, str]) -> None:
    """Raises Invalid for a filter or a choice that does not exist."""
    asked = _named(filters)
    if unknown := asked.keys() - FILTERS - {"search"}:
        raise Invalid({name: _("没有这个筛选条件。") for name in sorted(unknown)})
    listed(user, asked)
    refuse_unknown_codes(asked, CODE_MODELS)


def demand_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The demands in the user's scope that pass the filters, the latest first."""
    rows = listed(user, _named(filters))
    return ExportTable(
        title=_("诉求清单"),
        headers=[
            _("编号"), _("标题"), _("诉求内容"), _("要素"), _("诉求类型"), _("紧急程度"), _("来源"), _("提出方"),
            _("统一社会信用代码"), _("街镇"), _("产业链"), _("状态"), _("牵头部门"), _("提出时间"), _("本环节期限"), _("期限"),
            _("办结时间"), _("办理结果"), _("是否满意"), _("评分"), _("退回次数"), _("重新办理次数"),
        ],
        rows=_rows(rows),
        count=rows.order_by().count(),
    )  # fmt: skip


def _rows(rows: QuerySet[Demand]) -> Iterator[list[Any]]:
    now = timezone.now()
    found = rows.select_related("element", "enterprise", "project", "town", "chain", "lead")
    for row in (
        found.defer("contact_name", "contact_phone", "comment").order_by("-created_at", "-pk").iterator(SLICE)
    ):
        colour = light(now=now, warn_at=row.warn_at, due_at=row.due_at)
        satisfied = "" if row.satisfied is None else _("满意") if row.satisfied else _("不满意")
        yield [
            row.number, row.title, row.body, row.element.name, row.get_kind_display(), row.get_urgency_display(),
            row.get_source_display(), row.enterprise.name if row.enterprise else row.project.name,
            row.enterprise.uscc if row.enterprise else "", row.town.short_name, row.chain.name if row.chain else "",
            row.get_status_display(), row.lead.name if row.lead else "", _local(row.created_at), _local(row.due_at),
            str(LIGHTS[colour]), _local(row.resolved_at), row.result, satisfied, row.score, row.returns, row.reopenings,
        ]  # fmt: skip


def _local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _named(filters: Mapping[str, str]) -> dict[str, str]:
    """The filters by the names that the queries read; what people left empty is not asked."""
    return {NAMED.get(name, name): value for name, value in filters.items() if value}
