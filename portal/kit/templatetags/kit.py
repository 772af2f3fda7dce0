"""Template tags of the house: icons, money, masks, state badges, form fields, the filters in force."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.db.models import Model, QuerySet
from django.forms import BaseForm, BoundField, ModelChoiceField
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.choices import flatten_choices
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.kit import masking, money

register = template.Library()

TONES = {
    "good": {"active", "done", "fresh", "ready", "created", "ok", "alone", "joint", "valid", "yes", "sent"}
    | {"confirmed", "completed", "rated"},
    "wait": {
        "due",
        "queued",
        "checking",
        "committing",
        "running",
        "updated",
        "suspended",
        "pending",
        "never",
        "waiting",
    },
    "bad": {"overdue", "failed", "invalid", "gap", "no", "no_show"},
    "info": {"lead", "backbone", "new", "supporting", "checked_in", "in_service"},
}
WIDGET_CLASSES = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "building" %}`: an icon of the sprite; decorative unless a label is given."""
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.filter
def wan(value: Decimal | None) -> str:
    """Yuan in 万元, without the unit."""
    return "—" if value is None else money.in_wan(value)


@register.filter
def readable_money(value: Decimal | None) -> str:
    """Yuan with the unit that fits: 元, 万元 or 亿元."""
    return money.readable(value)


@register.filter
def grouped(value: Any) -> str:
    """1234567 → "1,234,567"; anything but a number as it is. (Django's `intcomma` groups by four in Chinese.)"""
    return (
        f"{value:,}"
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        else str(value)
    )


@register.filter
def mask_phone(value: str) -> str:
    return masking.mask_phone(value or "")


@register.filter
def mask_name(value: str) -> str:
    return masking.mask_name(value or "")


@register.filter
def tone(code: str) -> str:
    """The colour class of a state code; unknown codes are calm grey."""
    return next((f"state-{name}" for name, codes in TONES.items() if str(code) in codes), "state-off")


@register.filter
def at(mapping: dict, key: object) -> object:
    """`{{ mapping|at:key }}`: the value of a key that is itself a variable; nothing when it is missing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def cells(row: Iterable, columns: Iterable[tuple[str, str]]) -> list[tuple]:
    """The cells of a table row with their column: (label, kind, text, url or ""). A cell is a value or (text, url)."""
    pairs = (cell if isinstance(cell, tuple) else (cell, "") for cell in row)
    return [(*column, *pair) for column, pair in zip(columns, pairs, strict=True)]


@register.simple_tag
def describe(field: BoundField) -> str:
    """The `aria-describedby` of a bound form field: its help and its errors."""
    has_help = field.help_text or getattr(field.field.widget, "input_type", "") == "file"
    ids = ([f"{field.auto_id}-help"] if has_help else []) + (
        [f"{field.auto_id}-errors"] if field.errors else []
    )
    return " ".join(ids)


@register.filter
def with_class(field: BoundField, extra: str = "") -> SafeString:
    """Renders a bound field with the Bootstrap class of its widget and its ARIA links."""
    css = WIDGET_CLASSES.get(getattr(field.field.widget, "input_type", ""), "form-control")
    attributes = {"class": " ".join(filter(None, [css, "is-invalid" if field.errors else "", extra]))}
    if described := describe(field):
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.filter
def choice(option: BoundWidget, field: BoundField) -> SafeString:
    """One radio button or check box of a group, tied to the group's help and errors."""
    option.data["attrs"]["class"] = "form-check-input"
    if described := describe(field):
        option.data["attrs"]["aria-describedby"] = described
    return option.tag()


@register.filter
def chart_rows(data: dict) -> list[tuple[str, list]]:
    """A chart's figures as table rows: [(label, [value of each series])]."""
    return [
        (label, [one["data"][index] for one in data["series"]]) for index, label in enumerate(data["labels"])
    ]


@register.filter
def any_chosen(fields: Iterable[BoundField]) -> bool:
    """Whether one of these filters differs from where it starts: then they are shown at once."""
    return any(str(field.value() or "") not in ("", "[]", str(field.initial or "")) for field in fields)


@register.simple_tag
def applied_filters(form: BaseForm, request: HttpRequest) -> list[dict[str, Any]]:
    """The filters of a bound GET form that are in force: label, value in words, and the address without it."""
    if not form.is_bound or not form.is_valid():
        return []
    chips = []
    for field in form.visible_fields():
        value = in_words(field, form.cleaned_data.get(field.name))
        if value:
            query = request.GET.copy()
            for name in (field.html_name, "cursor"):
                query.pop(name, None)
            chips.append({"label": field.label, "value": value, "url": f"{request.path}?{query.urlencode()}"})
    return chips


def in_words(field: BoundField, value: Any) -> str:
    """What a person chose in a form field, as it reads on the screen; empty when nothing was chosen."""
    if isinstance(value, bool):
        return _("是") if value else ""
    if isinstance(value, list | tuple | set | QuerySet):
        return "、".join(in_words(field, one) for one in value)
    if value is None or value == "":
        return ""
    if isinstance(field.field, ModelChoiceField) and isinstance(value, Model):
        return str(field.field.label_from_instance(value))
    names = {str(code): name for code, name in flatten_choices(getattr(field.field, "choices", None) or ())}
    return str(names.get(str(value), value))
