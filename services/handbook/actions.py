"""Every write of the handbook: the bureau writes, publishes and withdraws questions with their answers."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..kept.guard import cleaned, locked, require_free, require_right, write
from .models import HandbookEntry
from .rules import search_text

TEXTS = frozenset({"question", "answer", "keywords"})
CHANGEABLE = TEXTS | {"element", "position", "is_published"}
LINKS = ("items", "institutions", "stations")


@transaction.atomic
def create_entry(*, code: str, by, links: dict[str, Iterable] | None = None, **fields: Any) -> HandbookEntry:
    """The bureau writes a question with its answer. `links`: items, institutions, stations it belongs to.

    Raises PermissionDenied for anyone else, Conflict when the code is taken, Invalid for broken values.
    """
    require_right(by, None)
    values = cleaned(HandbookEntry, fields, CHANGEABLE)
    require_free(HandbookEntry, _("编号"), code=code)
    values.setdefault("position", HandbookEntry.objects.count() + 1)
    entry = HandbookEntry(code=code, **values)
    entry.search_text = search_text(entry.question, entry.keywords, entry.answer)
    entry.save()
    _set_links(entry, links or {})
    return entry


@transaction.atomic
def update_entry(
    *,
    entry: HandbookEntry,
    by,
    version: int,
    changes: dict[str, Any],
    links: dict[str, Iterable] | None = None,
) -> HandbookEntry:
    """The bureau changes an entry that it read at `version`, publishes it or withdraws it (`is_published`).

    `links` replaces the kinds of links that it names. Raises Stale when somebody else was faster.
    """
    require_right(by, None)
    values = cleaned(HandbookEntry, changes, CHANGEABLE)
    stored = locked(HandbookEntry, entry.pk, version)
    if TEXTS & set(values):
        texts = {name: values.get(name, getattr(stored, name)) for name in TEXTS}
        values["search_text"] = search_text(texts["question"], texts["keywords"], texts["answer"])
    values["updated_at"] = timezone.now()
    linked = _set_links(stored, links or {})
    if linked or any(
        getattr(stored, name) != value for name, value in values.items() if name != "updated_at"
    ):
        write(stored, values)
    return stored


def _set_links(entry: HandbookEntry, links: dict[str, Iterable]) -> bool:
    """Whether any of the links became others."""
    changed = False
    for name, rows in links.items():
        if name not in LINKS:
            raise ValueError(f"an entry has no links called {name}")
        wanted, relation = {row.pk for row in rows}, getattr(entry, name)
        if wanted != set(relation.values_list("pk", flat=True)):
            relation.set(wanted)
            changed = True
    return changed
