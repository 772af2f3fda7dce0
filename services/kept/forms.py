"""Fields of the bureau's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"


def text(model, name: str, *, lines: int = 0, **more: Any) -> forms.CharField:
    """A text field as the model has it: label, length, required or not."""
    field = model._meta.get_field(name)
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    given = {"label": field.verbose_name, "max_length": field.max_length, "required": not field.blank}
    return forms.CharField(widget=widget, **given | more)


def code_field(example: str) -> forms.RegexField:
    help_text = _("字母、数字、连字符，保存后不再改变，例如 %(example)s。") % {"example": example}
    return forms.RegexField(CODE, label=_("代码"), max_length=32, help_text=help_text)
