"""A sheet of instructors, row by row through the actions."""

from collections.abc import Sequence
from typing import Any

from portal.accounts.models import User
from portal.imports.by_row import Change, Refused, Row
from portal.imports.registry import Place
from portal.territory.models import Town

from .actions import create_instructor, update_instructor
from .models import Instructor

CHANGEABLE = ("name", "phone", "kind", "unit", "started_on")


class InstructorTaker:
    """One file of instructors over the stored ones; `by` writes, in the own towns."""

    def __init__(self, place: Place, by: User, rows: list[Row]):
        self.by = by
        self.own_towns = place.towns
        self.towns = Town.objects.filter(district_id=place.district_id).in_bulk()
        codes = [row.key for row in rows]
        self.known = {
            row.code: row for row in Instructor.objects.filter(code__in=codes).select_related("town")
        }

    def arrange(self, rows: list[Row]) -> list[Row]:
        """As they stand: instructors do not lean on each other."""
        return rows

    def compare(self, row: Row) -> Sequence[Change] | None:
        """What differs from the stored instructor; None for a new one."""
        town = self.towns[row.values["town"]]
        if not self._is_own(town):
            raise Refused({"town": "不在您负责的街镇范围内，请交由相应街镇或区局导入。"})
        row.wanted = {name: row.values[name] for name in CHANGEABLE if name in row.values}
        row.wanted["started_on"] = row.day("started_on")
        stored = self.known.get(row.key)
        if stored is None:
            row.wanted["town"] = town
            return None
        if not self._is_own(stored.town):
            raise Refused({"code": "编号已被使用，请换一个编号。"})
        changes = [
            Change(name, getattr(stored, name), value)
            for name, value in row.wanted.items()
            if getattr(stored, name) != value
        ]
        self._require_open(stored, town, changes)
        return changes

    def take(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Creates or updates through the action."""
        stored = self.known.get(row.key)
        if stored is None:
            self.known[row.key] = create_instructor(by=self.by, code=row.key, **row.wanted)
            return
        wanted: dict[str, Any] = {change.field: row.wanted[change.field] for change in changes or ()}
        self.known[row.key] = update_instructor(
            instructor=stored, by=self.by, version=stored.version, changes=wanted
        )

    def expect(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Nothing to note: instructors do not lean on each other."""

    def _is_own(self, town: Town) -> bool:
        """Whether both the upload and who writes it reach this town."""
        may = self.by.scope.manages_town(town.pk, town.district_id)
        return may and (self.own_towns is None or town.pk in self.own_towns)

    def _require_open(self, stored: Instructor, town: Town, changes: Sequence[Change]) -> None:
        if stored.town_id != town.pk:
            raise Refused(
                {
                    "town": f"该指导员登记在{stored.town.name}；调整街镇请先在指导员页面移交并离任，再重新登记。"
                }
            )
        if stored.ended_on is not None and changes:
            raise Refused({changes[0].field: f"该指导员已于 {stored.ended_on} 离任，不能再修改。"})
