"""What comes out."""

from rest_framework import serializers

VALUE = "Whole numbers as numbers; amounts (yuan) and rates as decimal text; null when not known."


class MetricRow(serializers.Serializer):
    """A published figure. `kind`: flow, stock, snapshot or rate; `version` of the definition."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    definition = serializers.CharField()
    dimensions = serializers.ListField(child=serializers.CharField())
    kind = serializers.ChoiceField(choices=["flow", "stock", "snapshot", "rate"])
    version = serializers.IntegerField()


class PointRow(serializers.Serializer):
    key = serializers.CharField(
        help_text="2026-11-21, 2026-11, 2026-Q4, 2026, or the code of a town or chain."
    )
    label = serializers.CharField()
    value = serializers.JSONField(allow_null=True, help_text=VALUE)


class DefinitionChange(serializers.Serializer):
    version = serializers.IntegerField()
    since = serializers.DateTimeField()


class SeriesBody(serializers.Serializer):
    """`total` of the whole range; by chain it is not the sum, as a row on two chains counts in both."""

    points = PointRow(many=True)
    total = serializers.JSONField(allow_null=True, help_text=VALUE)
    as_of = serializers.DateTimeField(allow_null=True)
    failed = serializers.BooleanField(help_text="Counting fails; the values are those of `as_of`.")
    definition_changes = DefinitionChange(many=True)


class RowsPage(serializers.Serializer):
    """A keyset page of the rows; `value` is what each adds, `url` its page. The other fields depend on the figure."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False)
    sum = serializers.JSONField(help_text=VALUE)
    results = serializers.ListField(child=serializers.DictField())
