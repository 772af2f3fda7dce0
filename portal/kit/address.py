"""The address a request comes from, with as many proxies trusted as the operator names (setting PROXY_COUNT)."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The caller's IP address, or None when there is none to trust.

    With PROXY_COUNT proxies in front, the address is the one that the outermost of them saw: that many from the
    right of X-Forwarded-For. What stands further left was written by the caller and proves nothing.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY_COUNT:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.PROXY_COUNT:
            address = hops[-settings.PROXY_COUNT]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
