"""What of django-allauth is open: signing in and out, the own password, the second factor.

allauth builds links to its other pages by name (sign-up, e-mail, password by mail), so the names exist and answer 404:
accounts are opened by the administrator, who also resets passwords.
"""

from allauth.account import views
from allauth.account.urls import urlpatterns as every_page
from django.http import Http404, HttpRequest
from django.urls import URLPattern, include, path

OPEN = {"account_login", "account_logout", "account_reauthenticate", "account_change_password"}


def closed(request: HttpRequest, **_parts: str) -> None:
    raise Http404


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("mfa/", include("allauth.mfa.urls")),
    *(URLPattern(page.pattern, closed, name=page.name) for page in every_page if page.name not in OPEN),
]
