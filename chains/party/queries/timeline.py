"""An organisation's own history, newest first."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..models import OrganizationEvent, PartyOrganization


def timeline(user, organization: PartyOrganization) -> QuerySet[OrganizationEvent]:
    """The entries of an organisation in the user's scope."""
    return (
        OrganizationEvent.objects.visible_to(user)
        .filter(organization=organization)
        .select_related("other", "recorded_by")
        .defer("other__secretary_name", "other__secretary_phone")
    )


def timeline_entries(rows: QuerySet[OrganizationEvent]) -> list[dict[str, Any]]:
    """The entries as the timeline component shows them."""
    return [
        {
            "day": row.happened_on,
            "title": row.get_kind_display(),
            "who": _("%(who)s登记") % {"who": row.recorded_by} if row.recorded_by else "",
            "text": row.note,
            "changes": _changes(row),
        }
        for row in rows
    ]


def _changes(row: OrganizationEvent) -> list[tuple[str, str, str]]:
    kind = OrganizationEvent.Kind
    if row.kind == kind.MOVED:
        above = _("区直属")
        return [(_("上级党组织"), row.old or above, row.new or above)]
    if not (row.old or row.new):
        return []
    label = {
        kind.SET_UP: _("成立日期") if row.old else _("名称"),
        kind.RENAMED: _("名称"),
        kind.MERGED: _("并入"),
        kind.ABSORBED: _("并入本组织的"),
        kind.ENTERPRISES: _("覆盖企业"),
    }.get(row.kind, row.get_kind_display())
    return [(label, row.old, row.new)]
