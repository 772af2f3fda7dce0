"""What the lists share over REST: strict filters, pages by cursor, one row by code, writes by the bureau."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404
from portal.territory.models import District

from .queries import home_district
from .rules import can_manage_services


class CodeListView(GenericAPIView):
    """A list of rows with `code` and `name`. `filters`: the query parameters that `rows(user, filters)` reads."""

    orderings = ("position", "code", "name")
    filters: frozenset[str] = frozenset()
    choices: dict[str, Sequence[str]] = {"open": ("0", "1")}  # filter → the values it may have
    codes: dict[str, Any] = {}  # filter → the model whose code it names; an unknown one is no empty list

    def rows(self, user, filters: dict[str, str]):
        raise NotImplementedError

    def listed(self, request: Request) -> Response:
        refuse_unknown_parameters(request, self.filters)
        for name in self.filters & self.choices.keys():
            given, known = request.query_params.get(name), self.choices[name]
            if given and given not in known:
                raise Invalid({name: _("应为这些值之一：%(values)s。") % {"values": "、".join(known)}})
        rows = self.rows(request.user, request.query_params.dict())
        page = self.paginate_queryset(rows)
        if not page:
            refuse_unknown_codes(request.query_params, self.codes)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class KeptView(APIView):
    # One row by its code: whoever sees it reads it, the bureau of its district changes it. No docstring: it would be
    # told as the description of every such route. A feature names `row` and `change` (serializers), `find(user, code)`
    # and `update(row, by=…, version=…, changes=…)`.
    row: type[BaseSerializer]
    change: type[BaseSerializer]

    def find(self, user, code: str) -> Any:
        raise NotImplementedError

    def update(self, row: Any, *, by, version: int, changes: dict[str, Any]) -> object:
        raise NotImplementedError

    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(self.detail(request, code))

    def patch(self, request: Request, code: str) -> Response:
        row = or_404(self.find(request.user, code))
        require_bureau(request, row.district_id)
        given = bind(self.change, request)
        version = given.pop("version")
        return answered(
            lambda: self.update(row, by=request.user, version=version, changes=given),
            lambda: self.detail(request, code),
        )

    def detail(self, request: Request, code: str) -> dict:
        return self.row(or_404(self.find(request.user, code))).data


def require_bureau(request: Request, district_id: int | None = None) -> None:
    """Raises 403 before the body is read: a role that may never write learns nothing from its mistakes."""
    if not can_manage_services(request.user, district_id):
        raise PermissionDenied


def managed_district(request: Request) -> District:
    """The district in which the caller enters new rows."""
    require_bureau(request)
    managed = request.user.scope.managed
    district = (
        District.objects.filter(pk__in=managed).order_by("code").first() if managed else home_district()
    )
    if district is None:
        raise Invalid(_("请先载入本区的基础数据。"))
    return district
