"""Who reads demands over REST: the same roles as on the pages."""

from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from ..pages.access import READERS


class ReadsDemands(BasePermission):
    """403 for a role that never reads any (technical institutions); an empty list is no answer to it."""

    def has_permission(self, request: Request, view: object) -> bool:
        return not request.user.scope.roles.isdisjoint(READERS)


READER_PERMISSIONS = (IsAuthenticated, ReadsDemands)
