"""One form on a page of its own: whatever is done with more than a click."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .forms import refusals_in
from .pages import render_page

FORM_PAGE = "components/form_page.html"


def form_page(request: HttpRequest, form: Form, *, title: Any, back: str, **more: Any) -> HttpResponse:
    """Shows the form; 400 with what is wrong beside its fields. `more`: subtitle, submit, danger, once, wide."""
    context = {"form": form, "title": title, "back": back, **more}
    return render_page(request, FORM_PAGE, None, context, status=400 if form.errors else 200)


def create_page(
    request: HttpRequest, form: Form, save: Callable[[dict[str, Any]], str], **page: Any
) -> HttpResponse:
    """Shows the form of a new row; saves it and goes to the address that `save` answers. `page` as in `form_page`."""
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            return redirect(save(dict(form.cleaned_data)))
    return form_page(request, form, **page)
