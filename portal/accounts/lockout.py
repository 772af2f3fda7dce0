"""The answer to too many wrong passwords."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.kit.failures import failure_page


def locked_out(request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
    """429 with Retry-After in seconds."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    text = _("密码连续输错 %(limit)d 次，请 %(minutes)d 分钟后再试。") % {
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": minutes,
    }
    response = failure_page(request, 429, _("登录已暂时锁定"), text)
    response["Retry-After"] = str(minutes * 60)
    return response
