"""Five wrong passwords in 15 minutes close the pair (user name, address); pages and API share the counter."""

import math
from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.address import client_address
from portal.kit.failures import failure

__all__ = [
    "attempted_username",
    "locked_out",
    "locked_until",
    "note_wrong_second_factor",
    "seconds_left",
    "unlock",
]


def attempted_username(request: HttpRequest, credentials: dict | None = None) -> str | None:
    """The user name that an attempt counts for, whichever form or endpoint it came through."""
    credentials = credentials or {}
    username = credentials.get("username") or credentials.get("login") or request.POST.get("login")
    return username[:255] if username else None


def seconds_left(*, username: str | None, address: str | None) -> int:
    """Seconds until the pair may try again; 0 when it is not locked."""
    attempts = AccessAttempt.objects.filter(
        username=username, ip_address=address, attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    rows = list(attempts.values_list("attempt_time", "failures_since_start"))
    if sum(failures for _time, failures in rows) < settings.AXES_FAILURE_LIMIT:
        return 0
    ends = max(time for time, _failures in rows) + settings.AXES_COOLOFF_TIME
    return max(math.ceil((ends - timezone.now()).total_seconds()), 1)


def locked_until(*, username: str) -> datetime | None:
    """When the last lock of this user name ends, from whatever address; None when it is open."""
    attempts = AccessAttempt.objects.filter(
        username=username, attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    locked = attempts.values("ip_address").annotate(
        failures=Sum("failures_since_start"), last=Max("attempt_time")
    )
    ends = [row["last"] for row in locked.order_by() if row["failures"] >= settings.AXES_FAILURE_LIMIT]
    return max(ends) + settings.AXES_COOLOFF_TIME if ends else None


def locked_out(request: HttpRequest, refused: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """429 with Retry-After in seconds, in place of the `refused` answer; a page, or the API's error shape."""
    username = attempted_username(request, credentials)
    wait = seconds_left(username=username, address=client_address(request))
    wait = wait or int(settings.AXES_COOLOFF_TIME.total_seconds())
    text = _("密码连续输错 %(limit)d 次，请 %(minutes)d 分钟后再试。") % {
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": math.ceil(wait / 60),
    }
    response = failure(request, 429, "throttled", _("登录已暂时锁定"), text)
    response["Retry-After"] = str(wait)
    return response


def note_wrong_second_factor(request: HttpRequest, username: str) -> None:
    """A wrong one-time code counts like a wrong password, else six digits could be tried out."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def unlock(*, username: str) -> int:
    """Opens the user name again from every address. Returns how many counters were cleared."""
    return AccessAttempt.objects.filter(username=username).delete()[0]
