"""Whom to ask about a request: as typed, else the enterprise's registered contact, which is used without being shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.masking import mask_name, mask_phone
from portal.kit.text import clean_line

from ..registry.models import Enterprise
from .queries import registered_contact
from .rules import phone_problem

CONTACT = ("contact_name", "contact_phone")


class ContactForm(forms.Form):
    """A request for an enterprise; staff may name that one in the form (`enterprise` is None until then)."""

    contact_name = forms.CharField(
        label=_("联系人"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, user, enterprise: Enterprise | None, **more: Any):
        super().__init__(*args, **more)
        self.user, self.enterprise = user, enterprise
        for name, value in self.masked_contact().items():
            field = self.fields[name]
            if value:
                words = {"what": field.label, "value": value}
                field.help_text = _("留空则使用登记的%(what)s %(value)s") % words
            else:
                field.required = True

    def clean_contact_name(self) -> str:
        name, field = clean_line(self.cleaned_data["contact_name"]), self.fields["contact_name"]
        if field.required and not name:
            raise forms.ValidationError(field.error_messages["required"], code="required")
        return name

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"]
        if phone and (problem := phone_problem(phone)):
            raise forms.ValidationError(problem)
        return phone

    def with_contact(self, given: dict[str, Any]) -> dict[str, Any]:
        """The answers, with the registered contact where the form was left empty."""
        registered = registered_contact(self.user, self.enterprise)
        return given | {name: given[name] or value for name, value in zip(CONTACT, registered, strict=True)}

    def masked_contact(self) -> dict[str, str]:
        """The registered contact as it may be shown; empty where there is none."""
        name, phone = registered_contact(self.user, self.enterprise)
        return {"contact_name": mask_name(name), "contact_phone": mask_phone(phone)}
