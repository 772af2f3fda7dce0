"""The secretary's name or phone is looked at in full; the look is recorded before the value is given."""

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.audit.actions import record_personal_view
from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ..models import PartyOrganization
from ..queries.organizations import PERSONAL, sees_secretary


@transaction.atomic
def view_personal(
    *, organization: PartyOrganization, by, field: str, reason: str, address: str | None = None
) -> str:
    """Somebody reads the secretary's name or phone in full and says why.

    Raises PermissionDenied for who may not know it at all (a leader, an enterprise that the organisation does not
    cover), Invalid for a field that is none or without a reason.
    """
    if not sees_secretary(by, organization):
        raise PermissionDenied(_("您的角色不能查看书记信息。"))
    if field not in PERSONAL:
        raise Invalid({"field": _("应为这些值之一：%(values)s。") % {"values": "、".join(PERSONAL)}})
    reason = clean_line(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid({"reason": _("请用 2 至 200 个字说明查看事由。")})
    record_personal_view(
        by=by,
        district=organization.district,
        model="chains.PartyOrganization",
        object_key=organization.code,
        object_name=organization.name,
        field=field,
        reason=reason,
        address=address,
    )
    return getattr(organization, field)
