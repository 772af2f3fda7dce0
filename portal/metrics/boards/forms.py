"""Setting up a board, and choosing the month that is shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, NumberInput

from .models import PioneerBoard
from .queries import choosable
from .rules import MOST_PLACES, MOST_POSITION


class MonthFilter(forms.Form):
    """The month of the places."""

    month = forms.ChoiceField(label=_("月份"), required=False)

    def __init__(self, data, *, months):
        super().__init__(data)
        self.fields["month"].choices = [
            ("", _("上个月")), *((f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months)
        ]  # fmt: skip


class BoardForm(forms.Form):
    """A board as the bureau sets it up. Only figures that can be told by town or chain are offered."""

    name = forms.CharField(label=_("榜单名称"), max_length=40)
    rank_by = forms.ChoiceField(label=_("排名对象"))
    metric = forms.ChoiceField(label=_("指标"), help_text=_("括号内是该指标可以排名的对象。"))
    lowest_first = forms.BooleanField(label=_("数值低者居前"), required=False)
    places = forms.IntegerField(
        label=_("公布名次"), min_value=1, max_value=MOST_PLACES, initial=10, widget=NumberInput
    )
    position = forms.IntegerField(
        label=_("排序"), min_value=0, max_value=MOST_POSITION, required=False, widget=NumberInput
    )
    closed_on = forms.DateField(label=_("停用日期"), required=False, widget=DateInput)
    district = forms.ChoiceField(label=_("区"))

    def __init__(self, data=None, *, initial=None, districts=None):
        super().__init__(data, initial=initial)
        offered = {rank_by: found for rank_by, found in choosable().items() if found}
        labels = dict(PioneerBoard.RankBy.choices)
        self.fields["rank_by"].choices = [(code, labels[code]) for code in offered]
        names: dict[str, list] = {}
        for rank_by, found in offered.items():
            for metric in found:
                names.setdefault(metric.code, [metric.name]).append(labels[rank_by])
        self.fields["metric"].choices = [
            (code, f"{name}（{'、'.join(map(str, kinds))}）") for code, (name, *kinds) in names.items()
        ]
        if districts is None:  # an existing board keeps its district
            del self.fields["district"]
            return
        del self.fields["closed_on"], self.fields["position"]
        self.fields["district"].choices = [(row.code, row.name) for row in districts]
        if len(self.fields["district"].choices) == 1:
            del self.fields["district"]
