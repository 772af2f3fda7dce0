"""Filters of the comparison and of the rows behind its figures."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.kit.forms import DateInput

from ...stations.models import Institution, ServiceItem, ServiceStation
from ..models import Booking
from ..queries.behind import FIGURES, Narrowed
from ..queries.comparison import COLUMNS, GROUPS, Period
from ..rules.periods import Span, days_of

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


def by_code(label: Any, model: type, every: Any) -> forms.ModelChoiceField:
    """A choice of rows by their code; empty: all of them."""
    return forms.ModelChoiceField(
        label=label,
        queryset=model._default_manager.all(),
        to_field_name="code",
        required=False,
        empty_label=every,
    )


class DaysForm(forms.Form):
    """Days in their order, within a century in which a typing error is noticed."""

    first = forms.DateField(label=_("服务日期从"), required=False, widget=DateInput)
    last = forms.DateField(label=_("到"), required=False, widget=DateInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        first, last = given.get("first"), given.get("last")
        for name in ("first", "last"):
            if given.get(name) and not EARLIEST <= given[name] <= LATEST:
                self.add_error(name, _("请检查日期。"))
        if first and last and last < first:
            self.add_error("last", _("结束日期不能早于开始日期。"))
        return given

    def code(self, name: str) -> str:
        row = self.cleaned_data.get(name)
        return row.code if row else ""


class ComparisonFilter(DaysForm):
    period = forms.ChoiceField(label=_("时段"), required=False, choices=Span.choices)
    item = by_code(_("服务事项"), ServiceItem, _("全部事项"))
    by = forms.ChoiceField(
        required=False, choices=[(name, name) for name in GROUPS], widget=forms.HiddenInput
    )
    show = forms.ChoiceField(
        required=False, choices=[(name, name) for name in COLUMNS], widget=forms.HiddenInput
    )
    sort = forms.ChoiceField(
        required=False, choices=[(name, name) for name in ("bookings", *COLUMNS)], widget=forms.HiddenInput
    )
    field_order = ("period", "first", "last", "item")

    def span(self) -> Period:
        """The compared days; choosing days is choosing a free period."""
        given = self.cleaned_data
        kind = given["period"] or (Span.FREE if given.get("first") or given.get("last") else Span.MONTH)
        first, last = days_of(kind, timezone.localdate(), given.get("first"), given.get("last"))
        return Period(first, last, item=self.code("item"))


class RowsFilter(DaysForm):
    """The rows behind a figure: what they are, and where, what, when."""

    search = forms.CharField(label=_("编号或企业名称"), required=False, max_length=60)
    figure = forms.ChoiceField(
        label=_("口径"),
        required=False,
        choices=[(code, label) for code, (label, _condition) in FIGURES.items()],
    )
    station = by_code(_("服务站"), ServiceStation, _("全部服务站"))
    item = by_code(_("服务事项"), ServiceItem, _("全部事项"))
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *Booking.Status.choices]
    )
    institution = by_code(_("技术机构"), Institution, _("全部机构"))
    chain = by_code(_("产业链"), Chain, _("全部产业链"))
    grouped = forms.ChoiceField(
        required=False, choices=[(name, name) for name in GROUPS], widget=forms.HiddenInput
    )
    field_order = ("search", "figure", "station", "item", "status", "first", "last", "institution", "chain")

    def span(self) -> Period:
        given = self.cleaned_data
        return Period(
            given.get("first") or EARLIEST,
            given.get("last") or LATEST,
            self.code("station"),
            self.code("item"),
        )

    def narrowed(self) -> Narrowed:
        """What narrows the rows besides; those of a total line of chains or institutions have any of them."""
        given = self.cleaned_data
        return Narrowed(
            institution=self.code("institution"),
            chain=self.code("chain"),
            status=given["status"],
            search=given["search"].strip(),
            on_chains=given["grouped"] == "chain",
            with_institution=given["grouped"] == "institution",
        )

    @property
    def chosen(self) -> str:
        return self.cleaned_data["figure"] or "bookings"


class SessionsFilter(DaysForm):
    """The sessions behind a fill rate."""

    station = by_code(_("服务站"), ServiceStation, _("全部服务站"))
    item = by_code(_("服务事项"), ServiceItem, _("全部事项"))
    institution = by_code(_("技术机构"), Institution, _("全部机构"))
    grouped = forms.ChoiceField(
        required=False, choices=[(name, name) for name in GROUPS], widget=forms.HiddenInput
    )
    field_order = ("station", "item", "institution", "first", "last")

    span = RowsFilter.span
