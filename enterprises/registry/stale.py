"""A stale edit, told field by field: what I typed beside what somebody else saved meanwhile; nobody is overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True)
class Difference:
    """One field. `choice`: I changed it, so I choose; else somebody else alone did, and their value stands."""

    name: str
    label: Any
    mine: str
    theirs: str
    choice: bool


def differences(form: forms.Form, current: Mapping[str, Any], touched: set[str]) -> list[Difference]:
    """Fields where the submitted form and the stored row (as form values) differ.

    `touched`: the fields that I changed from what I had been shown.
    """
    found = []
    for bound in form.visible_fields():
        name = bound.name
        if name not in current:
            continue
        mine, theirs = _words(bound, bound.value()), _words(bound, current[name])
        if mine != theirs:
            found.append(Difference(name, bound.label, mine, theirs, choice=name in touched))
    return found


def chosen_changes(form: forms.Form, values: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, Any]:
    """What I mean to write: the fields I changed, less those where I chose the other's value.

    `shown` holds the values that I was shown (hidden `shown-…` fields), as text.
    """
    return {
        name: value
        for name, value in values.items()
        if form.data.get(f"choose-{name}") != "theirs"
        and (f"shown-{name}" not in shown or as_text(form[name].value()) != shown[f"shown-{name}"])
    }


def as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _words(bound: forms.BoundField, value: Any) -> str:
    text = as_text(value)
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        return text
    return str(next((label for code, label in choices if str(code) == text), text))
