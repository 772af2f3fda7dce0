"""Shapes of the imports' and exports' REST: inputs that refuse what they do not know, outputs for the schema."""

from rest_framework import serializers

from portal.kit.api import StrictSerializer

from .models import SheetExport, SheetImport, SheetImportRow


class UploadInput(StrictSerializer):
    kind = serializers.CharField(max_length=40)
    file = serializers.FileField(allow_empty_file=True, max_length=400)


class CommitInput(StrictSerializer):
    skip_invalid = serializers.BooleanField(default=False)


class ExportInput(StrictSerializer):
    kind = serializers.CharField(max_length=40)
    filters = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=200), required=False, default=dict
    )
    format = serializers.CharField(max_length=8, default="xlsx")


class Accepted(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(SheetImport.Status.choices)


class ImportRow(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    filename = serializers.CharField()
    size = serializers.IntegerField()
    status = serializers.ChoiceField(SheetImport.Status.choices)
    status_label = serializers.CharField()
    total = serializers.IntegerField()
    valid = serializers.IntegerField()
    invalid = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    progress = serializers.IntegerField(min_value=0, max_value=100)
    stage = serializers.CharField()
    waiting = serializers.BooleanField(
        help_text="The background service is away; the import goes on by itself."
    )
    message = serializers.CharField()
    skip_invalid = serializers.BooleanField()
    uploaded_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class Page(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False)


class ImportPage(Page):
    results = ImportRow(many=True)


class RowError(serializers.Serializer):
    column = serializers.CharField()
    letter = serializers.CharField()
    value = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class RowChange(serializers.Serializer):
    field = serializers.CharField()
    label = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class SheetRow(serializers.Serializer):
    row = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    outcome = serializers.ChoiceField(SheetImportRow.Outcome.choices)
    outcome_label = serializers.CharField()
    errors = RowError(many=True)
    changes = RowChange(many=True)


class SheetRowPage(Page):
    results = SheetRow(many=True)


class ExportRow(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    format = serializers.ChoiceField(SheetExport.Format.choices)
    filters = serializers.DictField()
    status = serializers.ChoiceField(SheetExport.Status.choices)
    status_label = serializers.CharField()
    rows = serializers.IntegerField()
    progress = serializers.IntegerField()
    filename = serializers.CharField()
    message = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ExportPage(Page):
    results = ExportRow(many=True)
