"""What the pages of outreach share: rows by code, the tabs above them, a name or phone in full."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.scope import Role
from portal.audit.personal_pages import personal_answer
from portal.kit.problems import Invalid, or_404
from portal.territory.models import Town

from .. import queries, rules
from ..forms import ReasonForm
from ..models import Instructor, LiaisonPoint
from ..queries.stations import station_towns

BASE = "enterprises/outreach"
READERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER)
KEEPERS = (Role.ADMIN, Role.BUREAU, Role.STATION)


def instructor_or_404(request: HttpRequest, code: str) -> Instructor:
    return or_404(queries.instructor_for(request.user, code))


def managed_instructor(request: HttpRequest, code: str) -> Instructor:
    row = instructor_or_404(request, code)
    if not rules.can_manage_instructor(request.user, row):
        raise PermissionDenied
    return row


def point_or_404(request: HttpRequest, code: str) -> LiaisonPoint:
    return or_404(queries.points_for(request.user, code))


def managed_point(request: HttpRequest, code: str) -> LiaisonPoint:
    row = point_or_404(request, code)
    if not rules.can_manage_point(request.user, row):
        raise PermissionDenied
    return row


def own_town(user) -> Town | None:
    """The one town of a station user, whose page is the start; None for who sees several."""
    towns = list(station_towns(user)[:2])
    return towns[0] if len(towns) == 1 else None


def tabs(request: HttpRequest, current: str) -> list[tuple[Any, str, bool, None]]:
    """The three parts of outreach as tabs: the station or stations, the people, the liaison points."""
    town = own_town(request.user)
    first = (
        (_("本站"), reverse("station", args=[town.code])) if town else (_("指导站"), reverse("station-list"))
    )
    items = [
        ("station", *first),
        ("instructors", _("指导员"), reverse("instructor-list")),
        ("points", _("联系点"), reverse("liaison-point-list")),
    ]
    return [(label, url, name == current, None) for name, label, url in items]


def show_personal(
    request: HttpRequest,
    *,
    labels: dict[str, Any],
    url: str,
    back: str,
    subject: str,
    reveal: Callable[..., str],
) -> HttpResponse:
    """A name or phone in full, after saying why (`reveal(field=…, reason=…)` records the view first)."""
    field = request.POST.get("field") or request.GET.get("field", "")
    if field not in labels:
        raise Invalid({"field": _("没有这个字段。")})
    form = ReasonForm(request.POST or None, initial={"field": field})
    context = {"label": labels[field], "url": url, "back": back, "subject": subject}
    return personal_answer(request, form, reveal, base=BASE, context=context)
