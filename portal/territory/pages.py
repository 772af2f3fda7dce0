"""Pages of the territory: towns with their stations, departments, and the work calendar."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Invalid, or_404
from portal.kit.text import whole_number

from . import queries
from .actions import clear_calendar_day, set_calendar_day
from .calendar import FIRST_YEAR, LAST_YEAR
from .forms import CalendarDayForm
from .models import District
from .rules import can_change_calendar


@login_required
@require_GET
def town_list(request: HttpRequest) -> HttpResponse:
    """The towns as a schematic map and as a list with office and guidance station."""
    towns = list(queries.towns(request.user))
    open_towns = [town for town in towns if town.closed_on is None]
    grid = {(town.tile_row, town.tile_column): town for town in open_towns}
    rows = 1 + max((row for row, _column in grid), default=0)
    columns = 1 + max((column for _row, column in grid), default=0)
    tiles = [[grid.get((row, column)) for column in range(columns)] for row in range(rows)]
    context = {"towns": towns, "tiles": tiles, "departments": queries.departments(request.user)}
    return render_page(request, "portal/territory/town_list.html", None, context)


@login_required
@require_GET
def work_calendar(request: HttpRequest) -> HttpResponse:
    """One year of the work calendar: months side by side, and what departs from Monday–Friday."""
    return _calendar_page(request, _year(request), _district(request), CalendarDayForm())


@for_roles("admin", "bureau")
@require_POST
def change_day(request: HttpRequest) -> HttpResponse:
    """The bureau corrects one day."""
    district, form = _district(request), CalendarDayForm(request.POST)
    if not form.is_valid():
        return _calendar_page(request, timezone.localdate().year, district, form, status=400)
    try:
        row = set_calendar_day(district=district, by=request.user, **form.cleaned_data)
    except Invalid as error:
        add_errors(form, error)
        return _calendar_page(request, timezone.localdate().year, district, form, status=400)
    messages.success(request, _("已将 %(day)s 设为%(what)s。") % {
        "day": row.day, "what": _("工作日") if row.is_working else _("休息日")
    })  # fmt: skip
    return redirect(f"{reverse('work-calendar')}?year={row.day.year}")


@for_roles("admin", "bureau")
@require_POST
def reset_day(request: HttpRequest) -> HttpResponse:
    """The bureau takes a correction back."""
    try:
        day = parse_date(request.POST.get("day", ""))
    except ValueError as error:  # written like a date, but there is no such day
        raise Http404 from error
    if day is None:
        raise Http404
    clear_calendar_day(district=_district(request), day=day, by=request.user)
    messages.success(request, _("已恢复 %(day)s 的国家日历安排。") % {"day": day})
    return redirect(f"{reverse('work-calendar')}?year={day.year}")


def _calendar_page(
    request, year: int, district: District, form: CalendarDayForm, status: int = 200
) -> HttpResponse:
    special_days = queries.special_days(district, year)
    context = {
        "year": year,
        "previous": year - 1 if year > FIRST_YEAR else None,
        "following": year + 1 if year < LAST_YEAR else None,
        "months": queries.months(year, special_days),
        "special_days": special_days,
        "form": form,
        "can_change": can_change_calendar(request.user, district.pk),
    }
    return render_page(request, "portal/territory/work_calendar.html", None, context, status=status)


def _district(request: HttpRequest) -> District:
    return or_404(queries.home_district(request.user))


def _year(request: HttpRequest) -> int:
    year = whole_number(request.GET.get("year", ""), FIRST_YEAR, LAST_YEAR)
    return year or timezone.localdate().year
