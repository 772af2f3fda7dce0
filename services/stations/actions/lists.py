"""The 一揽子产业要素服务清单 of each town: what is done there for a service element, and by whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.metrics.actions import mark_dirty
from portal.territory.models import District, ServiceElement, Town

from ...kept.guard import cleaned, locked, require_free, require_right, write
from ..models import ElementListEntry, ServiceStation

CHANGEABLE = frozenset({"title", "provider", "how", "phone", "position"})


@transaction.atomic
def add_entry(*, town: Town, element: ServiceElement, by, **fields: Any) -> ElementListEntry:
    """The bureau adds a line to a town's list. `fields`: title, provider, how, phone, position.

    Raises Conflict when the town has a line of that title for the element.
    """
    require_right(by, town.district_id)
    values = cleaned(ElementListEntry, fields, CHANGEABLE)
    require_free(ElementListEntry, _("服务内容"), town=town, element=element, title=values["title"])
    entry = ElementListEntry.objects.create(town=town, element=element, **values)
    mark_dirty("element_list")
    return entry


@transaction.atomic
def update_entry(*, entry: ElementListEntry, by, version: int, changes: dict[str, Any]) -> ElementListEntry:
    """The bureau corrects a line that it read at `version`. Raises Stale when somebody else was faster."""
    require_right(by, entry.town.district_id)
    values = cleaned(ElementListEntry, changes, CHANGEABLE)
    stored = locked(ElementListEntry, entry.pk, version)
    if "title" in values:
        unique = {"town": stored.town_id, "element": stored.element_id, "title": values["title"]}
        require_free(ElementListEntry, _("服务内容"), but=stored.pk, **unique)
    write(stored, values)
    return stored


@transaction.atomic
def remove_entry(*, entry: ElementListEntry, by, version: int) -> None:
    """The bureau strikes a line that it read at `version`."""
    require_right(by, entry.town.district_id)
    locked(ElementListEntry, entry.pk, version).delete()
    mark_dirty("element_list")


@transaction.atomic
def load_element_lists(
    *, district: District, lines: Sequence[dict[str, str]], chains: Mapping[int, str]
) -> None:
    """Every town of a district gets its list from common lines, `{town}` and `{chain}` filled in.

    `chains`: town id → the chain that it leads. A town that has a list keeps it as it is.
    """
    elements = {element.code: element for element in ServiceElement.objects.all()}
    phones = dict(ServiceStation.objects.filter(district=district).values_list("town_id", "phone"))
    have = set(ElementListEntry.objects.values_list("town_id", flat=True))
    entries = []
    for town in district.towns.filter(closed_on=None):
        if town.pk in have:
            continue
        words = {"town": town.short_name, "chain": chains.get(town.pk, "")}
        for position, line in enumerate(lines, start=1):
            texts = {name: line[name].format(**words) for name in ("title", "provider", "how")}
            entries.append(
                ElementListEntry(
                    town=town,
                    element=elements[line["element"]],
                    phone=phones.get(town.pk, ""),
                    position=position,
                    **texts,
                )
            )
    ElementListEntry.objects.bulk_create(entries)
    mark_dirty("element_list")
