"""Pages of profile and surveys: the portrait, taking a survey, its history, personal fields, the work list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.scope import Role
from portal.audit.history import history_of_all
from portal.audit.personal_pages import personal_answer
from portal.kit.address import client_address
from portal.kit.forms import add_errors
from portal.kit.masking import mask_phone
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Invalid
from portal.territory.models import Town

from ..registry.models import Enterprise
from ..registry.pages import enterprise_or_404
from ..registry.rules import can_edit, sees_personal
from .actions import record_survey, view_personal
from .forms import PersonalForm, SurveyForm, WorklistFilter
from .models import PartyProfile
from .portrait import panels
from .queries import WORKLIST_STATES, freshness_counts, freshness_of, surveys_of, worklist
from .rows import survey_rows
from .rules import PERSONAL_FIELDS, Freshness, can_survey, may_only_self_report

BASE = "enterprises/profile"
HISTORY_PAGE = 20
WORKLIST_ROLES = (Role.ADMIN, Role.BUREAU, Role.STATION)


@login_required
def enterprise_portrait(request: HttpRequest, uscc: str) -> HttpResponse:
    """The portrait (企业专属画像): everything known of an enterprise, panel by panel."""
    enterprise = enterprise_or_404(request, uscc)
    context = {
        "enterprise": enterprise,
        "panels": [(panel, panel.load(enterprise, request.user)) for panel in panels()],
        "may_edit": can_edit(request.user, enterprise),
        "may_survey": can_survey(request.user, enterprise),
        "sees_personal": sees_personal(request.user, enterprise),
    }
    return render_page(request, f"{BASE}/portrait.html", None, context)


@login_required
def enterprise_survey(request: HttpRequest, uscc: str) -> HttpResponse:
    """Taking a survey on the spot; known values stand in the fields."""
    enterprise = enterprise_or_404(request, uscc)
    if not can_survey(request.user, enterprise):
        raise PermissionDenied
    self_report = may_only_self_report(request.user, enterprise)
    form = SurveyForm(request.POST or None, enterprise=enterprise, self_report=self_report)
    if request.method == "POST" and form.is_valid():
        try:
            survey = record_survey(enterprise=enterprise, by=request.user, **form.answers())
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _sentence(survey))
            return redirect("enterprise-portrait", uscc)
    profile = getattr(enterprise, "profile", None)
    context = {
        "enterprise": enterprise,
        "form": form,
        "profile": profile,
        "self_report": self_report,
        "state": freshness_of(profile.surveyed_on if profile else None),
    }
    return render_page(request, f"{BASE}/survey.html", None, context, status=400 if form.errors else 200)


def _sentence(survey) -> str:
    if not survey.applied:
        return _("摸排已保存。它早于最近一次摸排，画像保持不变。")
    if not survey.changes:
        return _("摸排已保存，各项与原有信息一致。")
    return _("摸排已保存，更新了 %(count)d 项信息。") % {"count": len(survey.changes)}


@login_required
def enterprise_surveys(request: HttpRequest, uscc: str) -> HttpResponse:
    """Every survey of an enterprise with what each changed."""
    enterprise = enterprise_or_404(request, uscc)
    page = paginate(
        surveys_of(request.user, enterprise),
        ordering=("-surveyed_on", "-id"),
        cursor=request.GET.get("cursor", ""),
        page_size=HISTORY_PAGE,
        count=True,
    )
    rows = survey_rows(page.rows, request.user, personal=sees_personal(request.user, enterprise))
    context = {
        "enterprise": enterprise,
        "page": page,
        "rows": rows,
        "may_survey": can_survey(request.user, enterprise),
    }
    return render_page(request, f"{BASE}/surveys.html", f"{BASE}/_surveys.html", context)


@login_required
def enterprise_changes(request: HttpRequest, uscc: str) -> HttpResponse:
    """Who changed what on the register’s row and the profile, in words."""
    enterprise = enterprise_or_404(request, uscc)
    profile = getattr(enterprise, "profile", None)
    tracked = [enterprise, *([profile] if profile else [])]
    entries = history_of_all(tracked, limit=30)
    kept_back = set()
    if not sees_personal(request.user, enterprise):
        kept_back = {str(PartyProfile._meta.get_field(name).verbose_name) for name in PERSONAL_FIELDS}
    rows = [
        {
            "at": entry.at,
            "who": f"{entry.who} · {entry.source}",
            "title": f"{entry.action}{entry.subject}",
            "changes": [(c.label, c.old, c.new) for c in entry.changes if c.label not in kept_back],
        }
        for entry in entries
    ]
    context = {"enterprise": enterprise, "rows": rows}
    return render_page(request, f"{BASE}/changes.html", f"{BASE}/_changes.html", context)


@login_required
def enterprise_personal(request: HttpRequest, uscc: str) -> HttpResponse:
    """A name or phone in full, after saying why; the view is recorded first."""
    enterprise = enterprise_or_404(request, uscc)
    if not sees_personal(request.user, enterprise):
        raise PermissionDenied
    field = request.POST.get("field") or request.GET.get("field", "")
    form = PersonalForm(request.POST or None, initial={"field": field})
    label = dict(form.fields["field"].choices).get(field)
    if label is None:
        raise Invalid({"field": _("没有这个字段。")})
    return personal_answer(
        request,
        form,
        lambda **given: view_personal(
            enterprise=enterprise, by=request.user, address=client_address(request), **given
        ),
        base=BASE,
        context={"enterprise": enterprise, "label": label},
    )


@for_roles(*WORKLIST_ROLES)
def survey_worklist(request: HttpRequest) -> HttpResponse:
    """Whom to survey next: never surveyed first, then the longest ago."""
    scope = request.user.scope
    towns = Town.objects.visible_to(request.user).filter(closed_on=None)
    if not scope.is_admin:
        towns = towns.filter(district__in=scope.managed) | towns.filter(pk__in=scope.towns)
    form = WorklistFilter(request.GET, towns=list(towns))
    state = request.GET.get("state", "")
    if not form.is_valid() or state not in ("", *WORKLIST_STATES):
        raise Invalid({"state": _("没有这个筛选条件。")})
    town = form.cleaned_data["town"]
    today = timezone.localdate()
    counts = freshness_counts(request.user, town=town, today=today)
    counts[""] = sum(counts[one] for one in WORKLIST_STATES)
    page = paginate(
        worklist(request.user, state=state, town=town, today=today).select_related("town", "profile"),
        ordering=(form.cleaned_data["ordering"] or "last_surveyed",),
        cursor=request.GET.get("cursor", ""),
    )
    tabs = [
        (label, _address(request, state=one), one == state, counts[one])
        for one, label in [("", _("全部")), *((s.value, s.label) for s in WORKLIST_STATES)]
    ]
    context = {"form": form, "page": page, "rows": [_due_row(e, today) for e in page.rows], "tabs": tabs}
    return render_page(request, f"{BASE}/worklist.html", f"{BASE}/_worklist.html", context)


def _address(request: HttpRequest, **change: str) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in change.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"


def _due_row(enterprise: Enterprise, today) -> dict:
    profile = getattr(enterprise, "profile", None)
    day = profile.surveyed_on if profile else None
    state: Freshness = freshness_of(day, today)
    return {
        "enterprise": enterprise,
        "surveyed_on": day,
        "days": (today - day).days if day else None,
        "state": state,
        "contact_phone": mask_phone(profile.contact_phone) if profile else "",
    }
