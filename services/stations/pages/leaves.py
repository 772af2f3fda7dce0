"""When a person of a station's team is away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404

from .. import actions, queries
from ..forms.editing import LeaveForm
from .people import member_of, station_of


@for_roles("admin", "bureau", "station")
@require_http_methods(["GET", "POST"])
def leaves(request: HttpRequest, code: str, member: str) -> HttpResponse:
    """The days on which somebody is away, the sessions that stand on them, and a form for more."""
    station = station_of(request, code)
    row = member_of(request, station, member)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.add_leave(member=row, by=request.user, **form.cleaned_data)
            return redirect("service-station-leaves", code=code, member=member)
    context = {"station": station, "member": row, "rows": queries.leaves_of(row), "form": form}
    status = 400 if form.is_bound else 200
    return render_page(request, "services/stations/leaves.html", None, context, status=status)


@for_roles("admin", "bureau", "station")
@require_POST
def leave_remove(request: HttpRequest, code: str, member: str, leave: int) -> HttpResponse:
    """Somebody is there after all."""
    row = or_404(member_of(request, station_of(request, code), member).leaves.filter(pk=leave).first())
    actions.remove_leave(leave=row, by=request.user)
    return redirect("service-station-leaves", code=code, member=member)
