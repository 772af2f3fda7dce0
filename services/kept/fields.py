"""Fields that name rows by code, and what the inputs share."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chains.industry.models import Chain
from portal.territory.models import Town


class Text(serializers.CharField):
    """Text that arrives as text: a number or true is not coerced."""

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CodeField(Text):
    """The code of a new row, for good: other rows refer to it."""

    default_error_messages = {"invalid_code": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")}

    def __init__(self, **kwargs):
        super().__init__(max_length=32, **kwargs)

    def to_internal_value(self, data):
        value = super().to_internal_value(data)
        if (
            not value.isascii()
            or not value.replace("-", "").replace("_", "").isalnum()
            or not value[0].isalnum()
        ):
            self.fail("invalid_code")
        return value


class ByCode(serializers.SlugRelatedField):
    """A row named by its code; `label` is what people call such a row."""

    default_error_messages = {
        "does_not_exist": _("没有代码为“{value}”的{label}。"),
        "invalid": _("应为代码文本。"),
    }

    def __init__(self, *, label_of, **kwargs):
        self.label_of = label_of
        super().__init__(slug_field="code", **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or len(data) > 32 or not data.isprintable():
            self.fail("invalid")
        row = self.get_queryset().filter(code=data).first()
        if row is None:
            self.fail("does_not_exist", value=data, label=self.label_of)
        return row


def town_field(**kwargs) -> ByCode:
    return ByCode(queryset=Town.objects.select_related("district"), label_of=_("街镇"), **kwargs)


def chain_field(**kwargs) -> ByCode:
    return ByCode(queryset=Chain.objects.all(), label_of=_("产业链"), **kwargs)


def version_field() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**31 - 1)
