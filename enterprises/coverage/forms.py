"""Filters of the coverage pages, and the two decisions on a proposal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import JointProposal


class PlaceFilter(forms.Form):
    """Town and chain, by code. A user of one town has nothing to choose."""

    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)

    def __init__(self, data, *, towns, chains):
        super().__init__(data)
        self.fields["town"].choices = [("", _("全部")), *((town.code, town.short_name) for town in towns)]
        self.fields["chain"].choices = [("", _("全部")), *((chain.code, chain.name) for chain in chains)]
        if len(towns) == 1:
            self.fields["town"].widget = forms.HiddenInput()


class FigureFilter(PlaceFilter):
    """Which figure the map shows."""

    show = forms.CharField(required=False, widget=forms.HiddenInput)


class GroupFilter(PlaceFilter):
    """The group of the should-establish rule."""

    group = forms.CharField(required=False, widget=forms.HiddenInput)


class RowsFilter(PlaceFilter):
    """The figure whose rows are listed."""

    figure = forms.CharField(required=False, widget=forms.HiddenInput)


class ProposalFilter(PlaceFilter):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *JointProposal.State.choices]
    )


class AcceptForm(forms.Form):
    """The name of the branch; which enterprises take part are check boxes beside their rows."""

    name = forms.CharField(label=_("党组织名称"), max_length=120)
    version = forms.IntegerField(widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("不采纳的原因"),
        min_length=2,
        max_length=200,
        help_text=_("例如：企业即将迁出，暂不组建。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
