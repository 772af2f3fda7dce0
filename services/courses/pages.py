"""Courses: found and read without a sign-in; the bureau adds, changes and closes them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.form_pages import create_page
from portal.kit.pages import for_roles
from portal.kit.problems import or_404
from portal.kit.public_pages import render_public
from portal.kit.stale import edit_versioned

from ..kept.pages import managed_district
from ..kept.queries import home_district
from ..kept.rules import can_manage_services
from ..stations.pages.public import booking_address
from . import queries
from .actions import create_course, update_course
from .forms import CourseFilter, CourseForm
from .models import Course
from .rules import is_open

BASE = "services/courses"


@require_GET
def course_list(request: HttpRequest) -> HttpResponse:
    """The open courses of the district by words, chain, element, item and form."""
    district = home_district()
    form = CourseFilter(request.GET, district=district)
    filters = form.values()
    rows = list(queries.courses(request.user, {**filters, "open": "1"}).filter(district=district))
    text = filters.get("search", "")
    near = queries.near_courses(request.user, text, district) if text and not rows else []
    context = {
        "form": form,
        "courses": rows or near,
        "is_near": bool(near),
        "can_change": can_manage_services(request.user, district.pk if district else 0),
    }
    return render_public(request, f"{BASE}/list.html", f"{BASE}/_courses.html", context)


@require_GET
def course_page(request: HttpRequest, code: str) -> HttpResponse:
    """A course: what is taught, for whom, by whom, and how to take part."""
    course = _course(request, code)
    context = {
        "course": course,
        "is_open": is_open(course.opened_on, course.closed_on, timezone.localdate()),
        "booking": booking_address(request, item=course.item.code) if course.item else "",
        "can_change": can_manage_services(request.user, course.district_id),
    }
    return render_public(request, f"{BASE}/course.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def course_create(request: HttpRequest) -> HttpResponse:
    """The bureau adds a course."""
    district = managed_district(request)
    form = CourseForm(
        request.POST or None, district=district, is_new=True, initial={"form": Course.Form.ONSITE, "hours": 2}
    )

    def save(given: dict[str, Any]) -> str:
        course = create_course(district=district, by=request.user, **given)
        return reverse("course", args=[course.code])

    return create_page(request, form, save, title=_("新增课程"), back=reverse("course-list"), wide=True)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def course_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes or closes a course."""
    course = _course(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = _course(request, code)
        values = {name: getattr(now, name) for name in CourseForm.base_fields}
        values["hours"] = f"{now.hours.normalize():f}"
        return now.version, {name: getattr(value, "code", value) or "" for name, value in values.items()}

    return edit_versioned(
        request,
        form_of=lambda **given: CourseForm(district=course.district, **given),
        current=current,
        save=lambda version, changes: update_course(
            course=course, by=request.user, version=version, changes=changes
        ),
        back=reverse("course", args=[code]),
        context={"title": _("修改课程"), "subtitle": course.title, "wide": True},
    )


def _course(request: HttpRequest, code: str) -> Course:
    return or_404(queries.course_for(request.user, code))
