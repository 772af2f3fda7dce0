"""Lists on pages: one page of what a filter form names."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest

from .pagination import Page, paginate

NO_ROWS = Page(rows=[], next=None, previous=None, count=0)


def filtered_page(
    request: HttpRequest, form: Form, rows: Callable[[], QuerySet], *, ordering: tuple[str, ...]
) -> Page:
    """One counted page of the rows that the form names; nothing while the form is not in order."""
    if not form.is_valid():
        return NO_ROWS
    return paginate(rows(), ordering=ordering, cursor=request.GET.get("cursor", ""), count=True)
