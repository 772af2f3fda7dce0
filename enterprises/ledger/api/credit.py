"""`credit-grants` and `pledges`: lists, recording, correcting, cancelling."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404

from ...registry.models import Enterprise
from .. import actions
from ..models import CreditGrant, PledgeRegistration
from ..queries import credit as queries
from ..rows import credit_row, credit_rows, pledge_row, pledge_rows
from ..rules.amounts import can_change_lent
from . import serializers as shapes

COMMON = [
    *(OpenApiParameter(name, str, description="Code.") for name in ("town", "chain")),
    OpenApiParameter("uscc", str),
    OpenApiParameter("bank", str, description="Name or code."),
    OpenApiParameter("status", str, enum=queries.STATES),
    *(OpenApiParameter(name, str, description="A day; it counts.") for name in ("from", "to")),
    OpenApiParameter("search", str),
]


def recordable(request: Request, uscc: str) -> Enterprise:
    """The enterprise that a body names. Raises PermissionDenied for who records nothing, Invalid for an unknown one."""
    row = queries.recordable_enterprise(request.user, uscc)
    if row is None:
        raise Invalid({"uscc": _("没有找到企业：%(codes)s。") % {"codes": uscc}})
    return row


def require_recorder(request: Request) -> None:
    user = request.user
    if not (user.scope.is_staff or queries.banks_of(user).exists()):
        raise PermissionDenied


class CreditListView(GenericAPIView):
    serializer_class = shapes.CreditRow
    orderings = ("-granted_on", "amount", "number")

    @extend_schema(
        parameters=[*COMMON, OpenApiParameter("product", str)],
        operation_id="credit_grants_list",
        responses=shapes.CreditRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.CREDIT_FILTERS)
        given = {name: request.query_params.get(name, "") for name in (*queries.CREDIT_FILTERS, "search")}
        page = self.paginate_queryset(queries.credit_listed(request.user, given))
        if not page:
            refuse_unknown_codes(given)
        return self.get_paginated_response(credit_rows(page, request.user))

    @extend_schema(
        request=shapes.CreditInput, responses={201: shapes.CreditRow}, operation_id="credit_grants_record"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        require_recorder(request)
        given = bind(shapes.CreditInput, request)
        enterprise = recordable(request, given.pop("uscc"))
        row = actions.grant_credit(enterprise=enterprise, by=request.user, **given)
        return Response(_credit_detail(request, row.number), status=201)


class CreditView(APIView):
    @extend_schema(responses=shapes.CreditRow, operation_id="credit_grants_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_credit_detail(request, number))

    @extend_schema(
        request=shapes.CreditChange, responses=shapes.CreditRow, operation_id="credit_grants_change"
    )
    def patch(self, request: Request, number: str) -> Response:
        row = _changeable_credit(request, number)
        given = bind(shapes.CreditChange, request)
        return answered(
            lambda: actions.change_credit(
                grant=row, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: _credit_detail(request, number),
        )


class CreditCancelView(APIView):
    """A grant recorded by mistake, or withdrawn: it counts nowhere, the row stays."""

    @extend_schema(
        request=shapes.LedgerCancelInput, responses=shapes.CreditRow, operation_id="credit_grants_cancel"
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        row = _changeable_credit(request, number)
        given = bind(shapes.LedgerCancelInput, request)
        return answered(
            lambda: actions.cancel_credit(grant=row, by=request.user, **given),
            lambda: _credit_detail(request, number),
        )


class PledgeListView(GenericAPIView):
    serializer_class = shapes.PledgeRow
    orderings = ("-registered_on", "amount", "number")

    @extend_schema(
        parameters=[*COMMON, OpenApiParameter("kind", str, enum=PledgeRegistration.Kind.values)],
        operation_id="pledges_list",
        responses=shapes.PledgeRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.PLEDGE_FILTERS)
        given = {name: request.query_params.get(name, "") for name in (*queries.PLEDGE_FILTERS, "search")}
        page = self.paginate_queryset(queries.pledges_listed(request.user, given))
        if not page:
            refuse_unknown_codes(given)
        return self.get_paginated_response(pledge_rows(page, request.user))

    @extend_schema(
        request=shapes.PledgeInput, responses={201: shapes.PledgeRow}, operation_id="pledges_record"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        require_recorder(request)
        given = bind(shapes.PledgeInput, request)
        enterprise = recordable(request, given.pop("uscc"))
        row = actions.register_pledge(enterprise=enterprise, by=request.user, **given)
        return Response(_pledge_detail(request, row.number), status=201)


class PledgeView(APIView):
    @extend_schema(responses=shapes.PledgeRow, operation_id="pledges_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_pledge_detail(request, number))

    @extend_schema(request=shapes.PledgeChange, responses=shapes.PledgeRow, operation_id="pledges_change")
    def patch(self, request: Request, number: str) -> Response:
        row = _changeable_pledge(request, number)
        given = bind(shapes.PledgeChange, request)
        return answered(
            lambda: actions.change_pledge(
                pledge=row, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: _pledge_detail(request, number),
        )


class PledgeCancelView(APIView):
    """A pledge recorded by mistake: it counts nowhere, the row stays."""

    @extend_schema(
        request=shapes.LedgerCancelInput, responses=shapes.PledgeRow, operation_id="pledges_cancel"
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        row = _changeable_pledge(request, number)
        given = bind(shapes.LedgerCancelInput, request)
        return answered(
            lambda: actions.cancel_pledge(pledge=row, by=request.user, **given),
            lambda: _pledge_detail(request, number),
        )


def _credit(request: Request, number: str) -> CreditGrant:
    return or_404(queries.credit_for(request.user, number))


def _pledge(request: Request, number: str) -> PledgeRegistration:
    return or_404(queries.pledge_for(request.user, number))


def _changeable_credit(request: Request, number: str) -> CreditGrant:
    """The grant of the address, for who may write it; 404 outside the scope, 403 for who only reads."""
    row = _credit(request, number)
    if not can_change_lent(request.user, row):
        raise PermissionDenied
    return row


def _changeable_pledge(request: Request, number: str) -> PledgeRegistration:
    row = _pledge(request, number)
    if not can_change_lent(request.user, row):
        raise PermissionDenied
    return row


def _credit_detail(request: Request, number: str) -> dict:
    return credit_row(_credit(request, number), request.user)


def _pledge_detail(request: Request, number: str) -> dict:
    return pledge_row(_pledge(request, number), request.user)
