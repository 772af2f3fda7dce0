"""Forms of 以大带小: a new link from an organisation's page, its correction and its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput

from ..models import GuidanceLink, PartyOrganization
from ..queries.organizations import near
from .fields import OrganizationField


class GuidanceForm(forms.Form):
    """The organisation of the page guides another one, or is guided by it."""

    direction = forms.ChoiceField(
        label=_("关系"),
        choices=[("guide", _("带动下面的党组织")), ("guided", _("受下面的党组织带动"))],
        widget=forms.RadioSelect,
        initial="guide",
    )
    other = OrganizationField(label=_("另一方党组织"), help_text=_("编号或全称；输入时会给出建议。"))
    kind = forms.ChoiceField(
        label=_("方式"), choices=GuidanceLink.Kind.choices, widget=forms.RadioSelect, initial="guidance"
    )
    started_on = forms.DateField(label=_("开始日期"), widget=DateInput)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, user, organization: PartyOrganization, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["other"].offer(user, near(user, organization))


class GuidanceChangeForm(forms.Form):
    ended_on = forms.DateField(
        label=_("结束日期"),
        required=False,
        widget=DateInput,
        help_text=_("填写后这段带动关系即告结束，不能再改。"),
    )
    note = forms.CharField(label=_("说明"), max_length=300, required=False)
