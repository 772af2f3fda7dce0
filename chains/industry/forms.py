"""The bureau's form for a chain."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.text import clean_line, clean_text
from portal.territory.models import Town

from .models import Chain


class ChainForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=Chain._meta.get_field("name").max_length)
    lead_town = forms.ModelChoiceField(label=_("牵头街镇"), queryset=Town.objects.none(), required=False)
    description = forms.CharField(
        label=_("简介"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, chain: Chain, **kwargs):
        kwargs.setdefault(
            "initial",
            {
                "name": chain.name,
                "lead_town": chain.lead_town,
                "description": chain.description,
                "version": chain.version,
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["lead_town"].queryset = Town.objects.filter(district=chain.district_id, closed_on=None)

    def clean_name(self) -> str:
        if not (name := clean_line(self.cleaned_data["name"])):
            raise forms.ValidationError(_("请填写产业链名称。"))
        return name

    def clean_description(self) -> str:
        return clean_text(self.cleaned_data["description"])
