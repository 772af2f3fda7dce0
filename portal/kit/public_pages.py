"""Pages that everyone may read without a sign-in: the same template inside the public shell or the signed-in one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from .pages import render_page

MAX_AGE = 60  # seconds; "open now" may be so old


def render_public(
    request: HttpRequest,
    page: str,
    fragment: str | None,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """As `render_page`; the page extends `public_base`. A visitor's answer holds no token and no name, so browsers and
    proxies may keep it for a minute; a signed-in person's answer stays with that person."""
    signed_in = request.user.is_authenticated
    shell = "base_public_member.html" if signed_in else "base_public.html"
    response = render_page(request, page, fragment, {**(context or {}), "public_base": shell}, status=status)
    if signed_in:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=MAX_AGE)
    patch_vary_headers(response, ["Cookie"])
    return response
