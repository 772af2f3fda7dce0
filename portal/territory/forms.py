"""The bureau's correction of the work calendar."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import CalendarDay


class CalendarDayForm(forms.Form):
    day = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_working = forms.TypedChoiceField(
        label=_("当天"),
        choices=[("no", _("不上班")), ("yes", _("上班"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=CalendarDay._meta.get_field("reason").max_length,
        help_text=_("例如：台风停工、调休通知变更。"),
    )
