"""What drf-spectacular cannot see by itself: how a program proves who it is."""

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme


class TokenScheme(KnoxTokenScheme):
    target_class = "portal.accounts.authentication.TokenAuthentication"
    name = "token"


class PageSessionScheme(SessionScheme):
    """The portal's own pages call with their session cookie."""

    target_class = "portal.kit.api.SessionAuthentication"
    name = "session"
