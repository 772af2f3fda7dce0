"""Pages for one's own security and, for the administrator, for everybody's accounts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from rest_framework.exceptions import ValidationError

from portal.kit.address import client_address
from portal.kit.form_pages import form_page
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate

from . import actions
from .forms import MembershipForm, NameForm, PasswordForm, UserFilter, UserForm
from .lockout import locked_until
from .models import User
from .queries import membership_in_words, recent_sign_ins, search_users, tokens_of, users_for
from .scope import Role
from .second_factor import has_second_factor

USERS_ORDERING = ("username",)


@login_required
def security(request: HttpRequest) -> HttpResponse:
    """My password, second factor, tokens and recent sign-ins."""
    context = {
        "second_factor": has_second_factor(request.user),
        "tokens": tokens_of(request.user),
        "sign_ins": recent_sign_ins(request.user),
        "address": client_address(request),
    }
    return render_page(request, "portal/accounts/security.html", None, context)


@require_POST
@login_required
def end_own_token(request: HttpRequest, key: str) -> HttpResponse:
    """Ends one of my own tokens, named by its public beginning."""
    actions.end_token(token=get_object_or_404(tokens_of(request.user), token_key=key))
    messages.success(request, _("令牌已失效。"))
    return redirect("account-security")


@for_roles(Role.ADMIN)
def user_list(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, by name, role and state."""
    form = UserFilter(request.GET or None)
    filters = form.filters() if form.is_valid() else {}
    users = search_users(request.user, **filters)
    page = paginate(users, ordering=USERS_ORDERING, cursor=request.GET.get("cursor", ""), count=True)
    context = {"form": form, "page": page}
    return render_page(request, "portal/accounts/users.html", "portal/accounts/_users.html", context)


@for_roles(Role.ADMIN)
def user_create(request: HttpRequest) -> HttpResponse:
    """Opens an account; roles are given on the next page."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.create_user(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("账号已建立，请为其设置角色。"))
            return redirect("user-detail", user.pk)
    return form_page(
        request, form, title=_("新建用户"), submit=_("新建"), back=reverse("user-list"), wide=True
    )


@for_roles(Role.ADMIN)
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account with its roles and what can be done to it."""
    user = get_object_or_404(users_for(request.user), pk=pk)
    return _user_page(request, user)


def _user_page(request: HttpRequest, user: User, **forms) -> HttpResponse:
    memberships = user.memberships.select_related("district", "town", "department").order_by("pk")
    context = {
        "person": user,
        "memberships": [(row.pk, membership_in_words(row)) for row in memberships],
        "locked_until": locked_until(username=user.get_username()),
        "second_factor": has_second_factor(user),
        "tokens": tokens_of(user).count(),
        "sign_ins": recent_sign_ins(user),
        "name_form": forms.get("name_form") or NameForm(initial={"display_name": user.display_name}),
        "password_form": forms.get("password_form") or PasswordForm(),
        "role_form": forms.get("role_form") or MembershipForm(),
    }
    status = 400 if forms else 200
    return render_page(request, "portal/accounts/user_detail.html", None, context, status=status)


@require_POST
@for_roles(Role.ADMIN)
def user_rename(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(users_for(request.user), pk=pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _user_page(request, user, name_form=form)
    actions.rename_user(user=user, by=request.user, **form.cleaned_data)
    messages.success(request, _("已保存。"))
    return redirect("user-detail", pk)


@require_POST
@for_roles(Role.ADMIN)
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(users_for(request.user), pk=pk)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _user_page(request, user, password_form=form)
    actions.set_password(user=user, by=request.user, **form.cleaned_data)
    messages.success(request, _("密码已重置，该用户需要重新登录。"))
    return redirect("user-detail", pk)


@require_POST
@for_roles(Role.ADMIN)
def role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(users_for(request.user), pk=pk)
    form = MembershipForm(request.POST)
    if form.is_valid():
        try:
            actions.grant_role(user=user, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("角色已授予。"))
            return redirect("user-detail", pk)
    return _user_page(request, user, role_form=form)


@require_POST
@for_roles(Role.ADMIN)
def role_revoke(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    user = get_object_or_404(users_for(request.user), pk=pk)
    actions.revoke_role(membership=get_object_or_404(user.memberships, pk=membership), by=request.user)
    messages.success(request, _("角色已收回。"))
    return redirect("user-detail", pk)


# What one button does, and what the administrator reads afterwards.
MOVES = {
    "deactivate": (actions.deactivate_user, gettext_lazy("账号已停用，其登录和令牌立即失效。")),
    "activate": (actions.activate_user, gettext_lazy("账号已启用。")),
    "unlock": (actions.unlock_user, gettext_lazy("已解除锁定。")),
    "remove-second-factor": (
        actions.remove_second_factor,
        gettext_lazy("两步验证已移除，该用户可重新设置。"),
    ),
}


@require_POST
@for_roles(Role.ADMIN)
def user_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Deactivate, activate, unlock, remove the second factor."""
    action, sentence = MOVES[move]
    action(user=get_object_or_404(users_for(request.user), pk=pk), by=request.user)
    messages.success(request, sentence)
    return redirect("user-detail", pk)


def add_errors(form, error: ValidationError) -> None:
    """What an action refused, beside the fields of the form."""
    details = error.detail if isinstance(error.detail, dict) else {None: error.detail}
    for name, texts in details.items():
        for text in texts if isinstance(texts, list) else [texts]:
            form.add_error(name if name in form.fields else None, str(text))
