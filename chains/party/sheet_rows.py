"""A sheet of organisations, row by row through the actions: parents before children, loops and doubles named on each row."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from portal.accounts.models import User
from portal.imports.by_row import Change, Refused, Row
from portal.imports.registry import Place
from portal.kit.text import clean_line
from portal.territory.models import Area, District, Town

from ..industry.models import Chain
from .actions import create_organization, update_organization
from .models import EstablishmentMode, OrganizationKind, PartyOrganization
from .queries import PERSONAL
from .rules import stands_above

REFERENCES = {"kind": OrganizationKind, "establishment_mode": EstablishmentMode, "town": Town, "chain": Chain}
TEXTS = ("name", *PERSONAL)
SHOWN_IN_LOOP = 6
Status = PartyOrganization.Status


class OrganizationTaker:
    """One file of organisations over the district's stored ones; `by` writes."""

    def __init__(self, place: Place, by: User, rows: list[Row]):
        self.by = by
        self.district = District.objects.get(pk=place.district_id)
        self.lines = {row.key: row for row in rows}
        stored = PartyOrganization.objects.filter(district=self.district)
        self.known = {row.code: row for row in stored.defer(*PERSONAL)}
        own = stored.filter(code__in=list(self.lines)).select_related(*REFERENCES, "area")
        self.known |= {row.code: row for row in own}  # names and phones of the file's own rows only
        by_id = {row.pk: row for row in self.known.values()}
        for row in by_id.values():
            row.parent = by_id.get(row.parent_id)
        self.parents = {row.code: row.parent.code if row.parent else None for row in by_id.values()}
        self.active = {
            clean_line(row.name): row.code for row in by_id.values() if row.status == Status.ACTIVE
        }
        self.objects = {name: model.objects.in_bulk() for name, model in REFERENCES.items()}
        self.areas: dict[str, list[Area]] = defaultdict(list)
        for area in Area.objects.filter(district=self.district, closed_on=None):
            for name in {area.code, clean_line(area.name)}:
                self.areas[name].append(area)

    # The file as a whole

    def arrange(self, rows: list[Row]) -> list[Row]:
        """Parents before their children, by the tree as the file wants it."""
        self._refuse_doubles(rows)
        parents = self._wanted_parents(rows)
        depths = _depths(parents)
        for row in rows:
            if "parent" in row.values and depths[row.key] is None:
                loop = _loop_from(row.key, parents)
                if row.key in loop:
                    row.faults["parent"] = self._loop_sentence(loop)
        return sorted(rows, key=lambda row: (depths[row.key] or 0, row.row_no))

    def _refuse_doubles(self, rows: Iterable[Row]) -> None:
        namesakes = defaultdict(list)
        for row in rows:
            stored = self.known.get(row.key)
            if stored is None or stored.status == Status.ACTIVE:
                namesakes[row.values["name"]].append(row)
        for name, group in namesakes.items():
            for row in group if len(group) > 1 else ():
                others = "、".join(str(other.row_no) for other in group[:4] if other is not row)
                row.faults["name"] = f"与第 {others} 行的名称“{name[:30]}”相同，本区正常的党组织不能重名。"

    def _wanted_parents(self, rows: Iterable[Row]) -> dict[str, str | None]:
        """code → parent's code when every row were taken."""
        wanted = {code: row.parent.code if row.parent else None for code, row in self.known.items()}
        names = {name: code for name, code in self.active.items() if code not in self.lines}
        names |= {row.values["name"]: row.key for row in rows}
        for row in rows:
            text = row.values.get("parent")
            wanted.setdefault(row.key, None)
            if text:
                wanted[row.key] = text if text in self.known or text in self.lines else names.get(text)
        return wanted

    def _loop_sentence(self, loop: Sequence[str]) -> str:
        if len(loop) == 1:
            return "上级党组织不能是本组织自己。"
        shown = [*loop[:SHOWN_IN_LOOP], *(["……"] if len(loop) > SHOWN_IN_LOOP else []), loop[0]]
        return f"上级党组织首尾相接成了环：{' → '.join(shown)}，请核对这几行。"

    # One row

    def compare(self, row: Row) -> Sequence[Change] | None:
        """What differs from the stored organisation; None for a new one."""
        stored = self.known.get(row.key)
        row.wanted = self._wanted(row, stored)
        if stored is None:
            if row.values.get("status", Status.ACTIVE) != Status.ACTIVE:
                raise Refused({"status": "没有这个编号的党组织；新登记的状态只能是“正常”。"})
            self._require_free_name(row)
            return None
        changes = [
            Change(name, _shown(getattr(stored, name)), _shown(value))
            for name, value in row.wanted.items()
            if getattr(stored, name) != value
        ]
        self._require_open(row, stored, changes)
        if any(change.field == "name" for change in changes):
            self._require_free_name(row)
        return changes

    def take(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Creates or updates through the action; later rows see the new name and place."""
        stored = self.known.get(row.key)
        if stored is None:
            saved = create_organization(district=self.district, by=self.by, code=row.key, **row.wanted)
        else:
            saved = update_organization(
                organization=stored, by=self.by, version=stored.version,
                changes={change.field: row.wanted[change.field] for change in changes or ()},
            )  # fmt: skip
        self._note(row, stored, saved)

    def expect(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Later rows see the new name and place, though nothing is written."""
        stored = self.known.get(row.key)
        saved = copy(stored) or PartyOrganization(district=self.district, code=row.key)
        for name, value in row.wanted.items():
            setattr(saved, name, value)
        self._note(row, stored, saved)

    def _note(self, row: Row, stored: PartyOrganization | None, saved: PartyOrganization) -> None:
        if stored is not None:
            self.active.pop(clean_line(stored.name), None)
        saved.parent = row.wanted.get("parent", stored.parent if stored else None)
        self.known[row.key] = saved
        self.parents[row.key] = saved.parent.code if saved.parent else None
        self.active[clean_line(saved.name)] = saved.code

    def _wanted(self, row: Row, stored: PartyOrganization | None) -> dict[str, Any]:
        """The row's cells as the action takes them."""
        wanted: dict[str, Any] = {name: row.values[name] for name in TEXTS if name in row.values}
        for name, objects in self.objects.items():
            if name in row.values:
                wanted[name] = objects[row.values[name]]
        if "set_up_on" in row.values:
            wanted["set_up_on"] = row.day("set_up_on")
        if "area" in row.values:
            wanted["area"] = self._area(row, stored)
        if "parent" in row.values:
            wanted["parent"] = self._parent(row, stored)
        return wanted

    def _area(self, row: Row, stored: PartyOrganization | None) -> Area:
        text = row.values["area"]
        kept = stored.area if stored else None
        if kept is not None and text in (kept.code, clean_line(kept.name)):
            return kept
        found = self.areas.get(text) or []
        town = self.objects["town"].get(row.values.get("town")) or (stored.town if stored else None)
        if town is not None and len(found) > 1:
            found = [area for area in found if area.town_id == town.pk]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused({"area": f"有多处名为“{text[:30]}”，请填写所属街镇或改填编号。"})
        raise Refused({"area": f"没有登记商圈、楼宇或园区“{text[:30]}”，请先登记或核对名称。"})

    def _parent(self, row: Row, stored: PartyOrganization | None) -> PartyOrganization:
        text = row.values["parent"]
        found = self.known.get(text) or self.known.get(self.active.get(text, ""))
        if found is None:
            named = self.lines.get(text) or next(
                (line for line in self.lines.values() if line.values["name"] == text), None
            )
            if named is not None:
                raise Refused({"parent": f"上级党组织在第 {named.row_no} 行，该行有误，请先更正。"})
            raise Refused(
                {"parent": f"没有编号或名称为“{text[:30]}”的党组织，请核对，或在本文件中添加一行。"}
            )
        if found.code == row.key:  # by the name it is about to give up
            raise Refused({"parent": "上级党组织不能是本组织自己。"})
        if row.key in stands_above(self.parents, found.code):  # the row that would have moved it is refused
            raise Refused({"parent": "上级党组织不能是本组织的下级。"})
        if found.status != Status.ACTIVE and (stored is None or stored.parent_id != found.pk):
            raise Refused(
                {"parent": f"上级党组织“{found.name[:30]}”{found.get_status_display()}，请选择现有的党组织。"}
            )
        return found

    def _require_open(self, row: Row, stored: PartyOrganization, changes: Sequence[Change]) -> None:
        status = row.values.get("status", stored.status)
        if stored.status != Status.ACTIVE and (changes or status != stored.status):
            at = "status" if status != stored.status else changes[0].field
            raise Refused({at: f"该党组织{stored.get_status_display()}（{stored.ended_on}），不能再修改。"})
        if status != stored.status:
            raise Refused({"status": "合并、撤销党组织请在该党组织的页面办理：页面会询问所覆盖企业的去向。"})

    def _require_free_name(self, row: Row) -> None:
        owner = self.active.get(row.values["name"])
        if owner not in (None, row.key):
            raise Refused({"name": f"本区已有党组织“{row.values['name'][:30]}”（编号 {owner}）。"})


def _shown(value: Any) -> Any:
    """A value as the preview shows it: the name of a row, otherwise itself."""
    return getattr(value, "name", value)


def _depths(parents: dict[str, str | None]) -> dict[str, int | None]:
    """How far each stands below its root; None for whoever is in a loop or below one."""
    depths: dict[str, int | None] = {}
    for start in parents:
        way: dict[str, None] = {}
        code: str | None = start
        while code is not None and code not in depths and code not in way:
            way[code] = None
            code = parents.get(code)
        looped = code in way if code is not None and code not in depths else depths.get(code, 0) is None
        depth = -1 if code is None else depths.get(code)
        for step in reversed(way):
            depth = None if looped or depth is None else depth + 1
            depths[step] = depth
    return depths


def _loop_from(code: str, parents: dict[str, str | None]) -> list[str]:
    """The loop that the way up from `code` ends in, beginning with `code` when that is part of it."""
    way = [code]
    while (above := parents.get(way[-1])) is not None and above not in way:
        way.append(above)
    return way[way.index(above) :] if above is not None else []
