"""Input fields: codes that may also be given by their Chinese label, rows by their code."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class CodeField(serializers.ChoiceField):
    """A choice by its English code; its label as the sheet writes it is understood too."""

    default_error_messages = {"invalid_choice": _("“{input}”不是可选的值。")}

    def to_internal_value(self, data):
        if isinstance(data, str):
            text = data.strip()
            data = next((code for code, label in self.choices.items() if text == str(label)), text)
        return super().to_internal_value(data)


class ByCode(serializers.SlugRelatedField):
    """A reference row by its `code`; `names` also lets its name do (where a name means one row only)."""

    default_error_messages = {
        "does_not_exist": _("没有代码为“{value}”的记录。"),
        "invalid": _("应为代码文本。"),
    }

    def __init__(self, **kwargs):
        super().__init__(slug_field="code", **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or not data.isprintable() or len(data) > 60:
            self.fail("invalid")
        return super().to_internal_value(data)
