"""Reads of the audit trail: which rows have a history, and who looked at what."""

from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404

from portal.kit.problems import or_404

from .models import PersonalView

NATURAL_KEYS = ("uscc", "code", "number")


@dataclass(frozen=True)
class Tracked:
    """A model whose rows have a history, with the key by which addresses name its rows."""

    name: str
    model: type[models.Model]
    key: str


def tracked_models() -> dict[str, Tracked]:
    """Every tracked model by its short name (`enterprise`, `chain` …)."""
    found = [event.pgh_tracked_model for event in event_models()]
    return {
        model._meta.model_name: Tracked(model._meta.model_name, model, _key(model))
        for model in found
        if hasattr(model._default_manager, "visible_to")
    }


def tracked_row(user, name: str, key: str) -> models.Model:
    """The row inside the user's scope whose history is asked for. Raises Http404, also for another scope's row."""
    tracked = tracked_models().get(name)
    if tracked is None or not (tracked.key != "pk" or (key.isascii() and key.isdigit() and len(key) < 19)):
        raise Http404
    return or_404(tracked.model._default_manager.visible_to(user).filter(**{tracked.key: key}).first())


def personal_views(
    user, *, search: str = "", viewer: str = "", since=None, until=None
) -> QuerySet[PersonalView]:
    """Who looked at which personal field, inside the user's scope; dates are inclusive."""
    views = PersonalView.objects.visible_to(user).select_related("user")
    if search:
        views = views.filter(Q(object_name__icontains=search) | Q(object_key=search))
    if viewer:
        views = views.filter(Q(user__username=viewer) | Q(user__display_name=viewer))
    if since:
        views = views.filter(seen_at__date__gte=since)
    if until:
        views = views.filter(seen_at__date__lte=until)
    return views


def event_models() -> list[type[models.Model]]:
    """django-pghistory's event table beside each tracked table."""
    return [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]


def append_only_tables() -> list[str]:
    """The tables that only grow and that the hash chain covers."""
    return sorted([*(model._meta.db_table for model in event_models()), PersonalView._meta.db_table])


def _key(model: type[models.Model]) -> str:
    names = {field.name for field in model._meta.fields}
    return next((name for name in NATURAL_KEYS if name in names), "pk")
