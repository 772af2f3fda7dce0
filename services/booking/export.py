"""The comparison and the list of bookings as files, in the scope of who asks, filtered as on the page."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.imports.exporting import record_export
from portal.imports.registry import ExportTable
from portal.kit.problems import Invalid

from .forms.comparison import ComparisonFilter, RowsFilter
from .models import Booking
from .queries.behind import bookings_behind
from .queries.comparison import FORMULAS, Line, comparison, total
from .rules.rights import can_act, can_see_figures

PERSONAL = ("contact_name", "contact_phone")
SLICE = 1_000


def check_comparison(user, filters: Mapping[str, str]) -> None:
    """Raises Invalid for a filter or a choice that does not exist."""
    _bound(ComparisonFilter, user, filters)


def check_bookings(user, filters: Mapping[str, str]) -> None:
    """Raises Invalid for a filter or a choice that does not exist."""
    _bound(RowsFilter, user, filters)


def comparison_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The comparison with what every rate is made of, and its total as the last row."""
    form = _bound(ComparisonFilter, user, filters)
    by, period = form.cleaned_data["by"] or "station", form.span()
    lines = comparison(user, period, by=by)
    if lines:
        lines.append(total(user, period, lines, by=by))
    return ExportTable(
        title=_("服务对比"),
        headers=[
            _("代码"), _("名称"), _("名额"), _("已约名额"), _("满约率"), _("预约数"), _("已办结"), _("爽约"), _("爽约率"),
            _("已取消"), _("取消率"), _("已婉拒"), _("候补中"), _("评价数"), _("满意度"), _("平均等候（天）"),
        ],
        rows=(_line(row) for row in lines),
        count=len(lines),
    )  # fmt: skip


def _line(row: Line) -> list[Any]:
    counts, rate = row.counts, {name: getattr(row, name) for name in FORMULAS}
    return [
        row.code, row.name, counts.capacity, counts.booked, rate["fill_rate"], counts.bookings, counts.served,
        counts.no_shows, rate["no_show_rate"], counts.cancelled, rate["cancel_rate"], counts.declined, counts.waiting,
        counts.rated, rate["satisfaction"], rate["lead_days"],
    ]  # fmt: skip


def booking_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The bookings in the user's scope that pass the filters.

    Contacts are columns for staff only, filled in where the user acts; taking them along is recorded as a view.
    """
    form = _bound(RowsFilter, user, filters)
    rows = bookings_behind(user, form.span(), form.chosen, form.narrowed())
    count, personal = rows.order_by().count(), user.scope.is_staff
    if personal and count:
        what = _("导出 %(count)s 条预约") % {"count": count}
        record_export(user, model="services.Booking", export_id=export_id, what=what, fields=PERSONAL)
    headers = [
        _("编号"), _("状态"), _("服务站"), _("服务事项"), _("技术机构"), _("开始时间"), _("结束时间"), _("统一社会信用代码"),
        _("企业名称"), _("办理方式"), _("办理事由"), _("现场取号"), _("提交时间"), _("办结时间"), _("办理结果"), _("评分"), _("评价"),
    ]  # fmt: skip
    return ExportTable(
        title=_("预约名单"),
        headers=headers + ([_("联系人"), _("联系电话")] if personal else []),
        rows=_bookings(rows, user, personal=personal),
        count=count,
    )


def _bookings(rows: QuerySet[Booking], user, *, personal: bool) -> Iterator[list[Any]]:
    for row in rows.order_by("session__starts_at", "pk").iterator(SLICE):
        session, rating = row.session, getattr(row, "rating", None)
        values = [
            row.number, row.get_status_display(), session.station.name, session.item.name,
            session.institution.name if session.institution else "", _minute(session.starts_at),
            _minute(session.ends_at), row.enterprise.uscc, row.enterprise.name, row.get_mode_display(), row.subject,
            _("是") if row.is_walk_in else "", _minute(row.created_at), _minute(row.completed_at), row.result,
            rating.score if rating else None, rating.comment if rating else "",
        ]  # fmt: skip
        if personal:
            may = can_act(user, row)
            values += [getattr(row, name) if may else "" for name in PERSONAL]
        yield values


def _minute(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _bound(form_class: type, user, filters: Mapping[str, str]) -> Any:
    if not can_see_figures(user):
        raise Invalid({"kind": _("没有这种表格。")})
    if unknown := filters.keys() - form_class.base_fields.keys():
        raise Invalid({name: _("没有这个筛选条件。") for name in sorted(unknown)})
    form = form_class(filters)
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form
