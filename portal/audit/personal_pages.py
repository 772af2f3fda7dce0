"""A name or phone in full, after saying why: the answer of every page that shows one."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse

from portal.kit.forms import refusals_in
from portal.kit.pages import render_page


def personal_answer(
    request: HttpRequest, form: Form, reveal: Callable[..., str], *, base: str, context: Mapping[str, Any]
) -> HttpResponse:
    """Asks with the form, then shows what `reveal(field=…, reason=…)` answers, which records the view first; no cache
    keeps it. The templates are `personal.html` and `_personal.html` of `base`, the latter with
    components/personal_view.html."""
    shown = {**context, "form": form}
    if form.is_valid():
        with refusals_in(form):
            shown["value"] = reveal(**form.cleaned_data)
    status = 400 if form.errors else 200
    response = render_page(request, f"{base}/personal.html", f"{base}/_personal.html", shown, status=status)
    response["Cache-Control"] = "no-store"
    return response
