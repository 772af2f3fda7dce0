"""Forms of an organisation's end: where its enterprises and children go, or into which other it merges."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.party.forms.fields import OrganizationField
from chains.party.models import PartyOrganization
from chains.party.queries.organizations import near
from portal.kit.forms import DateInput

from .rules import NOT_CHOSEN

NOBODY = _("无组织")
TOP = _("区直属")


class EndForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    ended_on = forms.DateField(label=_("日期"), widget=DateInput)
    reason = forms.CharField(label=_("原因"), min_length=2, max_length=200)

    def __init__(self, *args: Any, user, organization: PartyOrganization, **kwargs: Any):
        initial = {
            "version": organization.version,
            "ended_on": timezone.localdate(),
            **kwargs.pop("initial", {}),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.user, self.organization = user, organization
        self.fields["ended_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.near = list(near(user, organization))


class DissolveForm(EndForm):
    """`destination`: where enterprises go by default; one select per enterprise overrides it (`to-USCC`)."""

    destination = OrganizationField(
        label=_("覆盖企业的默认去向"),
        help_text=_("编号或全称；输入“无组织”表示暂不归属任何党组织。下面可逐家另选。"),
    )
    children_to = OrganizationField(
        label=_("下级党组织的去向"), help_text=_("编号或全称；输入“区直属”表示不设上级。")
    )

    def __init__(
        self,
        *args: Any,
        user,
        organization: PartyOrganization,
        covers: int,
        children: int,
        **kwargs: Any,
    ):
        above = organization.parent
        initial = {"children_to": above.name if above and above.status == "active" else str(TOP)}
        super().__init__(*args, user=user, organization=organization, initial=initial, **kwargs)
        for name, count, word in (("destination", covers, NOBODY), ("children_to", children, TOP)):
            if count:
                self.fields[name].offer(user, self.near, {str(word): NOBODY})
            else:
                del self.fields[name]

    def near_choices(self) -> list[tuple[str, str]]:
        """What each enterprise's own select offers."""
        return [("none", str(NOBODY)), *((row.code, row.name) for row in self.near)]

    def ends(self) -> dict[str, Any]:
        """What the action takes; call after is_valid()."""
        given = dict(self.cleaned_data)
        destination, children_to = given.pop("destination", NOT_CHOSEN), given.pop("children_to", NOT_CHOSEN)
        return {
            **given,
            "default": None if destination is NOBODY else destination,
            "children_to": None if children_to is NOBODY else children_to,
        }

    def chosen(self, usccs: Iterable[str], data: Mapping[str, str]) -> dict[str, PartyOrganization | None]:
        """The enterprises for which the clerk chose another destination. Raises ValidationError for a made-up one."""
        rows = {row.code: row for row in self.near}
        found: dict[str, PartyOrganization | None] = {}
        for uscc in usccs:
            code = data.get(f"to-{uscc}", "")
            if not code:
                continue
            if code != "none" and code not in rows:
                raise forms.ValidationError(_("所选的去向不在可选的党组织之内，请重新选择。"))
            found[uscc] = rows.get(code)
        return found


class MergeForm(EndForm):
    into = OrganizationField(label=_("并入的党组织"), help_text=_("编号或全称；输入时会给出建议。"))

    field_order = ("version", "into", "ended_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["into"].offer(self.user, self.near)
