"""`organization-kinds` and `establishment-modes`: the reference rows that organisations name."""

from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.kit.api import refuse_unknown_parameters

from .. import queries
from .serializers import KindRow, ModeRow


class KindListView(GenericAPIView):
    """The kinds of organisations (党组织类别)."""

    serializer_class = KindRow
    orderings = ("position", "code", "name")

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset())
        page = self.paginate_queryset(queries.organization_kinds(request.user))
        return self.get_paginated_response(KindRow(page, many=True).data)


class ModeListView(GenericAPIView):
    """The ways of setting up (组建方式)."""

    serializer_class = ModeRow
    orderings = ("position", "code", "name")

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset())
        page = self.paginate_queryset(queries.establishment_modes(request.user))
        return self.get_paginated_response(ModeRow(page, many=True).data)
