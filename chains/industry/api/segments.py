"""`chains/{code}/segments`, its arrows under `links`, and the picture of it all at `graph`."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, bind, refuse_unknown_parameters, showing_current
from portal.kit.problems import Invalid

from .. import actions, queries
from ..graph import chain_graph
from .access import chain_or_404, managed_chain, segment_or_404
from .graph_schema import GraphAnswer
from .serializers import LinkInput, LinkRow, SegmentChange, SegmentInput, SegmentRow

NOT_HERE = _("箭头只能连接这条产业链的环节。")
ALONE = _("停用或恢复时不能同时修改其他内容。")


class VersionInput(StrictSerializer):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class SegmentListView(APIView):
    """The segments in use of a chain, upstream to downstream."""

    @extend_schema(responses=SegmentRow(many=True), operation_id="chains_segments_list")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        chain = chain_or_404(request, code)
        return Response(SegmentRow(queries.segments_with_targets(request.user, chain), many=True).data)

    @extend_schema(request=SegmentInput, responses={201: SegmentRow}, operation_id="chains_segments_create")
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        chain = managed_chain(request, code)
        segment = actions.add_segment(chain=chain, by=request.user, **bind(SegmentInput, request))
        return Response(SegmentRow(segment_or_404(request, chain, segment.code)).data, status=201)


class SegmentView(APIView):
    """One segment. Removing one on which an enterprise ever stood is 409; close it instead (`closed: true`)."""

    @extend_schema(responses=SegmentRow, operation_id="chains_segments_read")
    def get(self, request: Request, code: str, segment: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(self._row(request, code, segment))

    @extend_schema(request=SegmentChange, responses=SegmentRow, operation_id="chains_segments_change")
    def patch(self, request: Request, code: str, segment: str) -> Response:
        row = segment_or_404(request, managed_chain(request, code), segment)
        given = bind(SegmentChange, request)
        version, closed = given.pop("version"), given.pop("closed", None)
        if closed is not None and given:
            raise Invalid({"closed": ALONE})
        with showing_current(lambda: self._row(request, code, segment)):
            if closed is None:
                actions.update_segment(segment=row, by=request.user, version=version, changes=given)
            else:
                move = actions.close_segment if closed else actions.reopen_segment
                move(segment=row, by=request.user, version=version)
        return Response(self._row(request, code, segment))

    @extend_schema(parameters=[VersionInput], responses={204: None}, operation_id="chains_segments_remove")
    def delete(self, request: Request, code: str, segment: str) -> Response:
        refuse_unknown_parameters(request, frozenset({"version"}))
        row = segment_or_404(request, managed_chain(request, code), segment)
        asked = VersionInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        with showing_current(lambda: self._row(request, code, segment)):
            actions.remove_segment(segment=row, by=request.user, version=asked.validated_data["version"])
        return Response(status=204)

    def _row(self, request: Request, code: str, segment: str) -> dict:
        return SegmentRow(segment_or_404(request, chain_or_404(request, code), segment)).data


class LinkListView(APIView):
    """The arrows of a chain. A loop, an arrow to itself or to another chain is 400."""

    @extend_schema(responses=LinkRow(many=True), operation_id="chains_links_list")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(
            LinkRow(queries.segment_links(request.user, chain_or_404(request, code)), many=True).data
        )

    @extend_schema(request=LinkInput, responses={201: LinkRow}, operation_id="chains_links_create")
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        chain = managed_chain(request, code)
        given = bind(LinkInput, request)
        foreign = {name: NOT_HERE for name, one in given.items() if one.chain_id != chain.pk}
        if foreign:
            raise Invalid(foreign)
        return Response(LinkRow(actions.connect(**given, by=request.user)).data, status=201)


class LinkView(APIView):
    @extend_schema(responses={204: None}, operation_id="chains_links_remove")
    def delete(self, request: Request, code: str, source: str, target: str) -> Response:
        chain = managed_chain(request, code)
        ends = [segment_or_404(request, chain, one) for one in (source, target)]
        actions.disconnect(source=ends[0], target=ends[1], by=request.user)
        return Response(status=204)


class GraphView(APIView):
    """The chain as a picture: segments with the caller's enterprises counted, arrows, organisations, guidance."""

    @extend_schema(responses=GraphAnswer, operation_id="chains_graph")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(chain_graph(request.user, chain_or_404(request, code)))
