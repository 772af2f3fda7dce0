"""A row's history in words, from django-pghistory's event tables: when, who, from where, what changed.

Values of personal fields never appear: such a change reads "已更新". Foreign keys are shown by name, choices by label.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.kit.encryption import EncryptedTextField

SOURCES = {
    "page": gettext_lazy("网页"),
    "api": gettext_lazy("接口"),
    "import": gettext_lazy("表格导入"),
    "job": gettext_lazy("后台任务"),
    "command": gettext_lazy("管理命令"),
    "demo": gettext_lazy("演示数据"),
}
ACTIONS = {"insert": gettext_lazy("新建"), "update": gettext_lazy("修改"), "delete": gettext_lazy("删除")}
BLIND_INDEX = "_bidx"
EMPTY = "—"


class Change(NamedTuple):
    """One field that changed, as a person reads it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """One event of one row. `id` is the event's key, for paging."""

    id: int
    at: datetime
    who: str
    source: str
    action: str
    subject: str
    changes: tuple[Change, ...]

    @property
    def title(self) -> str:
        return f"{self.action}{self.subject}"

    @property
    def text(self) -> str:
        return self.source


@dataclass(frozen=True)
class HistoryPage:
    """Some events of a row, newest first; `older` is the event id to go on from, None at the end."""

    entries: list[HistoryEntry]
    older: int | None


def history_page(instance: models.Model, *, limit: int = 20, before: int | None = None) -> HistoryPage:
    """The newest `limit` events of a tracked row; `before` is the event id to go on from.

    Updates that touched nothing a person reads (a version number, a re-encryption) are left out.
    """
    events = type(instance).pgh_event_model.objects.filter(pgh_obj_id=instance.pk)
    if before is not None:
        events = events.filter(pgh_id__lt=before)
    rows = list(events.select_related("pgh_context").order_by("-pgh_id")[: limit + 1])
    words = _Words(type(instance), rows)
    pairs = list(zip(rows, [*rows[1:], None], strict=True))[:limit] if rows else []
    entries = [_entry(event, earlier, words) for event, earlier in pairs]
    shown = [entry for entry in entries if entry.changes or entry.action != ACTIONS["update"]]
    return HistoryPage(shown, rows[limit - 1].pgh_id if len(rows) > limit else None)


def history_of(instance: models.Model, *, limit: int = 20) -> list[HistoryEntry]:
    """The newest events of a tracked row, for a panel."""
    return history_page(instance, limit=limit).entries


def history_of_all(instances: Iterable[models.Model], *, limit: int = 20) -> list[HistoryEntry]:
    """The histories of several rows that a person sees as one thing (enterprise, profile, places), merged."""
    entries = [entry for instance in instances for entry in history_of(instance, limit=limit)]
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)[:limit]


def _entry(event: models.Model, earlier: models.Model | None, words: "_Words") -> HistoryEntry:
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    return HistoryEntry(
        id=event.pgh_id,
        at=event.pgh_created_at,
        who=words.user(metadata.get("user")),
        source=_source(metadata),
        action=ACTIONS.get(event.pgh_label, event.pgh_label),
        subject=str(words.model._meta.verbose_name),
        changes=() if event.pgh_label == "delete" else words.changes(earlier, event),
    )


def _source(metadata: dict) -> str:
    source = str(SOURCES.get(metadata.get("source"), _("系统")))
    file = metadata.get("file")
    return _("%(source)s《%(file)s》") % {"source": source, "file": file} if file else source


class _Words:
    """Turns the raw values of one model's events into words; names are read once for the whole page."""

    def __init__(self, model: type[models.Model], events: list[models.Model]):
        self.model = model
        recorded = {field.name for field in model.pgh_event_model._meta.fields}
        self.fields = [
            field
            for field in model._meta.fields
            if field.name in recorded and field.editable and not field.primary_key
        ]
        self.with_blind_index = {
            name.removesuffix(BLIND_INDEX) for name in recorded if name.endswith(BLIND_INDEX)
        }
        self.names = {
            field.name: _names(field.related_model, {getattr(event, field.attname) for event in events})
            for field in self.fields
            if field.is_relation
        }
        ids = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
        self.users = _names(User, ids)

    def user(self, pk: int | None) -> str:
        return self.users.get(pk, _("系统")) if pk is not None else _("系统")

    def changes(self, earlier: models.Model | None, event: models.Model) -> tuple[Change, ...]:
        return tuple(change for field in self.fields if (change := self._change(field, earlier, event)))

    def _change(
        self, field: models.Field, earlier: models.Model | None, event: models.Model
    ) -> Change | None:
        column = field.attname
        if field.name in self.with_blind_index:
            column = (
                field.name + BLIND_INDEX
            )  # the ciphertext differs with every save, the index only with the value
        old = getattr(earlier, column) if earlier is not None else None
        new = getattr(event, column)
        if old == new or (old in (None, "") and new in (None, "")):
            return None
        if isinstance(field, EncryptedTextField):
            return Change(str(field.verbose_name), "", _("已更新"))
        return Change(str(field.verbose_name), self._word(field, old), self._word(field, new))

    def _word(self, field: models.Field, value: Any) -> str:
        if value is None or value == "":
            return EMPTY
        if field.is_relation:
            return self.names[field.name].get(value, str(value))
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return localize(value) if not isinstance(value, str) else value


def _names(model: type[models.Model], keys: set) -> dict:
    return {pk: str(row) for pk, row in model._base_manager.in_bulk(keys - {None}).items()}
