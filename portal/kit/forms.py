"""What forms share: an action's refusal beside its fields, and inputs that suit a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from .attachments import ACCEPT
from .problems import Conflict, Invalid, Stale

CHOOSE = _("请选择")
STALE = _("这条记录刚被他人修改，请返回查看最新内容后再办理。")


def add_errors(form: forms.BaseForm, error: APIException) -> None:
    """What an action refused (Invalid, Conflict), beside the form's fields; what names no field goes on top.

    A form on a page of its own was filled in beside an older version: it is told to go back and look first.
    """
    detail = STALE if isinstance(error, Stale) else error.detail
    details = detail if isinstance(detail, dict) else {None: detail}
    for name, texts in details.items():
        for text in texts if isinstance(texts, list) else [texts]:
            form.add_error(name if name in form.fields else None, str(text))


@contextmanager
def refusals_in(form: forms.BaseForm) -> Iterator[None]:
    """What an action refuses within the block stands beside the form's fields, and the block ends there."""
    try:
        yield
    except (Conflict, Invalid) as error:
        add_errors(form, error)


class DateInput(forms.DateInput):
    """The browser's own calendar; the value travels as ISO date whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class NumberInput(forms.NumberInput):
    """Whole numbers with the digits' keyboard on a phone."""

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"inputmode": "numeric", "min": "0", "step": "1", **(attrs or {})})


class FileForm(forms.Form):
    """One file to be laid to a row; what it holds is judged by `portal.kit.attachments`."""

    file = forms.FileField(
        label=_("选择或拖入文件"),
        help_text=_("PDF、JPG、PNG、Word、Excel 或 OFD，最大 10 MB。"),
        allow_empty_file=True,
        max_length=400,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class RowChoice(forms.ModelChoiceField):
    """A select of rows; before anything is chosen it reads 请选择."""

    def __init__(self, queryset, *, empty_label: Any = CHOOSE, **kwargs: Any):
        super().__init__(queryset, empty_label=empty_label, **kwargs)
