"""`Authorization: Token …`, checked in one query; and the portal's own session, with CSRF, for its own pages."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework import exceptions

BAD_TOKEN = _("令牌无效或已过期，请重新登录获取。")


class TokenAuthentication(KnoxAuthentication):
    """Knox tokens by their digest, which is the key of the table: one indexed read, no sweep of other tokens."""

    def authenticate_credentials(self, token: bytes) -> tuple:
        """(user, token row). Raises AuthenticationFailed for a token that is unknown, ended or of a closed account."""
        try:
            digest = hash_token(token.decode("ascii"))
        except ValueError as error:
            raise exceptions.AuthenticationFailed(BAD_TOKEN) from error
        row = AuthToken.objects.select_related("user").filter(pk=digest, expiry__gt=timezone.now()).first()
        if row is None or not row.user.is_active:
            raise exceptions.AuthenticationFailed(BAD_TOKEN)
        return row.user, row
