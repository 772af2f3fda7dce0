"""Model fields with their checks in the database."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{18}$"


class USCCField(models.CharField):
    """A unified social credit code (GB 32100-2015), normalised; the check character is checked by `kit.uscc`."""

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 18
        kwargs.setdefault("validators", [RegexValidator(USCC_PATTERN, _("应为 18 位统一社会信用代码。"))])
        kwargs.setdefault("verbose_name", _("统一社会信用代码"))
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for given in ("max_length", "validators"):
            kwargs.pop(given, None)
        return name, path, args, kwargs


class MoneyField(models.DecimalField):
    """Yuan with two decimals, never a float (domain.md, Money). Up to 9 999 亿元."""

    def __init__(self, *args, **kwargs):
        kwargs["max_digits"] = 16
        kwargs["decimal_places"] = 2
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs
