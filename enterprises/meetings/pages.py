"""Pages of alliance meetings: those of an alliance, one, recording, correcting, what was resolved."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chains.alliances.api import alliance_or_404
from chains.party.models import PartyOrganization
from portal.accounts.scope import Role
from portal.audit.once import once
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Invalid, or_404
from portal.kit.stale import edit_versioned

from . import actions, queries, rules
from .forms import CancelForm, DoneForm, MeetingForm, TaskForm
from .models import AllianceMeeting
from .rows import meeting_row, meeting_rows

BASE = "enterprises/meetings"
READERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE)
KEEPERS = (Role.ADMIN, Role.BUREAU, Role.STATION)
PAGE_SIZE = 5


@for_roles(*READERS)
@require_GET
def alliance_meetings(request: HttpRequest, code: str) -> HttpResponse:
    """The meetings of an alliance: a part of its page, or a page of its own without JavaScript."""
    alliance = alliance_or_404(request, code)
    page = paginate(
        queries.of_alliance(request.user, alliance),
        ordering=("-held_on",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )
    context = {
        "alliance": alliance,
        "page": page,
        "rows": meeting_rows(page.rows, request.user),
        "may_record": _keeps(request, alliance) and alliance.status == PartyOrganization.Status.ACTIVE,
    }
    return render_page(request, f"{BASE}/of_alliance.html", f"{BASE}/_of_alliance.html", context)


@for_roles(*READERS)
@require_GET
def meeting(request: HttpRequest, number: str) -> HttpResponse:
    """One meeting: who came, what was resolved, and for staff the minutes."""
    row = meeting_row(_meeting(request, number), request.user)
    return render_page(request, f"{BASE}/meeting.html", None, {"row": row})


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
@once
def meeting_create(request: HttpRequest, code: str) -> HttpResponse:
    """A meeting of this alliance is recorded; what it resolved is added on its page."""
    alliance = alliance_or_404(request, code)
    if not _keeps(request, alliance):
        raise PermissionDenied
    form = MeetingForm(request.POST or None, user=request.user, alliance=alliance)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            row = actions.record_meeting(alliance=alliance, by=request.user, **form.cleaned_data)
            messages.success(request, _("会议 %(number)s 已登记，请补充议定事项。") % {"number": row.number})
            return redirect("alliance-meeting", row.number)
    return form_page(
        request, form, title=_("登记联盟会议"), subtitle=alliance.name, submit=_("登记"), once=True,
        back=reverse("alliance", args=[code]),
    )  # fmt: skip


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, number: str) -> HttpResponse:
    row = _managed(request, number)

    def current() -> tuple[int, dict[str, Any]]:
        now = _meeting(request, number)
        names = ("kind", "topic", "held_on", "place", "guests", "minutes")
        came = [str(one.member_id) for one in now.came]
        return now.version, {name: getattr(now, name) for name in names} | {
            "chair": now.chair.name, "attended": came,
        }  # fmt: skip

    def save(version: int, changes: dict[str, Any]) -> object:
        if changes.get("chair", ...) is None:
            raise Invalid({"chair": _("请填写主持单位。")})
        return actions.change_meeting(meeting=row, by=request.user, version=version, changes=changes)

    return edit_versioned(
        request,
        form_of=lambda **given: MeetingForm(user=request.user, alliance=row.alliance, meeting=row, **given),
        current=current,
        save=save,
        back=reverse("alliance-meeting", args=[number]),
        context={"title": _("修改会议记录"), "subtitle": row.topic},
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def meeting_cancel(request: HttpRequest, number: str) -> HttpResponse:
    """The record was wrong."""
    row = _managed(request, number)
    form = CancelForm(request.POST or None, initial={"version": row.version})
    return _act(
        request, row, form, lambda given: actions.cancel_meeting(meeting=row, by=request.user, **given),
        title=_("撤销会议记录"), submit=_("确认撤销"), danger=True,
    )  # fmt: skip


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
@once
def task_create(request: HttpRequest, number: str) -> HttpResponse:
    """Something that the meeting resolved."""
    row = _managed(request, number)
    return _act(
        request, row, TaskForm(request.POST or None),
        lambda given: actions.add_task(meeting=row, by=request.user, **given),
        title=_("登记议定事项"), submit=_("登记"), once=True,
    )  # fmt: skip


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def task_done(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What was resolved is done."""
    row = _managed(request, number)
    task = or_404(queries.task_of(row, pk))
    form = DoneForm(request.POST or None, initial={"version": task.version})
    return _act(
        request, row, form, lambda given: actions.finish_task(task=task, by=request.user, **given),
        title=_("议定事项已完成"), subtitle=task.text, submit=_("确认完成"),
    )  # fmt: skip


def _act(request: HttpRequest, row: AllianceMeeting, form, act, **page: Any) -> HttpResponse:
    """A form that does one thing with a meeting and leads back to it."""
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act(form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("alliance-meeting", row.number)
    back = reverse("alliance-meeting", args=[row.number])
    return form_page(request, form, back=back, **{"subtitle": row.topic, **page})


def _meeting(request: HttpRequest, number: str) -> AllianceMeeting:
    return or_404(queries.meeting_for(request.user, number))


def _managed(request: HttpRequest, number: str) -> AllianceMeeting:
    """The meeting, when the user keeps it; 403 for whoever only reads."""
    row = _meeting(request, number)
    if not _keeps(request, row.alliance):
        raise PermissionDenied
    return row


def _keeps(request: HttpRequest, alliance: PartyOrganization) -> bool:
    return rules.can_keep(request.user, town_id=alliance.town_id, district_id=alliance.district_id)
