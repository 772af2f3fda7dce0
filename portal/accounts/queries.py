"""Reads of accounts: who somebody is in words, and what an administrator looks through."""

from axes.models import AccessLog
from django.db.models import Q, QuerySet
from django.utils import timezone
from knox.models import AuthToken

from .models import Membership, User
from .rules import can_manage_users
from .scope import Role
from .second_factor import has_second_factor

RECENT_SIGN_INS = 10


def users_for(user: User) -> QuerySet[User]:
    """The accounts that this user administers: all for an administrator, none for anyone else."""
    return User.objects.all() if can_manage_users(user) else User.objects.none()


def search_users(
    user: User, *, search: str = "", role: str = "", active: bool | None = None
) -> QuerySet[User]:
    """Accounts by part of the user or display name, by role and by state."""
    users = users_for(user).prefetch_related(
        "memberships__town", "memberships__department", "memberships__district"
    )
    if search:
        users = users.filter(Q(username__icontains=search) | Q(display_name__icontains=search))
    if role:
        users = users.filter(memberships__role=role).distinct()
    if active is not None:
        users = users.filter(is_active=active)
    return users


def tokens_of(user: User) -> QuerySet[AuthToken]:
    """The user's live tokens, newest first."""
    return AuthToken.objects.filter(user=user, expiry__gt=timezone.now()).order_by("-created")


def recent_sign_ins(user: User) -> QuerySet[AccessLog]:
    return AccessLog.objects.filter(username=user.get_username()).order_by("-attempt_time")[:RECENT_SIGN_INS]


def membership_in_words(membership: Membership) -> dict:
    """A membership for the outside: codes of places, and one sentence that a person reads."""
    return {
        "role": membership.role,
        "role_label": membership.get_role_display(),
        "label": str(membership),
        "district": membership.district.code if membership.district else None,
        "town": membership.town.code if membership.town else None,
        "department": membership.department.code if membership.department else None,
        "institution": membership.institution or None,
        "enterprise": membership.enterprise or None,
    }


def profile_of(user: User) -> dict:
    """Who the user is, with roles, places and what the portal lets them do (`GET me`)."""
    scope = user.scope
    memberships = user.memberships.select_related("district", "town", "department").order_by("pk")
    return {
        "username": user.username,
        "display_name": str(user),
        "roles": sorted(scope.roles),
        "memberships": [membership_in_words(membership) for membership in memberships],
        "permissions": {
            "manage_users": scope.is_admin,
            "manage_district": scope.is_bureau,
            "record_data": scope.is_staff,
            "see_personal": scope.sees_personal,
            "self_report": Role.ENTERPRISE in scope.roles,
        },
        "second_factor": has_second_factor(user),
    }
