"""Everything a person or an administrator does to an account. Each action is one transaction."""

from dataclasses import dataclass

from axes.models import AccessLog
from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework.exceptions import PermissionDenied

from portal.kit.address import client_address
from portal.kit.problems import Conflict, Invalid

from .lockout import unlock
from .models import Membership, User
from .rules import can_manage_users, place_of
from .scope import Role


@dataclass(frozen=True)
class IssuedToken:
    """A new token: `text` is shown once and stored nowhere, only its digest is."""

    text: str
    row: AuthToken


@transaction.atomic
def issue_token(*, user: User, request: HttpRequest) -> IssuedToken:
    """Gives a signed-in program its token, clears the user's failure counter and notes the sign-in.

    A user has at most TOKEN_LIMIT_PER_USER tokens: the oldest gives way, so that nobody locks themselves out.
    """
    User.objects.select_for_update().get(pk=user.pk)
    now = timezone.now()
    user.auth_token_set.filter(expiry__lte=now).delete()
    keep = knox_settings.TOKEN_LIMIT_PER_USER - 1
    surplus = list(user.auth_token_set.order_by("-created").values_list("pk", flat=True)[keep:])
    AuthToken.objects.filter(pk__in=surplus).delete()
    row, text = AuthToken.objects.create(user=user, expiry=knox_settings.TOKEN_TTL)
    unlock(username=user.get_username())
    update_last_login(None, user)
    AccessLog.objects.create(
        username=user.get_username(),
        ip_address=client_address(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:255],
        path_info=request.path[:255],
        attempt_time=now,
    )
    return IssuedToken(text=text, row=row)


@transaction.atomic
def end_token(*, token: AuthToken) -> None:
    """Ends one token at once."""
    token.delete()


@transaction.atomic
def create_user(*, by: User, username: str, display_name: str, password: str) -> User:
    """An administrator opens an account without any role yet."""
    _require_admin(by)
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid({"username": _("这个用户名已有人使用。")})
    user = User(username=username, display_name=display_name)
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def rename_user(*, user: User, by: User, display_name: str) -> User:
    """An administrator changes the duty name that others see."""
    _require_admin(by)
    user.display_name = display_name
    user.save(update_fields=["display_name"])
    return user


@transaction.atomic
def set_password(*, user: User, by: User, password: str) -> None:
    """An administrator sets a new password; every session and token of the user ends."""
    _require_admin(by)
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_access(user)
    unlock(username=user.get_username())


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Somebody sets a new password for the own account; the tokens and every other session end, this session stays."""
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_access(user)


@transaction.atomic
def deactivate_user(*, user: User, by: User) -> None:
    """An administrator closes an account: sessions and tokens end at once, rows that name the user stay."""
    _require_admin(by)
    if user.pk == by.pk:
        raise Conflict(_("不能停用自己的账号。"), code="own_account")
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_access(user)


@transaction.atomic
def activate_user(*, user: User, by: User) -> None:
    """An administrator opens a closed account again; the roles are as they were."""
    _require_admin(by)
    user.is_active = True
    user.save(update_fields=["is_active"])


@transaction.atomic
def unlock_user(*, user: User, by: User) -> None:
    """An administrator lifts the lock after wrong passwords."""
    _require_admin(by)
    unlock(username=user.get_username())


@transaction.atomic
def remove_second_factor(*, user: User, by: User) -> None:
    """An administrator removes a lost second factor; the user sets it up anew. Sessions and tokens end."""
    _require_admin(by)
    user.authenticator_set.all().delete()
    _end_access(user)


@transaction.atomic
def grant_role(*, user: User, by: User, role: str, **places) -> Membership:
    """An administrator gives a user a role with its place. Granting it twice changes nothing.

    Raises Invalid, by field, when the place that the role needs is missing.
    """
    _require_admin(by)
    kept, missing = place_of(role, places)
    if missing:
        raise Invalid({name: _("这个角色需要填写此项。") for name in missing})
    membership, _created = Membership.objects.get_or_create(user=user, role=role, **kept)
    return membership


@transaction.atomic
def revoke_role(*, membership: Membership, by: User) -> None:
    """An administrator takes a role back. The last administrator keeps the role."""
    _require_admin(by)
    if membership.role == Role.ADMIN:
        others = Membership.objects.select_for_update().filter(role=Role.ADMIN, user__is_active=True)
        if not others.exclude(user=membership.user).exists():
            raise Conflict(_("至少要保留一位系统管理员。"), code="last_admin")
    membership.delete()


def _require_admin(by: User) -> None:
    if not can_manage_users(by):
        raise PermissionDenied()


def _end_access(user: User) -> None:
    """Tokens end here. Sessions need no step: every request reads `is_active` and the password's fingerprint."""
    user.auth_token_set.all().delete()
