"""The rows behind a figure: those that its user may see, and whose sum is the figure."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid

from .. import rules, statements
from ..places import Area
from ..registry import Metric, Rate, RowsOf, Snapshot, metric_of, rows_of

VALUE = "row_value"


@dataclass(frozen=True)
class Behind:
    """Rows as dictionaries with `pk`, the shown columns and `row_value`, what each adds; and their sum."""

    metric: Metric
    rows: QuerySet
    shown: RowsOf
    sum: Decimal


def counted_part(metric: Metric | Rate) -> Metric:
    """The figure whose rows are shown: a rate's are those of its part."""
    return metric_of(metric.part) if isinstance(metric, Rate) else metric


def rows_behind(
    metric: Metric | Rate,
    user: User,
    *,
    area: Area,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> Behind:
    """The rows of a period (of its last day for a stock) in an area. Raises Invalid for a day that keeps no rows."""
    counted, today = counted_part(metric), timezone.localdate()
    last = last or today
    first = rules.FLOOR if first is None or metric.to_date else first
    if first > last:
        raise Invalid({"from": _("开始日期不能晚于结束日期。")})
    if isinstance(counted, Snapshot) and not counted.has_past and last != today:
        raise Invalid({"to": _("该指标只保存每日数值，名单只能查看今天的。")})
    rows = _within(counted, counted.rows_in(first, last), area)
    visible = rows.model._default_manager.visible_to(user).filter(pk__in=rows)
    total = visible.aggregate(total=Sum(counted.each) if counted.each else Count("pk"))["total"] or 0
    return Behind(counted, _shown(visible, counted, rows_of(rows.model)), rows_of(rows.model), Decimal(total))


def _within(metric: Metric, rows: QuerySet, area: Area) -> QuerySet:
    """The keys of the rows inside the area, as a subquery."""
    rows = rows.order_by().filter(**{f"{statements.district_of(metric, rows)}__in": area.districts})
    if area.towns:
        rows = rows.filter(**{f"{metric.town}__in": area.towns}) if metric.town else rows.none()
    if area.station:
        rows = rows.filter(**{metric.station: area.station}) if metric.station else rows.none()
    if area.chain:
        rows = rows.filter(on_chain(metric, area.chain)) if metric.chain else rows.none()
    return rows.values("pk")


def on_chain(metric: Metric, chain: int) -> Q:
    """The condition for the rows of one chain."""
    return metric.on_chain(chain) if metric.on_chain else Q(**{metric.chain: chain})


def _shown(rows: QuerySet, metric: Metric, shown: RowsOf) -> QuerySet:
    columns: dict[str, Any] = {f"row_{column.name}": F(column.lookup) for column in shown.columns}
    if shown.page:
        columns["row_page"] = F(shown.page[1])
    columns[VALUE] = Value(1)
    if metric.each:
        columns[VALUE] = F(metric.each) if isinstance(metric.each, str) else metric.each
    return rows.order_by().values("pk", **columns)
