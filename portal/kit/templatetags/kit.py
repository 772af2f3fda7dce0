"""Template tags of the house: icons, money, masks, state badges."""

from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kit import masking, money

register = template.Library()

TONES = {
    "good": {"active", "done", "fresh", "ready", "created", "ok", "alone", "joint", "valid", "yes"},
    "wait": {"due", "queued", "checking", "committing", "running", "updated", "suspended", "pending", "never"},
    "bad": {"overdue", "failed", "invalid", "gap", "no"},
    "info": {"lead", "backbone", "new", "supporting"},
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "building" %}`: an icon of the sprite; decorative unless a label is given."""
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
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


@register.simple_tag
def describe(field) -> str:
    """The `aria-describedby` of a bound form field: its help and its errors."""
    ids = ([f"{field.auto_id}-help"] if field.help_text else []) + ([f"{field.auto_id}-errors"] if field.errors else [])
    return " ".join(ids)


@register.filter
def with_class(field, extra: str = ""):
    """Renders a bound field with the Bootstrap class of its widget and its ARIA links."""
    kind = getattr(field.field.widget, "input_type", "")
    css = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    attributes = {"class": " ".join(filter(None, [css, "is-invalid" if field.errors else "", extra]))}
    if described := describe(field):
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.filter
def chart_rows(data: dict) -> list[tuple[str, list]]:
    """A chart's figures as table rows: [(label, [value of each series])]."""
    return [(label, [one["data"][index] for one in data["series"]]) for index, label in enumerate(data["labels"])]
