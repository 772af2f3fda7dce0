"""Every write of simplified items: the bureau enters, changes and ends them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.kit.problems import Invalid
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ..kept.guard import cleaned, locked, require_free, require_right, write
from .models import SimplifiedItem
from .rules import problems

CHANGEABLE = frozenset({
    "name", "category", "department", "how", "materials_before", "materials_now", "days_before", "days_now",
    "effective_on", "ended_on",
})  # fmt: skip
COUNTED = frozenset({"effective_on", "ended_on"})


@transaction.atomic
def create_simplified(*, district: District, code: str, by, **fields: Any) -> SimplifiedItem:
    """The bureau enters a simplified procedure.

    Raises PermissionDenied for anyone else, Conflict when code or name are taken, Invalid with a sentence per field.
    """
    require_right(by, district.pk)
    item = SimplifiedItem(district=district, code=code, **cleaned(SimplifiedItem, fields, CHANGEABLE))
    _require_sound(item, {})
    require_free(SimplifiedItem, _("代码"), code=code)
    require_free(SimplifiedItem, _("名称"), district=district, name=item.name)
    item.save()
    mark_dirty("simplified_items", days=[item.effective_on, item.ended_on])
    return item


@transaction.atomic
def update_simplified(*, item: SimplifiedItem, by, version: int, changes: dict[str, Any]) -> SimplifiedItem:
    """The bureau changes an item that it read at `version`; `ended_on` ends it, empty takes that back.

    Raises Stale when somebody else was faster, Conflict for a name that is taken, Invalid with a sentence per field.
    """
    require_right(by, item.district_id)
    values = cleaned(SimplifiedItem, changes, CHANGEABLE)
    stored = locked(SimplifiedItem, item.pk, version)
    before = [stored.effective_on, stored.ended_on]
    _require_sound(stored, values)
    if "name" in values:
        require_free(
            SimplifiedItem, _("名称"), but=stored.pk, district=stored.district_id, name=values["name"]
        )
    if write(stored, values) and COUNTED & values.keys():
        mark_dirty("simplified_items", days=[*before, stored.effective_on, stored.ended_on])
    return stored


def _require_sound(item: SimplifiedItem, changes: dict[str, Any]) -> None:
    values = {name: getattr(item, name) for name in CHANGEABLE - {"department"}} | changes
    found = problems(values)
    department = changes.get("department", item.department)
    if department.district_id != item.district_id:
        found["department"] = _("不属于本区，请重新选择。")
    if values["category"] not in SimplifiedItem.Category.values:
        found["category"] = _("应为这些值之一：%(values)s。") % {
            "values": "、".join(SimplifiedItem.Category.values)
        }
    if found:
        raise Invalid(found)
