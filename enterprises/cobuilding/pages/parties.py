"""Pages of the units that take part: joining and leaving an agreement, joining and leaving an alliance."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chains.alliances.pages import alliance_or_404
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import or_404

from .. import actions, queries, rules
from ..forms import AllianceMemberForm, JoinForm, WithdrawForm
from ..rows import member_row
from .agreements import BASE, KEEPERS, READERS, managed_agreement


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_join(request: HttpRequest, number: str) -> HttpResponse:
    """A further unit joins an agreement."""
    row = managed_agreement(request, number)
    form = JoinForm(request.POST or None, user=request.user, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            party = actions.add_party(agreement=row, by=request.user, **form.values())
            messages.success(request, _("“%(name)s”已加入协议。") % {"name": party.unit.name})
            return redirect("agreement", number)
    back = reverse("agreement", args=[number])
    return form_page(request, form, title=_("加入成员"), subtitle=row.title, submit=_("加入"), back=back)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A unit withdraws from an agreement."""
    row = managed_agreement(request, number)
    party = or_404(next((one for one in row.units if one.pk == pk), None))
    form = WithdrawForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.withdraw_party(party=party, by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(name)s”已退出协议。") % {"name": party.unit.name})
            return redirect("agreement", number)
    return form_page(
        request, form, title=_("成员退出"), subtitle=f"{party.unit.name} · {row.title}", submit=_("确认退出"),
        danger=True, back=reverse("agreement", args=[number]),
    )  # fmt: skip


@for_roles(*READERS)
@require_GET
def alliance_members(request: HttpRequest, code: str) -> HttpResponse:
    """The member enterprises of an alliance: a part of its page, and a page of its own."""
    alliance = alliance_or_404(request, code)
    page = paginate(
        queries.alliance_members(request.user, alliance),
        ordering=("joined_on",),
        cursor=request.GET.get("cursor", ""),
        count=True,
    )
    context = {
        "alliance": alliance,
        "page": page,
        "rows": [member_row(one, request.user) for one in page.rows],
        "may_join": rules.can_manage_any(request.user) and alliance.status == "active",
    }
    return render_page(request, f"{BASE}/members.html", f"{BASE}/_members.html", context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def alliance_join(request: HttpRequest, code: str) -> HttpResponse:
    """An enterprise becomes a member of an alliance."""
    alliance = alliance_or_404(request, code)
    form = AllianceMemberForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            member = actions.join_alliance(alliance=alliance, by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(name)s”已加入联盟。") % {"name": member.enterprise.name})
            return redirect("alliance", code)
    back = reverse("alliance", args=[code])
    return form_page(
        request, form, title=_("加入联盟成员"), subtitle=alliance.name, submit=_("加入"), back=back
    )  # fmt: skip


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def alliance_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """An enterprise leaves an alliance."""
    member = or_404(queries.alliance_member_for(request.user, pk))
    if not rules.can_manage_member(request.user, member):
        raise PermissionDenied
    form = WithdrawForm(request.POST or None, initial={"version": member.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.leave_alliance(member=member, by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(name)s”已退出联盟。") % {"name": member.enterprise.name})
            return redirect("alliance", member.alliance.code)
    return form_page(
        request, form, title=_("成员退出"), subtitle=f"{member.enterprise.name} · {member.alliance.name}",
        submit=_("确认退出"), danger=True, back=reverse("alliance", args=[member.alliance.code]),
    )  # fmt: skip
