"""Filters of a figure's page, and the year's targets."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput

from .rules import CEILING, FLOOR, ONE_DAY

SANE = [MinValueValidator(FLOOR), MaxValueValidator(CEILING - ONE_DAY)]  # as the REST of figures takes them
STEPS = (("month", _("月")), ("quarter", _("季度")), ("year", _("年")), ("day", _("日")))


class FigureFilter(forms.Form):
    """Range, step and place, by code. Only what the figure can be broken down by is offered."""

    from_ = forms.DateField(label=_("开始日期"), required=False, widget=DateInput, validators=SANE)
    to = forms.DateField(label=_("结束日期"), required=False, widget=DateInput, validators=SANE)
    by = forms.ChoiceField(label=_("统计方式"), required=False)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    station = forms.ChoiceField(label=_("服务站"), required=False)

    def __init__(self, data, *, metric, places):
        super().__init__(data)
        breakdowns = {"town": _("街镇"), "chain": _("产业链")}
        self.fields["by"].choices = [*STEPS, *((name, breakdowns[name]) for name in metric.dimensions)]
        for name, rows in places.items():
            if name in metric.filters:
                self.fields[name].choices = [("", _("全部")), *((row.code, row.name) for row in rows)]
            else:
                del self.fields[name]
        self.fields = {("from" if name == "from_" else name): field for name, field in self.fields.items()}


class YearFilter(forms.Form):
    """The year and the place whose targets are shown."""

    year = forms.IntegerField(label=_("年度"), required=False, min_value=2000, max_value=2100)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)

    def __init__(self, data, *, towns, chains):
        super().__init__(data)
        self.fields["town"].choices = [("", _("全区")), *((row.code, row.name) for row in towns)]
        self.fields["chain"].choices = [("", _("全部")), *((row.code, row.name) for row in chains)]


class TargetsForm(forms.Form):
    """One field a figure; an empty one has no target. Amounts are entered in 万元."""

    def __init__(self, data=None, *, metrics, initial=None):
        super().__init__(data, initial=initial)
        for metric in metrics:
            unit = _("万元") if metric.money else metric.unit
            self.fields[metric.code] = forms.DecimalField(
                label=f"{metric.name}（{unit}）",
                required=False,
                min_value=0,
                max_digits=16,
                decimal_places=6 if metric.money else 2,
                widget=forms.NumberInput({"inputmode": "decimal", "min": "0", "step": "any"}),
            )
