"""Pages of postings: choosing where an instructor goes, ending one, handing over."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Invalid, or_404
from portal.territory.models import Area

from ...registry.models import Enterprise
from .. import actions, queries, rules
from ..forms import AssignFilter, AssignForm, EndForm, HandOverForm, person_label
from ..models import Instructor, InstructorAssignment, LiaisonPoint
from ..rows import assignment_rows, names_seen, point_rows
from .access import BASE, KEEPERS, managed_instructor


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def instructor_assign(request: HttpRequest, code: str) -> HttpResponse:
    """Enterprises and areas to choose from, several at once; the search keeps the page short."""
    row = managed_instructor(request, code)
    filters = AssignFilter(request.GET)
    filters.is_valid()
    search = filters.cleaned_data.get("search", "")
    form = AssignForm(request.POST or None)
    chosen = {name: request.POST.getlist(name) for name in ("enterprises", "areas")}
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            posted = actions.assign(
                instructor=row,
                by=request.user,
                enterprises=Enterprise.objects.visible_to(request.user).filter(
                    uscc__in=chosen["enterprises"]
                ),
                areas=Area.objects.visible_to(request.user).filter(code__in=chosen["areas"]),
                **form.cleaned_data,
            )
            messages.success(request, _("已派驻 %(count)d 处。") % {"count": posted.added})
            return redirect("instructor", code)
    enterprises, areas = queries.assignable(
        request.user, row, search=search, without=bool(filters.cleaned_data.get("without"))
    )
    context = {
        "instructor": row,
        "filters": filters,
        "form": form,
        "chosen": chosen,
        "enterprises": enterprises,
        "areas": areas,
        "search": search,
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/assign.html", f"{BASE}/_assign.html", context, status=status)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = or_404(queries.shown_assignments(request.user).filter(pk=pk).first())
    if not rules.can_end_assignment(request.user, row):
        raise PermissionDenied
    back = _back(request, row)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.end_assignment(assignment=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("派驻已结束。"))
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("结束派驻"),
        subtitle=_("指导员 %(code)s · %(place)s")
        % {"code": row.instructor.code, "place": (row.enterprise or row.area).name},
        back=back,
        submit=_("结束派驻"),
        danger=True,
    )


def _back(request: HttpRequest, row: InstructorAssignment) -> str:
    """The instructor's page for who sees the instructor, else the enterprise's or the station's."""
    if rules.can_manage_instructor(request.user, row.instructor):
        return reverse("instructor", args=[row.instructor.code])
    if row.enterprise:
        return reverse("enterprise-portrait", args=[row.enterprise.uscc])
    return reverse("station", args=[row.area.town.code])


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def instructor_hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """What is ticked goes to the one chosen above, or to the one chosen in its row."""
    row = managed_instructor(request, code)
    postings = queries.open_assignments(request.user, row)
    points = list(queries.points(request.user).filter(instructor=row, released_on=None))
    people = [one for one in queries.choices(request.user, district_id=row.district_id) if one.pk != row.pk]
    form = HandOverForm(request.POST or None, people=people)
    ticked = set(request.POST.getlist("move")) if request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_in(form):
            moves = _moves(request, row, form, ticked or set())
            result = actions.hand_over(
                instructor=row,
                by=request.user,
                moves=moves,
                ended_on=given["ended_on"],
                reason=given["reason"],
                retire=given["retire"],
            )
            messages.success(request, _sentence(result, given["retire"]))
            return redirect("instructor", code)
    seen = names_seen(request.user)
    near = [(one.code, person_label(one)) for one in people if one.town_id == row.town_id]
    context = {
        "instructor": row,
        "form": form,
        "postings": [
            _choice(request, f"a{one['id']}", one, ticked)
            for one in assignment_rows(postings, request.user, seen)
        ],
        "points": [
            _choice(request, f"p{point.pk}", shown, ticked)
            for point, shown in zip(points, point_rows(points, request.user, seen), strict=True)
        ],
        "near": near,
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/hand_over.html", None, context, status=status)


def _choice(request: HttpRequest, key: str, shown: dict, ticked: set[str] | None) -> dict:
    return {
        **shown,
        "key": key,
        "ticked": ticked is None or key in ticked,
        "to": request.POST.get(f"to-{key}", ""),
    }


def _moves(request: HttpRequest, row: Instructor, form: HandOverForm, ticked: set[str]) -> list[actions.Move]:
    """What was ticked with who takes it. What is not open any more is kept, so that the action tells of it."""
    numbers = {
        kind: [int(key[1:]) for key in ticked if key[0] == kind and key[1:].isdigit()] for kind in "ap"
    }
    targets: list = [
        *(
            (f"a{one.pk}", one)
            for one in InstructorAssignment.objects.visible_to(request.user).filter(
                pk__in=numbers["a"], instructor=row
            )
        ),
        *(
            (f"p{one.pk}", one)
            for one in LiaisonPoint.objects.visible_to(request.user).filter(pk__in=numbers["p"])
        ),
    ]
    moves = []
    for key, what in targets:
        code = request.POST.get(f"to-{key}") or form.cleaned_data["to"]
        if code not in form.people:
            raise Invalid({"to": _("请选择接手的指导员。")})
        moves.append(actions.Move(what, form.people[code]))
    return moves


def _sentence(result: actions.HandedOver, retired: bool) -> str:
    said = _("已移交 %(postings)d 项派驻、%(points)d 个联系点。") % {
        "postings": result.postings, "points": result.points
    }  # fmt: skip
    if result.ended:
        said += _("另有 %(count)d 项因企业注销或区域撤销而结束。") % {"count": result.ended}
    return said + _("离任已办理。") if retired else said
