"""The one-time code beside the password: whether a user has it, and whether a given code is right."""

from allauth.mfa.models import Authenticator

from .models import User

MAX_CODE = 32
WITH_CODE = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def code_is_right(user: User, code: str) -> bool:
    """Whether `code` is the user's current one-time code or an unused recovery code, which it then uses up."""
    if not code or len(code) > MAX_CODE:
        return False
    for authenticator in Authenticator.objects.filter(user_id=user.pk, type__in=WITH_CODE):
        if authenticator.wrap().validate_code(code):
            authenticator.record_usage()
            return True
    return False
