"""Surveys, portrait and the full view of a personal field: translate HTTP, call a query or an action."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.address import client_address
from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination

from ...registry.api.views import enterprise_or_404
from ...registry.rules import sees_personal
from .. import rules
from ..actions import record_survey, view_personal
from ..portrait import portrait
from ..queries import surveys_of
from ..rows import survey_row, survey_rows
from .serializers import PersonalInput, PersonalValue, Portrait, SurveyInput, SurveyPage, SurveyRow


class PortraitView(APIView):
    """`enterprises/{uscc}/portrait`."""

    @extend_schema(responses=Portrait, operation_id="enterprise_portrait")
    def get(self, request: Request, uscc: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(portrait(enterprise_or_404(request, uscc), request.user))


class SurveyListView(APIView):
    """`enterprises/{uscc}/surveys`: the history; a POST records a survey and the profile follows."""

    orderings = ("-surveyed_on", "surveyed_on")

    @extend_schema(responses=SurveyPage, operation_id="enterprise_surveys_list")
    def get(self, request: Request, uscc: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        enterprise = enterprise_or_404(request, uscc)
        paginator = KeysetPagination()
        surveys = paginator.paginate_queryset(surveys_of(request.user, enterprise), request, view=self)
        rows = survey_rows(surveys, request.user, personal=sees_personal(request.user, enterprise))
        return paginator.get_paginated_response(rows)

    @extend_schema(request=SurveyInput, responses={201: SurveyRow}, operation_id="enterprise_surveys_record")
    @idempotent
    def post(self, request: Request, uscc: str) -> Response:
        enterprise = enterprise_or_404(request, uscc)
        if not rules.can_survey(request.user, enterprise):
            raise PermissionDenied
        survey = record_survey(enterprise=enterprise, by=request.user, **bind(SurveyInput, request))
        row = survey_row(survey, request.user, personal=sees_personal(request.user, enterprise))
        return Response(row, status=201)


class PersonalView(APIView):
    """`enterprises/{uscc}/personal`: one personal field in full; the view is logged with its reason."""

    @extend_schema(request=PersonalInput, responses=PersonalValue, operation_id="enterprise_personal")
    def post(self, request: Request, uscc: str) -> Response:
        enterprise = enterprise_or_404(request, uscc)
        if not sees_personal(request.user, enterprise):
            raise PermissionDenied
        given = bind(PersonalInput, request)
        value = view_personal(
            enterprise=enterprise, by=request.user, address=client_address(request), **given
        )
        return Response({"field": given["field"], "value": value})
