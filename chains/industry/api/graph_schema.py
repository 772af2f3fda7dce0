"""The answer of `chains/{code}/graph` as OpenAPI describes it; the values come from industry/graph.py as they are."""

from rest_framework import serializers


class GraphLeader(serializers.Serializer):
    uscc = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=["lead", "backbone"])


class GraphRoles(serializers.Serializer):
    lead = serializers.IntegerField()
    backbone = serializers.IntegerField()
    supporting = serializers.IntegerField()


class GraphNode(serializers.Serializer):
    id = serializers.CharField(help_text="The segment's code.")
    name = serializers.CharField()
    position = serializers.IntegerField()
    is_gap = serializers.BooleanField()
    enterprises = serializers.IntegerField(
        help_text="Enterprises in the caller's scope that stand here today."
    )
    gap_note = serializers.CharField(allow_blank=True)
    stage = serializers.ChoiceField(choices=["upstream", "midstream", "downstream"])
    stage_label = serializers.CharField()
    column = serializers.IntegerField(help_text="Column of the picture, from 0 upstream.")
    row = serializers.IntegerField(help_text="Place within the column, from 0 at the top.")
    roles = GraphRoles()
    leaders = GraphLeader(many=True, help_text="The first lead and backbone enterprises, at most three.")


class GraphLink(serializers.Serializer):
    source = serializers.CharField()
    target = serializers.CharField()


class GraphOrganization(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    kind_name = serializers.CharField()


class GraphGuidance(serializers.Serializer):
    guide = serializers.CharField(help_text="Code of the guiding organisation.")
    guided = serializers.CharField(help_text="Code of the guided organisation.")
    kind = serializers.CharField()
    kind_label = serializers.CharField()


class GraphAnswer(serializers.Serializer):
    nodes = GraphNode(many=True)
    links = GraphLink(many=True)
    enterprises = serializers.IntegerField(
        help_text="Enterprises in scope on the chain, on any segment or none."
    )
    unplaced = serializers.IntegerField(help_text="Those on the chain but on no segment of it.")
    organizations = GraphOrganization(many=True)
    organizations_total = serializers.IntegerField()
    guidance = GraphGuidance(many=True, help_text="Who guides whom (以大带小).")
