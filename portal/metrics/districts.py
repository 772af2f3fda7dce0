"""For which district somebody writes what is the district's: its bulletins and its boards."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Invalid
from portal.territory.models import District


def writing_districts(user: User) -> QuerySet[District]:
    """The districts that the user manages."""
    rows = District.objects.order_by("code")
    return rows if user.scope.is_admin else rows.filter(pk__in=user.scope.managed)


def writing_district(user: User, code: str = "") -> District:
    """The one that is meant: the named one, or the only one.

    Raises PermissionDenied for nobody's, Invalid when a name is needed or names none of the user's.
    """
    rows = writing_districts(user)
    if code:
        if (found := rows.filter(code=code).first()) is None:
            raise Invalid({"district": _("没有代码为“%(code)s”的区。") % {"code": code}})
        return found
    found = list(rows[:2])
    if not found:
        raise PermissionDenied
    if len(found) > 1:
        raise Invalid({"district": _("请填写区的代码。")})
    return found[0]
