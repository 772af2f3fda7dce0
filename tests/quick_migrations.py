"""Replaying all migrations without drawing every model anew for each index, constraint and trigger.

Django makes the classes of a model and of all its relatives again after each operation, so that the next one sees
them. Towns, users and enterprises are relatives of nearly everything; half of the replay's time went there. An index,
a constraint or a trigger changes no field: here the class that stands gets the new list, and the database the same
statements as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Within: operations on indexes, constraints and triggers leave the classes of historical models in place."""
    with (
        mock.patch.multiple(ProjectState, _append_option=_append_option, _remove_option=_remove_option),
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
