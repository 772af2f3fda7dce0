"""What goes in and comes out of `reports`."""

from rest_framework import serializers

from portal.kit.api import StrictSerializer

from .models import Report

NUMBER = "Decimal text in the figure's own unit, amounts in yuan; null when not known."


class ReportInput(StrictSerializer):
    """`period`: a month 2026-10 or a quarter 2026-Q3. `district`: only for who issues for several."""

    period = serializers.CharField(max_length=20)
    kind = serializers.CharField(max_length=20, default=Report.Kind.BULLETIN)
    district = serializers.CharField(max_length=6, required=False)


class AcceptedReport(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Report.Status.choices)


class ReportRow(serializers.Serializer):
    """`number` is empty until the bulletin is issued."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Report.Kind.choices)
    kind_label = serializers.CharField()
    period = serializers.CharField()
    period_label = serializers.CharField()
    covers_until = serializers.DateField()
    district = serializers.CharField()
    status = serializers.ChoiceField(choices=Report.Status.choices)
    status_label = serializers.CharField()
    progress = serializers.IntegerField(min_value=0, max_value=100)
    waiting = serializers.BooleanField(help_text="The background service is away; the work is kept.")
    message = serializers.CharField()
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField(allow_null=True)
    files = serializers.DictField(child=serializers.CharField(), help_text="Address by format: docx, xlsx.")


class FrozenFigure(serializers.Serializer):
    """A figure as issued. `year`: since the first day of the year."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    definition = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.CharField()
    money = serializers.BooleanField()
    value = serializers.CharField(allow_null=True, help_text=NUMBER)
    previous = serializers.CharField(allow_null=True, help_text=NUMBER)
    last_year = serializers.CharField(allow_null=True, help_text=NUMBER)
    change = serializers.CharField(allow_null=True, help_text="Percent, of a percentage points.")
    year_on_year = serializers.CharField(allow_null=True, help_text="Percent, of a percentage points.")
    year = serializers.CharField(allow_null=True, help_text=NUMBER)
    target = serializers.CharField(allow_null=True, help_text=NUMBER)
    progress = serializers.CharField(allow_null=True, help_text="Percent of the year's target.")
    failed = serializers.BooleanField()


class ReportDetail(ReportRow):
    as_of = serializers.DateTimeField(allow_null=True)
    figures = FrozenFigure(many=True, allow_null=True)


class ReportPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False)
    results = ReportRow(many=True)
