"""Replaying all migrations without making every model's class anew after each operation.

Django makes the classes of a model and of all its relatives again, so that the next operation sees them. Towns, users
and enterprises are relatives of nearly everything; most of the replay's time went there. An index, a constraint or a
trigger changes no field: here the class that stands gets the new list. A changed model takes along those that point
to it, for they hold its class; those it points to stay as they are. The database gets the same statements as ever.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Within: an operation makes only those classes of historical models anew that it changes."""
    with (
        mock.patch.multiple(
            ProjectState,
            _append_option=_append_option,
            _remove_option=_remove_option,
            _find_reload_model=_find_reload_model,
        ),
        mock.patch.object(AddTrigger, "state_forwards", _add_trigger),
        mock.patch.object(RemoveTrigger, "state_forwards", _remove_trigger),
    ):
        yield


def _append_option(state: ProjectState, app: str, name: str, option: str, added) -> None:
    _set(state, app, name, option, [*state.models[app, name].options[option], added])


def _remove_option(state: ProjectState, app: str, name: str, option: str, removed: str) -> None:
    _set(
        state,
        app,
        name,
        option,
        [one for one in state.models[app, name].options[option] if one.name != removed],
    )


def _set(state: ProjectState, app: str, name: str, option: str, found: list) -> None:
    state.models[app, name].options[option] = found
    if "apps" in state.__dict__:  # the property would make them
        setattr(state.apps.get_model(app, name)._meta, option, found)


def _add_trigger(operation: AddTrigger, app: str, state: ProjectState) -> None:
    options = state.models[app, operation.model_name].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


def _remove_trigger(operation: RemoveTrigger, app: str, state: ProjectState) -> None:
    options = state.models[app, operation.model_name].options
    options["triggers"] = [one for one in options.get("triggers", []) if one.name != operation.name]


def _find_reload_model(state: ProjectState, app: str, name: str, delay: bool = False) -> set[tuple[str, str]]:
    """The model and all that hold its class, by a relation or as a child, and theirs."""
    heirs = defaultdict(set)
    for key, model in state.models.items():
        for base in model.bases:
            if isinstance(base, str):
                heirs[tuple(base.lower().split("."))].add(key)
    found, open_ends = set(), [(app, name.lower())]
    while open_ends:
        key = open_ends.pop()
        if key not in found:
            found.add(key)
            open_ends += [*state.relations.get(key, ()), *heirs[key]]
    return found
