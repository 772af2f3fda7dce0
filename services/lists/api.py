"""`three-lists/{enterprises|chains|towns}/{code}`: the three lists as data, the first rows of each."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.kit.api import refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404

from . import queries

MOST = 200


class ListRow(serializers.Serializer):
    name = serializers.CharField()
    total = serializers.IntegerField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_null=True)))


class ThreeListsRow(serializers.Serializer):
    subject = serializers.CharField(help_text="Name of the enterprise, chain or town.")
    demands = ListRow(required=False)
    policies = ListRow(required=False)
    services = ListRow(required=False)


class ThreeListsView(APIView):
    """Generated from demands, policies, bookings and visits in scope; `?list=` for one of them."""

    @extend_schema(
        parameters=[OpenApiParameter("list", str, enum=list(queries.NAMES))],
        responses=ThreeListsRow,
        operation_id="three_lists",
    )
    def get(self, request: Request, kind: str, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset({"list"}))
        subject = or_404(queries.subject_for(request.user, kind, code))
        wanted = request.query_params.get("list")
        if wanted and wanted not in queries.NAMES:
            raise Invalid({"list": "demands, policies, services"})
        found = {
            which: queries.listing(request.user, subject, which)
            for which in queries.NAMES
            if wanted in (None, "", which)
        }
        data = {
            which: {
                "name": one.name,
                "total": one.total,
                "columns": [str(label) for label, _kind in one.columns],
                "rows": [[cell.value for cell in row] for row in one.rows(MOST)],
            }
            for which, one in found.items()
        }
        return Response({"subject": subject.name, **data})
