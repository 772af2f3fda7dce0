"""What every kind's export shares: names and phones that leave the portal in a file are noted."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.audit.actions import record_personal_view
from portal.territory.models import District


def record_export(
    user, *, model: str, export_id: str, what: str, fields: Iterable[str], reason: str = ""
) -> None:
    """Somebody takes names and phones along: recorded like a look at each of them, for the user's own district."""
    own = District.objects.filter(towns__in=user.scope.towns)
    district = (District.objects.filter(pk__in=user.scope.managed) or own or District.objects.all()).first()
    record_personal_view(
        by=user,
        district=district,
        model=model,
        object_key=export_id,
        object_name=what,
        field="、".join(fields)[:60],
        reason=reason or _("导出列表"),
    )
