"""A stale edit, told field by field: what I typed beside what somebody else saved meanwhile; nobody is overwritten.

`edit_versioned` is the whole page of a versioned row: it shows the form, saves what I changed, and when somebody was
faster, lets me choose value by value. Pages with needs of their own use its parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _

from .forms import add_errors
from .pages import render_page
from .problems import Conflict, Invalid, Stale

EDIT_PAGE, STALE_PAGE = "components/edit_page.html", "components/stale_edit.html"


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
        and (f"shown-{name}" not in shown or as_text(form[name].value()) != unbroken(shown[f"shown-{name}"]))
    }


def as_text(value: Any) -> str:
    """A form value as one text, the same whether it was stored, shown or sent back by a browser."""
    if value is None or value is False:
        return ""
    if isinstance(value, list | tuple | set):
        return " ".join(sorted(str(one) for one in value))
    return unbroken(str(value))


def unbroken(text: str) -> str:
    """Browsers send line breaks as CR LF."""
    return text.replace("\r\n", "\n")


def version_of(request: HttpRequest) -> int:
    """The version that the page was made for. Raises Invalid when somebody tampered with it."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid({"version": _("页面不完整，请刷新后重试。")})
    return int(text)


def edit_versioned(
    request: HttpRequest,
    *,
    form_of: Callable[..., forms.Form],
    current: Callable[[], tuple[int, Mapping[str, Any]]],
    save: Callable[[int, dict[str, Any]], object],
    back: str,
    context: Mapping[str, Any],
    page: str = EDIT_PAGE,
) -> HttpResponse:
    """Shows (GET) and saves (POST) the edit form of one versioned row.

    `form_of(data=…, initial=…)` makes the form; `current()` reads version and values as the form shows them;
    `save(version, changes)` calls the action, with only what I changed; `back` is the address to go to afterwards.
    `page` is given `form`, `version`, `shown` and `back` besides `context` (title, subtitle; wide, for the usual page).
    """
    version, values = current()
    context = {**context, "back": back}

    def show(form: forms.Form, *, sent: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
        hidden = {f"shown-{name}": as_text(value) for name, value in values.items()}
        if sent is not None:  # keeps what I had been shown while I correct a refused form
            hidden = {name: sent.get(name, text) for name, text in hidden.items()}
        read = sent.get("version", version) if sent is not None else version
        status = more.pop("status", 200)
        name = more.pop("template", page)
        full = {**context, "form": form, "version": read, "shown": hidden, **more}
        return render_page(request, name, None, full, status=status)

    if request.method != "POST":
        return show(form_of(initial=values))
    form = form_of(data=request.POST)
    if not form.is_valid():
        return show(form, sent=request.POST, status=400)
    changes = chosen_changes(form, form.cleaned_data, request.POST)
    try:
        save(version_of(request), changes)
    except Stale:
        version, values = current()
        found = differences(form, values, set(changes))
        return show(form, differences=found, template=STALE_PAGE, status=409)
    except (Invalid, Conflict) as error:
        add_errors(form, error)
        return show(form, sent=request.POST, status=400)
    messages.success(request, _("已保存。"))
    return redirect(back)


def _words(bound: forms.BoundField, value: Any) -> str:
    choices = getattr(bound.field, "choices", None)
    if isinstance(bound.field, forms.BooleanField):
        return _("是") if value else _("否")
    if choices is None:
        return as_text(value)
    names = {str(code): str(label) for code, label in flatten_choices(choices)}
    if isinstance(value, list | tuple | set):
        chosen = {str(one) for one in value}
        return "、".join(label for code, label in names.items() if code in chosen)
    return names.get(as_text(value), as_text(value))
