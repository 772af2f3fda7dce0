"""What all writes share: the bureau's right, clean texts, locked rows of a version."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line, clean_text

from .rules import can_manage_services

Row = TypeVar("Row", bound=Model)
# Lines that are sentences: their full-width punctuation stays, names and codes are normalised (NFKC).
SENTENCES = frozenset({
    "question", "directions", "legal_basis", "fee_note", "introduction", "title", "how", "note", "audience", "contact",
    "summary", "benefit",
})  # fmt: skip


def require_right(by, district_id: int | None) -> None:
    """Raises PermissionDenied for everyone but the bureau of the district and the administrator."""
    if not can_manage_services(by, district_id):
        raise PermissionDenied(_("只有区局工作人员可以维护服务站、服务事项和技术机构。"))


def locked(model: type[Row], pk: int, version: int) -> Row:
    """The row, locked until the transaction ends. Raises Stale when it is not the version that was read."""
    row = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    if row.version != version:
        raise Stale()
    return row


def write(row: Model, changes: Mapping[str, Any], *, also_changed: bool = False) -> bool:
    """Saves what differs and counts the version up; a change that changes nothing keeps it.

    `also_changed`: something that belongs to the row but is stored elsewhere has changed.
    """
    different = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not different and not also_changed:
        return False
    for name, value in different.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*different, "version"])
    return True


def cleaned(model: type[Model], values: Mapping[str, Any], changeable: frozenset[str]) -> dict[str, Any]:
    """The values fit to store: lines and texts without what cannot be seen, nothing required empty, nothing too long.

    Raises ValueError for a field that may not be changed, Invalid with a sentence per broken field.
    """
    if unknown := set(values) - changeable:
        raise ValueError(f"{model.__name__} cannot be given {sorted(unknown)}")
    result, problems = dict(values), {}
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        field = model._meta.get_field(name)
        result[name] = _clean(name, value, has_lines=field.get_internal_type() == "TextField")
        if not result[name] and not field.blank:
            problems[name] = _("请填写%(label)s。") % {"label": field.verbose_name}
        elif field.max_length and len(result[name]) > field.max_length:
            problems[name] = _("%(label)s最多 %(most)s 个字。") % {
                "label": field.verbose_name,
                "most": field.max_length,
            }
    if problems:
        raise Invalid(problems)
    return result


def _clean(name: str, value: str, *, has_lines: bool) -> str:
    if has_lines:
        return clean_text(value)
    return " ".join(clean_text(value).split()) if name in SENTENCES else clean_line(value)


def require_free(model: type[Model], label: Any, *, but: int | None = None, **unique: Any) -> None:
    """Raises Conflict when another row (not `but`) has these values already. `label` names the value in the sentence."""
    if model._default_manager.filter(**unique).exclude(pk=but).exists():
        value = next(reversed(unique.values()))
        raise Conflict(
            _("%(label)s“%(value)s”已被使用。") % {"label": label, "value": value}, code="duplicate"
        )


def require_town_of(district_id: int, town) -> None:
    if town is not None and town.district_id != district_id:
        raise Invalid({"town": _("街镇不属于本区。")})
