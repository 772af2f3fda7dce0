"""The settings of a district: which department a demand is suggested to, how long it may take, who is reminded."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.scope import Role
from portal.kit.form_pages import form_page
from portal.kit.forms import add_errors, refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Invalid, or_404
from portal.kit.stale import edit_versioned
from portal.territory.models import District

from ...kept.queries import home_district
from .. import actions
from ..forms.settings import ReminderForm, RuleForm, TimesForm
from ..models import Demand, DispatchRule, EscalationRule, HandlingTime
from ..queries.rules import problems_of, rules_of
from ..rules import alerts
from ..rules.hours import Times, default_times

BASE = "services/workorders"
KEEPERS = (Role.ADMIN, Role.BUREAU)
READERS = (*KEEPERS, Role.STATION, Role.LEADER)


@for_roles(*READERS)
@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    """All of it on one page; the bureau changes it from here."""
    district = district_of(request)
    own = {(row.kind, row.urgency): row for row in HandlingTime.objects.filter(district=district)}
    times = [
        (
            f"{kind.label} · {urgency.label}",
            own.get((kind.value, urgency.value)) or default_times(kind.value, urgency.value),
            reverse("demand-times", args=[kind.value, urgency.value]),
            (kind.value, urgency.value) in own,
        )
        for kind in Demand.Kind
        for urgency in Demand.Urgency
    ]
    reminders = EscalationRule.objects.visible_to(request.user).filter(district=district).distinct()
    rules = [(rule, problems_of(rule)) for rule in rules_of(district)]
    context = {
        "rules": rules,
        "broken": sum(bool(problems) for _rule, problems in rules),
        "times": times,
        "reminders": reminders.prefetch_related("people"),
        "defaults": [(share, EscalationRule.Audience(whom).label) for share, whom in alerts.DEFAULTS],
        "form": ReminderForm(district=district),
        "may_change": bool(request.user.scope.roles & set(KEEPERS)),
    }
    return render_page(request, f"{BASE}/settings.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def rule_create(request: HttpRequest) -> HttpResponse:
    """A new dispatch rule."""
    district = district_of(request)
    form = RuleForm(request.POST or None, district=district)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.set_dispatch_rule(district=district, by=request.user, **form.cleaned_data)
            return redirect("demand-settings")
    return form_page(request, form, title=_("新增派单规则"), back=reverse("demand-settings"), wide=True)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another department for an element."""
    rule = _rule(request, pk)

    def current() -> tuple[int, dict[str, Any]]:
        row = _rule(request, pk)
        return row.version, {
            "element": row.element.code,
            "town": row.town.code if row.town else "",
            "lead": row.lead.code,
            "joint": [one.code for one in row.joint.all()],
            "note": row.note,
        }

    def save(version: int, changes: dict[str, Any]) -> None:
        row = _rule(request, pk)
        whole = {
            "element": row.element, "town": row.town, "lead": row.lead, "joint": list(row.joint.all()),
            "note": row.note,
        }  # fmt: skip
        actions.set_dispatch_rule(
            district=row.district, by=request.user, rule=row, version=version, **whole | changes
        )

    return edit_versioned(
        request,
        form_of=lambda **given: RuleForm(district=rule.district, **given),
        current=current,
        save=save,
        back=reverse("demand-settings"),
        context={"title": _("修改派单规则"), "subtitle": rule.element.name, "wide": True},
    )


@for_roles(*KEEPERS)
@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove_dispatch_rule(rule=_rule(request, pk), by=request.user)
    messages.success(request, _("派单规则已删除。"))
    return redirect("demand-settings")


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def times_edit(request: HttpRequest, kind: str, urgency: str) -> HttpResponse:
    """How long demands of a kind and urgency may take."""
    if kind not in Demand.Kind.values or urgency not in Demand.Urgency.values:
        raise Http404
    district = district_of(request)
    row = HandlingTime.objects.filter(district=district, kind=kind, urgency=urgency).first()
    now = row or default_times(kind, urgency)
    form = TimesForm(
        request.POST or None, initial={name: getattr(now, name) for name in TimesForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_handling_time(
                district=district,
                by=request.user,
                kind=kind,
                urgency=urgency,
                times=Times(**form.cleaned_data),
            )
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("办理时限已保存，自下一次计时起生效。"))
            return redirect("demand-settings")
    title = f"{Demand.Kind(kind).label} · {Demand.Urgency(urgency).label}"
    return form_page(
        request, form, title=_("办理时限"), subtitle=title, back=reverse("demand-settings"), wide=True
    )


@for_roles(*KEEPERS)
@require_POST
def reminder_set(request: HttpRequest) -> HttpResponse:
    """Somebody more, or somebody else, is reminded."""
    district = district_of(request)
    form = ReminderForm(request.POST, district=district)
    if form.is_valid():
        is_first = not EscalationRule.objects.filter(district=district).exists()
        actions.set_escalation_rule(district=district, by=request.user, **form.cleaned_data)
        more = _("默认规则已一并列为本区规则，不需要的可以逐条删除。") if is_first else ""
        messages.success(request, _("催办规则已保存。") + more)
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("demand-settings")


@for_roles(*KEEPERS)
@require_POST
def reminder_remove(request: HttpRequest, pk: int) -> HttpResponse:
    rows = EscalationRule.objects.visible_to(request.user).filter(district__in=managed_by(request))
    rule = or_404(rows.filter(pk=pk).first())
    actions.remove_escalation_rule(rule=rule, by=request.user)
    messages.success(request, _("催办规则已删除。"))
    return redirect("demand-settings")


def managed_by(request: HttpRequest):
    scope = request.user.scope
    return District.objects.all() if scope.is_admin else District.objects.filter(pk__in=scope.managed)


def district_of(request: HttpRequest) -> District:
    """The district whose settings somebody reads: the own one, for an administrator the portal's."""
    scope = request.user.scope
    own = District.objects.filter(pk__in=scope.districts) | District.objects.filter(towns__in=scope.towns)
    return or_404(home_district() if scope.is_admin else own.distinct().order_by("code").first())


def _rule(request: HttpRequest, pk: int) -> DispatchRule:
    rows = DispatchRule.objects.filter(district__in=managed_by(request))
    return or_404(rows.select_related("element", "town", "lead", "district").filter(pk=pk).first())
