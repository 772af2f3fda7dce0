"""`agreements`: signed, read, changed, joined, ended early, renewed."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters, showing_current
from portal.kit.problems import Invalid, or_404
from portal.territory.models import District

from .. import actions, queries, rules
from ..rows import agreement_rows
from .access import (
    agreement_detail,
    given_enterprises,
    given_organizations,
    managed_agreement,
)
from .serializers import (
    AgreementChange,
    AgreementEnd,
    AgreementInput,
    AgreementJoin,
    AgreementRenewal,
    AgreementRow,
    Withdrawal,
)


class AgreementListView(GenericAPIView):
    serializer_class = AgreementRow
    orderings = ("-signed_on", "starts_on", "ends_on", "number")

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in ("town", "chain")),
            OpenApiParameter("status", str, enum=list(rules.LABELS)),
            OpenApiParameter("organization", str, description="Code of an organisation that takes part."),
            OpenApiParameter("enterprise", str, description="USCC of an enterprise that takes part."),
            OpenApiParameter("search", str, description="Part of the title or a unit's name, or the number."),
        ],
        operation_id="agreements_list",
        responses=AgreementRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, filters))
        return self.get_paginated_response(agreement_rows(page, request.user))

    @extend_schema(request=AgreementInput, responses={201: AgreementRow}, operation_id="agreements_sign")
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_manage_any(request.user):
            raise PermissionDenied
        given = bind(AgreementInput, request)
        organizations = given_organizations(request, given.pop("organizations", []))
        enterprises = given_enterprises(request, given.pop("enterprises", []), "enterprises")
        units = [*organizations, *enterprises]
        if not units:
            raise Invalid({"organizations": rules.TOO_FEW})
        row = actions.sign_agreement(
            district=District.objects.get(pk=units[0].district_id), by=request.user,
            organizations=organizations, enterprises=enterprises, **given,
        )  # fmt: skip
        return Response(agreement_detail(request, row.number), status=201)


class AgreementView(APIView):
    @extend_schema(responses=AgreementRow, operation_id="agreements_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(agreement_detail(request, number))

    @extend_schema(request=AgreementChange, responses=AgreementRow, operation_id="agreements_change")
    def patch(self, request: Request, number: str) -> Response:
        row = managed_agreement(request, number)
        given = bind(AgreementChange, request)
        return answered(
            lambda: actions.change_agreement(
                agreement=row, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: agreement_detail(request, number),
        )


class AgreementEndView(APIView):
    """`agreements/{number}/end`: before its term, with day and reason."""

    @extend_schema(request=AgreementEnd, responses=AgreementRow, operation_id="agreements_end")
    def post(self, request: Request, number: str) -> Response:
        row = managed_agreement(request, number)
        return answered(
            lambda: actions.end_agreement(agreement=row, by=request.user, **bind(AgreementEnd, request)),
            lambda: agreement_detail(request, number),
        )


class AgreementRenewView(APIView):
    """`agreements/{number}/renew`: a new agreement with the same parties for the next term."""

    @extend_schema(request=AgreementRenewal, responses={201: AgreementRow}, operation_id="agreements_renew")
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        row = managed_agreement(request, number)
        with showing_current(lambda: agreement_detail(request, number)):
            new = actions.renew_agreement(agreement=row, by=request.user, **bind(AgreementRenewal, request))
        return Response(agreement_detail(request, new.number), status=201)


class PartyListView(APIView):
    """`agreements/{number}/parties`: a unit joins."""

    @extend_schema(request=AgreementJoin, responses={201: AgreementRow}, operation_id="agreements_join")
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        row = managed_agreement(request, number)
        given = bind(AgreementJoin, request)
        if "enterprise" in given:
            (unit,) = given_enterprises(request, [given.pop("enterprise")], "enterprise")
        else:
            (unit,) = given_organizations(request, [given.pop("organization")])
        return answered(
            lambda: actions.add_party(agreement=row, by=request.user, unit=unit, **given),
            lambda: agreement_detail(request, number),
            status=201,
        )


class PartyWithdrawView(APIView):
    """`agreements/{number}/parties/{id}/withdraw`."""

    @extend_schema(request=Withdrawal, responses=AgreementRow, operation_id="agreements_withdraw")
    def post(self, request: Request, number: str, pk: int) -> Response:
        row = managed_agreement(request, number)
        party = or_404(next((one for one in row.units if one.pk == pk), None))
        return answered(
            lambda: actions.withdraw_party(party=party, by=request.user, **bind(Withdrawal, request)),
            lambda: agreement_detail(request, number),
        )
